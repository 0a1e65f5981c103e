package dev.slipway.watching;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real Prometheus of this test's own, which scrapes its targets twice a second. */
public final class Prometheus implements AutoCloseable {

    static final Duration SCRAPE = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path program;
    private final Path folder;
    private final int port;
    private final HttpClient client = HttpClient.newHttpClient();
    private Process process;

    private Prometheus(Path program, Path folder, int port) {
        this.program = program;
        this.folder = folder;
        this.port = port;
    }

    /**
     * Skips the test by name where Prometheus is not on this machine; in CI it has to be.
     *
     * @param targets job to the address of its metrics page, {@code 127.0.0.1:9090}
     */
    public static Prometheus start(Path folder, Map<String, String> targets) throws Exception {
        Optional<Path> program = Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, "prometheus"))
                .filter(Files::isExecutable)
                .findFirst();
        if ("true".equals(System.getenv("CI")) && program.isEmpty()) {
            throw new AssertionError("prometheus is not on the PATH, and in CI it has to be");
        }
        Assumptions.assumeTrue(
                program.isPresent(),
                "prometheus is not on the PATH: watching with a real one is not tested; Debian has it"
                        + " (`apt-get download prometheus && dpkg -x prometheus_*.deb DIRECTORY`)");
        StringBuilder config =
                new StringBuilder("global: {scrape_interval: 500ms, scrape_timeout: 400ms}\nscrape_configs:\n");
        new TreeMap<>(targets).forEach((job, address) -> config.append("  - {job_name: ")
                .append(job)
                .append(", static_configs: [{targets: ['")
                .append(address)
                .append("']}]}\n"));
        Files.writeString(folder.resolve("prometheus.yml"), config);
        Prometheus prometheus = new Prometheus(program.get(), folder, free());
        prometheus.startAgain();
        return prometheus;
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Returns when it answers. */
    void startAgain() throws Exception {
        process = new ProcessBuilder(
                        program.toString(),
                        "--config.file=" + folder.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("prometheus.log").toFile()))
                .start();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!ready()) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new AssertionError(
                        "prometheus does not answer: " + Files.readString(folder.resolve("prometheus.log")));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private boolean ready() throws InterruptedException {
        try {
            return client.send(
                                    HttpRequest.newBuilder(URI.create(url() + "/-/ready"))
                                            .timeout(Duration.ofSeconds(2))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
