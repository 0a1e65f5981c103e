package dev.slipway.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.temporal.testing.TemporalDevServer;
import io.temporal.testing.TemporalDevServerOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** A real Temporal server of the test's own, which keeps what it knows in a folder; where the temporal CLI is not on the PATH, the test is left out. */
final class DevelopmentServer implements AutoCloseable {

    private final TemporalDevServer server;

    private DevelopmentServer(TemporalDevServer server) {
        this.server = server;
    }

    static DevelopmentServer start(Path folder) throws IOException {
        Optional<Path> program = Arrays.stream(System.getenv("PATH").split(":"))
                .map(each -> Path.of(each, "temporal"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(program.isPresent(), "the temporal CLI is not on the PATH");
        int port;
        int http;
        try (ServerSocket first = new ServerSocket(0);
                ServerSocket second = new ServerSocket(0)) {
            port = first.getLocalPort();
            http = second.getLocalPort();
        }
        return new DevelopmentServer(TemporalDevServer.start(TemporalDevServerOptions.newBuilder()
                .setExistingPath(program.get().toString())
                .setPort(port)
                .setUiEnabled(false)
                .setDatabaseFilename(folder.resolve("temporal.db").toString())
                // the one that it would choose for itself can be the one above
                .setExtraArgs("--http-port", String.valueOf(http))
                .setLogFile(folder.resolve("temporal.log").toString())
                .build()));
    }

    String address() {
        return server.getTarget();
    }

    @Override
    public void close() {
        server.close();
    }
}
