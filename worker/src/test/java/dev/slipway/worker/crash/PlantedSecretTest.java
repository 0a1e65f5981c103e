package dev.slipway.worker.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Secrets are planted where a worker looks them up, and a script says one of them aloud in four ways; then everything that
 * anybody could read is searched for them.
 */
@Integration
@Execution(ExecutionMode.CONCURRENT)
class PlantedSecretTest {

    /** Each has a core of letters and digits that survives escaping and URL-encoding, so one search finds all of those. */
    private static final String PASSWORD_CORE = "kX7vQ2mZ9tR4w";

    private static final String PASSWORD = "p@:/ " + PASSWORD_CORE + "\"%+=&";
    private static final String TOKEN_CORE = "h8LtN3cJ6yB1f";
    private static final String CONFIG_CORE = "sD5gW0pE4uA7z";
    private static final String CONFIG = "c\"\\/+ " + CONFIG_CORE + "=&ü%";
    private static final List<String> CORES = List.of(PASSWORD_CORE, TOKEN_CORE, CONFIG_CORE);

    private static final String ALOUD = """
            url() { local LC_ALL=C i c; for ((i = 0; i < ${#1}; i++)); do c=${1:i:1}
              case $c in [a-zA-Z0-9.~_-]) printf %s "$c";; *) printf '%%%02X' "'$c";; esac; done; }
            json() { local t=${1//\\\\/\\\\\\\\}; printf %s "${t//\\"/\\\\\\"}"; }
            say() {
              echo "plain $CONFIG"; echo "url $(url "$CONFIG")"; echo "base64 $(printf %s "$CONFIG" | base64 -w0)"
              echo "base64 inside $(printf 'x%s' "$CONFIG" | base64 -w0) $(printf 'xy%sz' "$CONFIG" | base64 -w0)"
              echo "{\\"config\\":\\"$(json "$CONFIG")\\"}"; }
            say; say >&2""";

    private static final String GOOD = "secret-good";
    private static final String BAD = "secret-rolled-back";
    private static final String FAILED = "secret-failed";
    private static final String NOWHERE = "secret-without-database";

    @TempDir
    private static Path folder;

    private static ThrowAwayCluster cluster;
    private static DevServer server;
    private static ProcessList processes;

    @BeforeAll
    static void start() {
        cluster = ThrowAwayCluster.start();
        cluster.execute("postgres", "create role shop superuser login password '" + PASSWORD + "'");
        server = new DevServer(folder, List.of(GOOD, BAD, FAILED, NOWHERE));
        processes = new ProcessList();
        processes.start();
    }

    @AfterAll
    static void stop() {
        processes.close();
        server.close();
        cluster.close();
    }

    @Test
    void aGoodReleaseTellsNone() throws Exception {
        try (Scene scene = scene(GOOD, GOOD)) {
            scene.script(ALOUD);
            released(scene, "SUCCEEDED");
        }
    }

    @Test
    void aRolledBackReleaseTellsNone() throws Exception {
        try (Scene scene = scene(BAD, BAD)) {
            scene.script(ALOUD);
            scene.breakNewVersion();
            released(scene, "ROLLED_BACK");
        }
    }

    @Test
    void aFailedReleaseTellsNone() throws Exception {
        try (Scene scene = scene(FAILED, FAILED)) {
            scene.script(ALOUD + "\nif [ \"$1\" = 1.0.0 ]; then say; say >&2; exit 3; fi");
            released(scene, "ROLLED_BACK");
        }
    }

    @Test
    void aReleaseWithoutItsDatabaseTellsNone() throws Exception {
        try (Scene scene = scene(NOWHERE, "nobody-made-this-one")) {
            released(scene, "FAILED");
        }
    }

    private static Scene scene(String environment, String database) {
        synchronized (cluster) {
            cluster.createDatabase(environment);
            cluster.createDatabase(environment + "_development");
        }
        return new Scene(
                folder,
                environment,
                new Scene.Secrets(url(database), url(environment + "_development"), TOKEN_CORE, CONFIG));
    }

