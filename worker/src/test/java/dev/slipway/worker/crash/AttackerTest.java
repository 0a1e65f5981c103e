package dev.slipway.worker.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Review;
import dev.slipway.record.SignedText;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseActivities;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.release.ReleaseActivities.OpenRequest;
import dev.slipway.release.ReleaseActivities.StepRequest;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.common.RetryOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Somebody with full access to a real Temporal: by the SDK, by the official command line, with workflows and calls of
 * activities of their own. Nothing is accepted, nothing changes, and the release that people want goes on.
 */
@Integration
@Execution(ExecutionMode.CONCURRENT)
class AttackerTest {

    private static final String WORDS = "attacked-words";
    private static final String ACTIVITIES = "attacked-activities";
    private static final String QUEUE = "attacked-queue";

    @TempDir
    private static Path folder;

    private static ThrowAwayCluster cluster;
    private static DevServer server;

    @BeforeAll
    static void start() {
        cluster = ThrowAwayCluster.start();
        server = new DevServer(folder, List.of(WORDS, ACTIVITIES, QUEUE));
    }

    @AfterAll
    static void stop() {
        server.close();
        cluster.close();
    }

    /** Calls activities that no release of ours has called so. */
    @WorkflowInterface
    public interface Attack {
        @WorkflowMethod
        String run(String what, String environment, OpenRequest open, String grant);
    }

    /** See {@link Attack}. */
    public static final class AttackImpl implements Attack {
        @Override
        public String run(String what, String environment, OpenRequest open, String grant) {
            ReleaseActivities worker = Workflow.newActivityStub(
                    ReleaseActivities.class,
                    ActivityOptions.newBuilder()
                            .setTaskQueue(Queues.activities(environment))
                            .setStartToCloseTimeout(Duration.ofSeconds(30))
                            .setScheduleToCloseTimeout(Duration.ofSeconds(30))
                            .setRetryOptions(RetryOptions.newBuilder()
                                    .setMaximumAttempts(1)
                                    .build())
                            .build());
            StepRequest step = new StepRequest(Scene.SERVICE, environment, grant, 4);
            return switch (what) {
                case "open" -> worker.open(open).opening().name();
                case "deploy" -> worker.deploy(step).toString();
                case "migrate" ->
                    worker.migrate(new StepRequest(Scene.SERVICE, environment, grant, 2))
                            .toString();
                case "roll back" -> worker.rollBack(step).toString();
                case "close" ->
                    worker.close(new CloseRequest(
                                    Scene.SERVICE,
                                    environment,
                                    "6.6.6",
                                    "",
                                    grant,
                                    "release:of:mallory",
                                    "SUCCEEDED",
                                    "all is well",
                                    List.of()))
                            .outcome();
                default -> throw new IllegalArgumentException(what);
            };
        }
    }

    private static List<String> dumps(Scene scene) throws Exception {
        Path backups = scene.home.resolve("backups");
        if (!Files.isDirectory(backups)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(backups)) {
            return found.map(Path::toString).toList();
        }
    }

