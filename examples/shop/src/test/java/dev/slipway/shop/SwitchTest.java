package dev.slipway.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SwitchTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final HttpClient client = HttpClient.newHttpClient();

    private Path directory;
    private Cluster cluster;
    private String database;
    private Path home;
    private int port;
    private int tests;

    @BeforeAll
    void startPostgres(@TempDir Path directory) throws Exception {
        this.directory = directory;
        cluster = new Cluster();
        database = cluster.newDatabase();
        cluster.migrate(database, VersionFolder.make(directory, "1.2.0"), 3);
    }

    @AfterAll
    void stopPostgres() throws Exception {
        cluster.close();
    }

    @BeforeEach
    void chooseAHome() throws IOException {
        home = directory.resolve("home of test " + ++tests);
        port = Cluster.freePort();
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        assertThat(run("1.0.0", "--stop").code()).isZero();
        assertThat(processes()).isEmpty();
    }

    @Test
    void movesTrafficForthAndBackWithoutDroppingARequest() throws Exception {
        assertThat(run("1.0.0", "1.0.0")).isEqualTo(new Said(0, "1.0.0", ""));
        Process traffic = traffic();
        until(() -> answered("200", "1.0.0") > 10);

        assertThat(run("1.1.0", "1.1.0")).isEqualTo(new Said(0, "1.1.0", ""));
        until(() -> answered("500", "1.1.0") > 10);
        assertThat(run("1.1.0", "--current").out()).isEqualTo("1.1.0");

        long before = answered("200", "1.0.0");
        assertThat(run("1.1.0", "1.0.0")).isEqualTo(new Said(0, "1.0.0", ""));
        until(() -> answered("200", "1.0.0") > before + 10);

        traffic.toHandle().destroy(); // the handle leaves its output open, the process would close it
        String summary = new String(traffic.getInputStream().readAllBytes()).strip();
        assertThat(summary).startsWith("traffic: ").contains("200=", "201=", "500=");
        assertThat(summary).doesNotContain("none=", "502=", "503=");
        assertThat(processes()).hasSize(2);
    }

    @Test
    void doesNothingWhenTheVersionIsLive() throws Exception {
        run("1.0.0", "1.0.0");
        List<Long> before = processes();
        assertThat(run("1.0.0", "1.0.0")).isEqualTo(new Said(0, "1.0.0", "switch: 1.0.0 is live already"));
        assertThat(processes()).isEqualTo(before).hasSize(2);
    }

    @Test
    void keepsTheOldVersionWhenTheNewOneDoesNotStart() throws Exception {
        run("1.0.0", "1.0.0");
        List<Long> before = processes();
        Path folder = VersionFolder.make(Files.createDirectory(home.resolve("broken")), "1.0.0");
        Files.writeString(folder.resolve("app/queries.properties"), "version = 1.3.0\n");

        Said said = run(folder, "1.3.0");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.error().lines()).hasSize(1);
        assertThat(said.error())
                .startsWith("switch: version '1.3.0' does not come up, '1.0.0' goes on serving")
                .contains("'products' is missing");
        assertThat(processes()).isEqualTo(before);
        assertThat(get("/version")).contains("1.0.0");
    }

    @Test
    void refusesAVersionThatIsNeitherHereNorKept() throws Exception {
        assertThat(run("1.0.0", "1.1.0").error())
                .isEqualTo("switch: version '1.1.0' is neither here (this is '1.0.0') nor kept; "
                        + "deploy it from its own commit");
        assertThat(run("1.0.0", "../1.0.0").code()).isEqualTo(2);
        assertThat(run("1.0.0", "1/0").error()).startsWith("switch: '1/0' is no version");
    }

    @Test
    void saysNothingWhenNothingIsLive() throws Exception {
        assertThat(run("1.0.0", "--current")).isEqualTo(new Said(0, "", ""));
        assertThat(home).doesNotExist();
    }

    @Test
    void startsTheShopInASessionThatNoKilledProcessGroupReaches() throws Exception {
        run("1.0.0", "1.0.0");
        for (long pid : processes()) {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String session = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3];
            assertThat(session).isEqualTo(String.valueOf(pid));
        }
    }

    @Test
    void comesRightAfterBeingKilledOnTheWay() throws Exception {
        run("1.0.0", "1.0.0");
        Process killed = start(VersionFolder.make(directory, "1.1.0"), "1.1.0");
        until(() -> processes().size() == 3);
        killed.destroyForcibly().waitFor();

        assertThat(run("1.1.0", "1.1.0")).isEqualTo(new Said(0, "1.1.0", ""));
        assertThat(processes()).hasSize(2);
        assertThat(get("/version")).contains("1.1.0");
    }

    @Test
    void takesNewVersionsAwayWhenItIsStoppedOnTheWay() throws Exception {
        run("1.0.0", "1.0.0");
        List<Long> before = processes();
        Process stopped = start(VersionFolder.make(directory, "1.1.0"), "1.1.0");
        until(() -> processes().size() == 3);
        stopped.destroy();
        assertThat(stopped.waitFor()).isEqualTo(143);
        assertThat(processes()).isEqualTo(before);
        assertThat(run("1.0.0", "--current").out()).isEqualTo("1.0.0");
    }

    @Test
    void takesOneSwitchAfterTheOther() throws Exception {
        List<Process> all = List.of(
                start(VersionFolder.make(directory, "1.0.0"), "1.0.0"),
                start(VersionFolder.make(directory, "1.1.0"), "1.1.0"),
                start(VersionFolder.make(directory, "1.2.0"), "1.2.0"));
        for (Process each : all) {
            assertThat(each.waitFor()).isZero();
        }
        assertThat(processes()).hasSize(2);
        assertThat(get("/version")).contains(run("1.0.0", "--current").out());
    }

    @Test
    void startsAVersionAgainThatHasDied() throws Exception {
        run("1.0.0", "1.0.0");
        long pid =
                Long.parseLong(Files.readString(home.resolve("current")).strip().split(" ")[2]);
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        until(() -> processes().size() == 1);
        assertThat(get("/version")).contains("version 1.0.0 does not answer");
        assertThat(run("1.0.0", "--current").out()).isEmpty();

        assertThat(run("1.0.0", "1.0.0")).isEqualTo(new Said(0, "1.0.0", ""));
        assertThat(get("/version")).contains("\"1.0.0\"");
    }

    @Test
    void showsTheDatabaseUrlToNoOneElse() throws Exception {
        run("1.0.0", "1.0.0");
        for (long pid : processes()) {
            assertThat(Files.readString(Path.of("/proc/" + pid + "/cmdline"))).doesNotContain("postgres://");
            boolean router =
                    Files.readString(Path.of("/proc/" + pid + "/cmdline")).contains("Router");
            assertThat(Files.readString(Path.of("/proc/" + pid + "/environ")).contains("DATABASE_URL=postgres://"))
                    .isEqualTo(!router);
        }
    }

    private record Said(int code, String out, String error) {}

    private Said run(String commit, String argument) throws Exception {
        return run(VersionFolder.make(directory, commit), argument);
    }

    private Said run(Path folder, String argument) throws Exception {
        Process process = start(folder, argument);
        String out = new String(process.getInputStream().readAllBytes()).strip();
        String error = new String(process.getErrorStream().readAllBytes()).strip();
        return new Said(process.waitFor(), out, error);
    }

    private Process start(Path folder, String argument) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("./switch", argument).directory(folder.toFile());
        builder.environment().put("SHOP_HOME", home.toString());
        builder.environment().put("SHOP_PORT", String.valueOf(port));
        builder.environment().put("SHOP_CLASSPATH", System.getProperty("java.class.path"));
        builder.environment()
                .put("JAVA", ProcessHandle.current().info().command().orElseThrow());
        builder.environment().put("DATABASE_URL", database);
        return builder.start();
    }

    private Process traffic() throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Traffic.class.getName(),
                        "http://127.0.0.1:" + port,
                        "100")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private long answered(String code, String version) throws Exception {
        String series = "http_requests_total{code=\"%s\",version=\"%s\"} ".formatted(code, version);
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToLong(line -> Long.parseLong(line.substring(series.length())))
                .sum();
    }

    private String get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    /** The shop's and the router's processes of this test, in the order of their numbers. */
    private List<Long> processes() {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(process -> commandLine(process).contains("dev.slipway.shop.")
                            && commandLine(process).contains("\0" + home + "\0")
                            && !commandLine(process).startsWith("sh\0"))
                    .map(ProcessHandle::pid)
                    .sorted()
                    .toList();
        }
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }
}