    private static String url(String database) {
        return "postgresql://shop:"
                + URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8).replace("+", "%20") + "@127.0.0.1:"
                + cluster.port() + "/" + database;
    }

    private static void released(Scene scene, String outcome) throws Exception {
        try (Releasing releasing = Releasing.ask(scene, server, Scene.VERSION)) {
            releasing.startWorker("");
            ReleaseReport report = releasing.toItsEnd();
            assertThat(report.outcome()).as(report.toString()).isEqualTo(outcome);
            List<String> found = new ArrayList<>();
            look("the report", report.toString(), found);
            look("the metrics", metrics(releasing), found);
            for (String workflow : List.of(
                    releasing.name().workflowId(),
                    ReleaseName.environmentWorkflowId(Scene.SERVICE, scene.environment))) {
                temporal(releasing, workflow, found);
            }
            scene.told.forEach(told -> look("the notification " + told.event(), told.key() + told.body(), found));
            releasing.workers().forEach(SomeWorker::stop);
            files(scene.home, found);
            files(folder.resolve("temporal.db"), found);
            files(folder.resolve("temporal.db-wal"), found);
            processes.lines().forEach(line -> look("the process list", line, found));
            assertThat(found).isEmpty();
            if (!scene.environment.equals(NOWHERE)) {
                assertThat(report.toString())
                        .as("what the script said, without the secret")
                        .contains("[CONFIG]");
                assertThat(processes.lines()).anyMatch(line -> line.contains("switch 1.0.0"));
            }
        }
    }

    /** The history with its payloads as they are, the memo, the search attributes, summaries and details. */
    private static void temporal(Releasing releasing, String workflow, List<String> found) {
        if (releasing.ended()
                && workflow.startsWith("environment")
                && releasing.report().opened().isEmpty()) {
            return;
        }
        look(
                "the history of " + workflow,
                text(releasing.client().fetchHistory(workflow).getHistory().toByteArray()),
                found);
        look(
                "the description of " + workflow,
                text(releasing
                        .client()
                        .getWorkflowServiceStubs()
                        .blockingStub()
                        .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                                .setNamespace(releasing.scene().environment)
                                .setExecution(WorkflowExecution.newBuilder().setWorkflowId(workflow))
                                .build())
                        .toByteArray()),
                found);
    }

    private static String metrics(Releasing releasing) throws Exception {
        Matcher page = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/metrics")
                .matcher(releasing.workers().get(0).said());
        assertThat(page.find()).isTrue();
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(page.group())).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Every file but the secrets' own. */
    private static void files(Path root, List<String> found) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(each -> !each.toString().endsWith(".secret"))
                    .toList()) {
                look(file.toString(), text(Files.readAllBytes(file)), found);
            }
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static void look(String where, String text, List<String> found) {
        for (String core : CORES) {
            for (String form : forms(core)) {
                int at = text.indexOf(form);
                if (at >= 0) {
                    found.add(where + " holds " + form + ": …"
                            + text.substring(Math.max(0, at - 120), Math.min(text.length(), at + 60)) + "…");
                }
            }
        }
    }

    /** As it is, and what of its base64 does not depend on what stands before and after it. */
    private static Set<String> forms(String core) {
        Set<String> forms = new TreeSet<>(Set.of(core));
        for (int before = 0; before < 3; before++) {
            String base64 = Base64.getEncoder()
                    .withoutPadding()
                    .encodeToString(("x".repeat(before) + core).getBytes(StandardCharsets.UTF_8));
            int from = (before * 8 + 5) / 6;
            forms.add(base64.substring(from, (before + core.length()) * 8 / 6));
        }
        return forms;
    }

    /** What `ps` would have shown to everybody on this machine, looked at again and again. */
    private static final class ProcessList implements AutoCloseable {

        private final Set<String> lines = new ConcurrentSkipListSet<>();
        private final Thread looking = new Thread(this::look, "process list");
        private volatile boolean over;

        void start() {
            looking.setDaemon(true);
            looking.start();
        }

        Set<String> lines() {
            return lines;
        }

        private void look() {
            while (!over) {
                try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                    for (Path each : all) {
                        line(each);
                    }
                } catch (IOException e) {
                    throw new IllegalStateException("/proc can't be read", e);
                }
                LockSupport.parkNanos(15_000_000);
            }
        }

        private void line(Path process) {
            try {
                lines.add(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                        .replace('\0', ' '));
            } catch (IOException gone) {
                // it has ended while we looked
            }
        }

        @Override
        public void close() {
            over = true;
        }
    }
}
