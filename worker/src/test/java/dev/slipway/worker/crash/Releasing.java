package dev.slipway.worker.crash;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Review;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseInput;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.ReleaseWorkflow;
import dev.slipway.release.Status;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One release of a scene by workers that may die: asked for and approved by people who try again, and taken on by another
 * worker a moment after the last one is gone.
 */
final class Releasing implements AutoCloseable {

    private static final Duration WORKFLOW_TASK = Duration.ofSeconds(5);

    private final Scene scene;
    private final DevServer server;
    private final WorkflowClient client;
    private final ReleasePlan plan;
    private final ReleaseWorkflow release;
    private final WorkflowStub untyped;
    private final List<SomeWorker> workers = new ArrayList<>();
    private Optional<SignedStatement> approval = Optional.empty();
    private final long asked = System.nanoTime();
    private boolean approved;

    private Releasing(Scene scene, DevServer server, String version) {
        this.scene = scene;
        this.server = server;
        this.client = server.client(scene.environment);
        this.plan = scene.read(version);
        this.release = client.newWorkflowStub(
                ReleaseWorkflow.class,
                WorkflowOptions.newBuilder()
                        .setWorkflowId(name().workflowId())
                        .setTaskQueue(Queues.WORKFLOWS)
                        .setWorkflowTaskTimeout(WORKFLOW_TASK)
                        .build());
        this.untyped = WorkflowStub.fromTyped(release);
    }

    /** Asks for a release. No worker is there yet. */
    static Releasing ask(Scene scene, DevServer server, String version) {
        Releasing releasing = new Releasing(scene, server, version);
        WorkflowClient.start(
                releasing.release::run,
                new ReleaseInput(releasing.plan, scene.sign("ben", Kind.REQUEST, releasing.plan, "", "", "")));
        return releasing;
    }

    ReleaseName name() {
        return new ReleaseName(Scene.SERVICE, scene.environment, plan.version());
    }

    /** Starts a worker that dies at a point, or at none. */
    StartedWorker startWorker(String point) {
        return startWorker(point, "crashed");
    }

    /** Starts a worker that nobody kills. */
    SomeWorker startNearWorker() {
        return startNearWorker("");
    }

    /** Starts a worker that stays at a point, or at none. */
    SomeWorker startNearWorker(String point) {
        SomeWorker worker = NearWorker.start(
                scene.file(), scene.variables(server.address()), new Point(point, scene.home.resolve("crashed")));
        workers.add(worker);
        return worker;
    }

    private StartedWorker startWorker(String point, String happened) {
        StartedWorker worker = StartedWorker.start(
                scene.file(),
                point,
                scene.home.resolve(happened),
                scene.home.resolve("worker-" + (workers.size() + 1) + ".log"),
                scene.variables(server.address()));
        workers.add(worker);
        return worker;
    }

    Scene scene() {
        return scene;
    }

    List<SomeWorker> workers() {
        return List.copyOf(workers);
    }

    boolean crashed() {
        return Files.exists(scene.home.resolve("crashed"));
    }

    /** Lets a worker go on that stays at a point. */
    void goOn() throws IOException {
        Files.createFile(scene.home.resolve("crashed.go"));
    }

    /** Approves when it is asked, until something is true. */
    void until(Patience.Condition condition) {
        await(() -> {
            if (workers.stream().noneMatch(SomeWorker::isAlive)) {
                throw new AssertionError(scene.environment + ": the worker has ended; " + story());
            }
            approveIfAsked();
            return condition.met();
        });
    }

    /** An outage is nothing but time that goes by. */
    static void passes(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    /** Approves whenever it is asked, until the end. */
    ReleaseReport toItsEnd() {
        until(this::ended);
        return report();
    }

    /** Workers are killed one after another, each at a moment of its own; then one lives to the end. */
    ReleaseReport surviving(List<Crash> crashes) {
        for (Crash crash : crashes) {
            StartedWorker worker = startWorker("", "lives");
            await(() -> {
                if (!worker.isAlive()) {
                    throw new AssertionError(scene.environment + ": the worker has ended by itself; " + story());
                }
                if (crash.outside().now(this)) {
                    worker.kill();
                    crash.outside().afterwards(scene);
                    return true;
                }
                approveIfAsked();
                return false;
            });
            ClassArchive.make(worker.classes());
        }
        startNearWorker();
        return toItsEnd();
    }

    /** Waits for a condition, whatever Temporal says in the meantime. */
    void await(Patience.Condition condition) {
        Patience.until(condition, () -> scene.environment + ": " + story());
    }

    private String story() {
        StringBuilder story = new StringBuilder();
        try {
            story.append(status()).append('\n').append(report()).append('\n');
        } catch (RuntimeException e) {
            story.append("no report: ").append(e).append('\n');
        }
        workers.forEach(worker -> story.append(worker.said()).append("\n---\n"));
        return story.toString();
    }

    /** What Temporal shows of it, whether a worker lives or not; nothing before it has shown anything. */
    Optional<Status> status() {
        return Optional.ofNullable((Status) untyped.describe().getMemo(Status.MEMO, Status.class));
    }

    boolean in(String phase) {
        return status().filter(
                        status -> status.phase().equals(phase) && status.what().isEmpty())
                .isPresent();
    }

    boolean waitsForApproval() {
        return status().filter(status -> status.what().startsWith("approval")).isPresent();
    }

    boolean ended() {
        return untyped.describe().getStatus() != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
    }

    ReleaseReport report() {
        return release.report();
    }

    void approveIfAsked() {
        // people approve when they are told; who is faster than that is told no more that it waits
        if (approved || !waitsForApproval() || !scene.hasTold("waiting")) {
            return;
        }
        if (approval.isEmpty()) {
            approval = Optional.of(scene.sign(
                    "ana",
                    Kind.APPROVE,
                    plan,
                    Review.parse(report().review().get(0).text()).hash(),
                    "CONFIRM",
                    "looks good"));
        }
        // a signal is taken by the server alone, so a worker that dies now costs nobody a second yes
        untyped.signal("approve", approval.get());
        approved = true;
    }

    /** One line for people who read the build's log. */
    String summary(String name) {
        return String.format(
                "%-42s %5.1f s, %d workers, %d notifications, %d of them repeats",
                name, (System.nanoTime() - asked) / 1e9, workers.size(), scene.told.size(), Aftermath.repeats(scene));
    }

    WorkflowStub workflow() {
        return untyped;
    }

    WorkflowClient client() {
        return client;
    }

    Path log(int worker) {
        return scene.home.resolve("worker-" + worker + ".log");
    }

    @Override
    public void close() {
        workers.forEach(SomeWorker::close);
    }
}
