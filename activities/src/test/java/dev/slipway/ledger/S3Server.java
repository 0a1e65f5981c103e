package dev.slipway.ledger;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A real S3 server of this test's own: versitygw over a directory. */
public final class S3Server implements AutoCloseable {

    static final String BUCKET = "records";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Process server;
    private final int port;

    private S3Server(Process server, int port) {
        this.server = server;
        this.port = port;
    }

    /** Skips the test by name where the server is not on this machine; in CI it has to be. */
    public static S3Server start(Path folder) throws Exception {
        Optional<Path> program = Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, "versitygw"))
                .filter(Files::isExecutable)
                .findFirst();
        if ("true".equals(System.getenv("CI")) && program.isEmpty()) {
            throw new AssertionError("versitygw is not on the PATH, and in CI it has to be");
        }
        Assumptions.assumeTrue(program.isPresent(), "versitygw is not on the PATH: S3 is not tested");
        System.setProperty("aws.accessKeyId", "slipway");
        System.setProperty("aws.secretAccessKey", "slipway-secret");
        int port = free();
        ProcessBuilder command = new ProcessBuilder(
                program.get().toString(),
                "--port",
                "127.0.0.1:" + port,
                "posix",
                "--sidecar",
                Files.createDirectories(folder.resolve("meta")).toString(),
                Files.createDirectories(folder.resolve("data")).toString());
        command.environment().put("ROOT_ACCESS_KEY", "slipway");
        command.environment().put("ROOT_SECRET_KEY", "slipway-secret");
        command.redirectErrorStream(true)
                .redirectOutput(folder.resolve("s3.log").toFile());
        S3Server started = new S3Server(command.start(), port);
        started.awaitReady();
        try (S3Client client = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .region(Region.US_EAST_1)
                .endpointOverride(URI.create(started.endpoint()))
                .forcePathStyle(true)
                .build()) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
        return started;
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() {
        Instant end = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(end)) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException notYet) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
        close();
        throw new AssertionError("versitygw does not answer on port " + port);
    }

    String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    public RecordPlace.S3 place(String prefix) {
        return new RecordPlace.S3(BUCKET, prefix, "us-east-1", endpoint());
    }

    @Override
    public void close() {
        server.destroyForcibly();
        try {
            server.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
