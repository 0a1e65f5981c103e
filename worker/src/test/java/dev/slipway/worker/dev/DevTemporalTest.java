package dev.slipway.worker.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.uber.m3.tally.NoopScope;
import dev.slipway.release.Converter;
import dev.slipway.worker.Stopped;
import dev.slipway.worker.Temporal;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DevTemporalTest {

    private static final Map<String, String> SHELL = System.getenv();

    @TempDir
    private Path folder;

    @Test
    void startsTheOfficialServerWithItsUiAndEndsIt() throws Exception {
        Path program = official();
        int port = Ports.free(1).get(0);
        try (DevTemporal temporal = CliTemporal.start(program, request(port))) {
            connect(temporal).close();
            assertThat(HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(
                                                    URI.create(temporal.ui().orElseThrow()))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(temporal.lacks()).isEmpty();
        }
        assertThat(Ports.taken(port)).isFalse();
    }

    @Test
    void comesBackOnTheSameFile() {
        Path program = official();
        List<Integer> ports = Ports.free(2);
        DevTemporal.Request request =
                new DevTemporal.Request(ports.get(0), ports.get(1), Optional.of(folder.resolve("t.db")), folder);
        try (DevTemporal temporal = CliTemporal.start(program, request)) {
            connect(temporal).close();
        }
        try (DevTemporal temporal = CliTemporal.start(program, request)) {
            connect(temporal).close();
        }
        assertThat(folder.resolve("t.db")).exists();
    }

    @Test
    void neverTakesSomebodyElsesServerForItsOwn() throws IOException {
        Path program = official();
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> CliTemporal.start(program, request(other.getLocalPort())))
                    .isInstanceOf(Stopped.class)
                    .hasMessageContaining("port " + other.getLocalPort());
            assertThatThrownBy(() -> InProcessTemporal.start(request(other.getLocalPort())))
                    .isInstanceOf(Stopped.class)
                    .hasMessageContaining("port " + other.getLocalPort());
        }
    }

    @Test
    void tellsWhatAProgramSaidThatIsNotTemporal() throws IOException {
        Path program = folder.resolve("temporal");
        Files.writeString(program, "#!/bin/sh\necho 'I am something else' >&2\nexit 3\n");
        program.toFile().setExecutable(true);

        assertThatThrownBy(
                        () -> CliTemporal.start(program, request(Ports.free(1).get(0))))
                .isInstanceOf(Stopped.class)
                .hasMessageContaining("I am something else");
    }

    @Test
    void theServerInsideTheSdkListensOnTheLoopbackAndSaysWhatItLacks() throws Exception {
        int port = Ports.free(1).get(0);
        try (DevTemporal temporal = InProcessTemporal.start(request(port))) {
            connect(temporal).close();
            assertThat(temporal.ui()).isEmpty();
            assertThat(temporal.lacks()).contains("no UI");
            assertThat(temporal.sticky()).isZero();
        }
        assertThat(Ports.taken(port)).isFalse();
    }

    @Test
    void leadsPastTheShellsOwnTemporal() {
        try (DevTemporal temporal =
                InProcessTemporal.start(request(Ports.free(1).get(0)))) {
            Map<String, String> variables = temporal.variables(
                    Map.of("TEMPORAL_API_KEY", "of-another", "TEMPORAL_ADDRESS", "cloud:7233", "HOME", "/h"));

            assertThat(variables)
                    .containsEntry("TEMPORAL_ADDRESS", temporal.address())
                    .containsEntry("HOME", "/h")
                    .doesNotContainKey("TEMPORAL_API_KEY");
        }
    }

    @Test
    void saysHowToGoOnWhereTemporalDoesNotAnswer() {
        List<String> said = new ArrayList<>();
        int nobody = Ports.free(1).get(0);

        assertThatThrownBy(() -> Temporal.connect(
                        Map.of("TEMPORAL_ADDRESS", "127.0.0.1:" + nobody),
                        Converter.dataConverter(),
                        new NoopScope(),
                        Duration.ofSeconds(5),
                        said::add))
                .isInstanceOfSatisfying(
                        Stopped.class, stopped -> assertThat(stopped.exitCode()).isEqualTo(18))
                .hasMessageContaining("127.0.0.1:" + nobody)
                .hasMessageContaining("TEMPORAL_ADDRESS");
        assertThat(said).hasSize(1);
    }

    private DevTemporal.Request request(int port) {
        // two looks for one free port may find the same
        int uiPort =
                Ports.free(2).stream().filter(free -> free != port).findFirst().orElseThrow();
        return new DevTemporal.Request(port, uiPort, Optional.empty(), folder);
    }

    private Temporal connect(DevTemporal temporal) {
        return Temporal.connect(
                Map.of("TEMPORAL_ADDRESS", temporal.address(), "TEMPORAL_NAMESPACE", "default"),
                Converter.dataConverter(),
                new NoopScope(),
                Duration.ofSeconds(10),
                line -> {});
    }

    private static Path official() {
        Optional<Path> program = Stream.of(SHELL.getOrDefault("PATH", "").split(":"))
                .map(directory -> Path.of(directory).resolve("temporal"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(program.isPresent(), "the official temporal program is not on the PATH");
        return program.orElseThrow();
    }
}
