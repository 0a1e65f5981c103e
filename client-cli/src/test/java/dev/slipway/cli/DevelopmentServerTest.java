package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What only a real Temporal server can show: who polls a queue, and lists. Nobody works here. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DevelopmentServerTest {

    private Optional<DevelopmentServer> server = Optional.empty();
    private Desk desk;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        server = Optional.of(DevelopmentServer.start(folder));
    }

    @BeforeEach
    void sitDown(@TempDir Path folder) {
        desk = new Desk(folder, server.orElseThrow().address());
    }

    @AfterAll
    void stop() {
        server.ifPresent(DevelopmentServer::close);
    }

    @Test
    void endsWith18WhereNoWorkerPollsAndTheReleaseStaysStarted() {
        Typed typed = desk.type("release", "production", "--version", "1.0.0", "--no-worker-timeout", "1s");
        assertThat(typed.code()).as(typed.out() + typed.err()).isEqualTo(18);
        assertThat(typed.err())
                .contains("no worker polls releases and releases-production; start one with `slipway worker`")
                .contains("stays started");
        assertThat(desk.type("waiting").out()).contains("no release and no restore waits for a person");
        assertThat(desk.type("watch", "1.0.0", "--no-worker-timeout", "1s").code())
                .isEqualTo(18);
        Typed shown = desk.type("show", "shop/production@1.0.0");
        assertThat(shown.code()).isEqualTo(18);
        assertThat(shown.err()).contains("slipway: no worker polls releases and releases-production");
    }

    @Test
    void waitsForNobodyWhereOnlyAWorkerCouldAnswer() {
        for (List<String> asked : List.of(
                List.of("unlock", "shop/prodction", "--reason", "x", "--yes"),
                List.of("freeze", "production", "--for", "2h", "--reason", "x", "--yes"),
                List.of("backups", "production"))) {
            long began = System.nanoTime();
            Typed typed = desk.type(asked.toArray(String[]::new));
            assertThat(typed.code()).as(asked + " " + typed.err()).isEqualTo(18);
            assertThat(typed.err()).contains("slipway: no worker polls releases and releases-prod", "start one with");
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("an answer is waited for for at least half a minute")
                    .isLessThan(Duration.ofSeconds(25));
        }
    }

    @Test
    void startsNeverthelessWhereItOnlyHasToBeAccepted() {
        Typed typed = desk.type("release", "production", "--version", "1.0.1", "--wait", "accepted");
        assertThat(typed.code()).isEqualTo(16);
        assertThat(typed.err()).contains("no worker polls");
    }

    @Test
    void namesTheNamespaceThatIsNotThere() {
        Typed typed = desk.with("TEMPORAL_NAMESPACE", "nowhere").type("status", "production");
        assertThat(typed.code()).isEqualTo(18);
        assertThat(typed.err()).contains("namespace 'nowhere' is not on");
    }

    @Test
    void takesAddressAndNamespaceFromTheCommandLineToo() {
        Typed typed = desk.with("TEMPORAL_ADDRESS", "127.0.0.1:1")
                .type("status", "production", "--address", server.orElseThrow().address(), "--namespace", "default");
        assertThat(typed.code()).as(typed.err()).isZero();
    }
}