    private static void nothingChanged(Scene scene) throws Exception {
        assertThat(scene.live()).isEqualTo(Scene.BEFORE);
        assertThat(scene.switches()).isEmpty();
        assertThat(dumps(scene)).isEmpty();
        assertThat(scene.asked("select count(*) from pg_tables where schemaname = 'public'"))
                .containsExactly("0");
        Path entries = scene.home.resolve("record/record/shop/" + scene.environment);
        try (Stream<Path> found = Files.list(entries)) {
            for (Path entry : found.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(entry)).doesNotContain("\"kind\":\"OPENED\"");
            }
        }
    }

    /** The official command line, as somebody types it. */
    private static int temporal(String namespace, String... arguments) throws Exception {
        List<String> argv =
                new ArrayList<>(List.of(WithTemporal.program().orElseThrow().toString()));
        argv.addAll(List.of(arguments));
        argv.addAll(List.of("--address", server.address(), "--namespace", namespace));
        Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** What nobody may say, each forged in one way. */
    private static List<SignedStatement> forged(Scene scene, ReleasePlan plan, String review) throws Exception {
        List<SignedStatement> forged = new ArrayList<>();
        SignedStatement good = scene.sign("ana", Kind.APPROVE, plan, review, "CONFIRM", "looks good");
        for (String[] change : new String[][] {
            {"version: " + plan.version(), "version: 6.6.6"},
            {"environment: " + scene.environment, "environment: production"},
            {"by: ana", "by: ben"},
            {"lane: normal", "lane: hotfix"},
            {"kind: approve", "kind: reject"},
            {"about: " + review, "about: " + "0".repeat(64)},
            {"plan: " + plan.digest(), "plan: " + "0".repeat(64)}
        }) {
            forged.add(new SignedStatement(good.text().replace(change[0], change[1]), good.signature()));
        }
        forged.add(scene.sign("ana", Kind.APPROVE, plan, "0".repeat(64), "CONFIRM", "another review"));
        forged.add(scene.sign("ben", Kind.APPROVE, plan, review, "CONFIRM", "my own request"));
        forged.add(scene.sign("ana", Kind.APPROVE, plan, review, "confirm", "the wrong word"));
        forged.add(scene.sign("ana", Kind.APPROVE, plan, review, "CONFIRM", ""));
        forged.add(scene.sign("ana", Kind.FINISH, plan, review, "CONFIRM", "another kind"));
        forged.add(new SignedStatement("", ""));
        forged.add(new SignedStatement("x".repeat(1 << 20), good.signature()));
        forged.add(new SignedStatement(good.text() + "\u001b[2J", good.signature()));
        return forged;
    }

    @Test
    void wordsThatNobodySignedOpenNothingAndTheReleaseGoesOn() throws Exception {
        try (Scene scene = Scene.of(folder, WORDS, cluster);
                Releasing releasing = Releasing.ask(scene, server, Scene.VERSION)) {
            releasing.startNearWorker();
            releasing.await(releasing::waitsForApproval);
            ReleasePlan plan = scene.read(Scene.VERSION);
            String review =
                    Review.parse(releasing.report().review().get(0).text()).hash();
            String workflow = releasing.name().workflowId();

            for (SignedStatement each : forged(scene, plan, review)) {
                releasing.workflow().signal("approve", each);
                assertThatThrownBy(() -> releasing.workflow().update("approve", Object.class, each))
                        .as(each.text().substring(0, Math.min(80, each.text().length())))
                        .isInstanceOf(WorkflowUpdateException.class);
            }
            for (int i = 0; i < 200; i++) {
                releasing.workflow().signal("approve", new SignedStatement("wrong " + i, "no signature"));
            }
            for (String input : List.of("{\"by\":\"ana\"}", "\"yes\"", "[1,2,3]", "null")) {
                assertThat(temporal(
                                WORDS,
                                "workflow",
                                "signal",
                                "--workflow-id",
                                workflow,
                                "--name",
                                "approve",
                                "--input",
                                input))
                        .isZero();
                assertThat(temporal(
                                WORDS,
                                "workflow",
                                "update",
                                "execute",
                                "--workflow-id",
                                workflow,
                                "--name",
                                "approve",
                                "--input",
                                input))
                        .isNotZero();
            }
            releasing.workflow().signal("no-such-signal", "x");
            releasing.await(() -> releasing.report().journal().stream()
                    .anyMatch(entry -> entry.text().contains("signals were refused")));
            assertThat(releasing.waitsForApproval()).isTrue();
            assertThat(releasing.report().journal()).hasSizeLessThan(40);
            nothingChanged(scene);

            ReleaseReport report = releasing.toItsEnd();
            assertThat(report.outcome()).as(report.toString()).isEqualTo("SUCCEEDED");
            assertThat(scene.switches()).containsExactly(Scene.VERSION);
        }
    }

    private static String attack(Scene scene, String what, String environment, OpenRequest open, String grant) {
        WorkflowClient client = server.client(scene.environment);
        Attack attack = client.newWorkflowStub(
                Attack.class,
                WorkflowOptions.newBuilder()
                        .setTaskQueue("mallory")
                        .setWorkflowExecutionTimeout(Duration.ofSeconds(60))
                        .build());
        return attack.run(what, environment, open, grant);
    }

    @Test
    void activitiesPutStraightOnTheQueueDoNothing() throws Exception {
        try (Scene scene = Scene.of(folder, ACTIVITIES, cluster);
                Releasing releasing = Releasing.ask(scene, server, Scene.VERSION)) {
            releasing.startNearWorker();
            releasing.await(releasing::waitsForApproval);
            WorkerFactory mallory = WorkerFactory.newInstance(server.client(ACTIVITIES));
            mallory.newWorker("mallory").registerWorkflowImplementationTypes(AttackImpl.class);
            mallory.start();
            ReleasePlan plan = scene.read(Scene.VERSION);
            SignedText review = releasing.report().review().get(0);
            SignedStatement request = scene.sign("ben", Kind.REQUEST, plan, "", "", "");
            OpenRequest unapproved = new OpenRequest(
                    Scene.SERVICE,
                    ACTIVITIES,
                    plan.version(),
                    plan.digest(),
                    request,
                    review,
                    List.of(scene.sign(
                            "ben",
                            Kind.APPROVE,
                            plan,
                            Review.parse(review.text()).hash(),
                            "CONFIRM",
                            "mine")),
                    "release:of:mallory",
                    "run",
                    List.of());
            try {
                assertThat(attack(scene, "open", ACTIVITIES, unapproved, "")).isEqualTo("REFUSED");
                for (String what : List.of("deploy", "migrate", "roll back")) {
                    for (String grant : List.of("0".repeat(64), request.id(), "", "../../etc/passwd")) {
                        assertThatThrownBy(() -> attack(scene, what, ACTIVITIES, unapproved, grant))
                                .as(what + " with " + grant)
                                .isInstanceOf(WorkflowFailedException.class);
                    }
                }
                assertThat(attack(scene, "close", ACTIVITIES, unapproved, "0".repeat(64)))
                        .as("a word that leaves no trace")
                        .isEqualTo("SUCCEEDED");
                assertThatThrownBy(() -> attack(scene, "deploy", "production2", unapproved, "0".repeat(64)))
                        .as("an environment that nobody serves")
                        .isInstanceOf(WorkflowFailedException.class);
            } finally {
                mallory.shutdownNow();
            }
            nothingChanged(scene);

            ReleaseReport report = releasing.toItsEnd();
            assertThat(report.outcome()).as(report.toString()).isEqualTo("SUCCEEDED");
            assertThat(scene.switches()).containsExactly(Scene.VERSION);
        }
    }

    @Test
    void aTerminatedQueueLosesNothing() throws Exception {
        try (Scene scene = Scene.of(folder, QUEUE, cluster);
                Releasing releasing = Releasing.ask(scene, server, Scene.VERSION)) {
            releasing.startNearWorker();
            releasing.until(() -> releasing.in("watch"));
            String queue = ReleaseName.environmentWorkflowId(Scene.SERVICE, QUEUE);
            assertThat(temporal(QUEUE, "workflow", "terminate", "--workflow-id", queue, "--reason", "mallory"))
                    .isZero();

            ReleaseReport report = releasing.toItsEnd();

            assertThat(report.outcome()).as(report.toString()).isEqualTo("SUCCEEDED");
            assertThat(scene.live()).isEqualTo(Scene.VERSION);
        }
    }
}
