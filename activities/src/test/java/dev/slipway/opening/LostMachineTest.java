package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.environment.EnvironmentActivities.DecideResult;
import dev.slipway.ledger.S3Server;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Statement;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record in a bucket, and workers on machines that come and go. */
class LostMachineTest {

    @TempDir
    private static Path shared;

    private static S3Server server;

    @TempDir
    private Path home;

    private Dock dock;

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.start(shared);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        dock = new Dock(home);
        dock.record(server.place("records/" + home.getFileName()));
        dock.files();
        dock.serve(Dock.NO_FLOOR);
    }

    @AfterEach
    void close() {
        dock.close();
    }

    private void anotherMachine(String name) throws Exception {
        dock.anotherMachine(name);
        dock.serve(Dock.NO_FLOOR);
    }

    @Test
    void aLostMachineLosesNothing() throws Exception {
        dock.released("1.0.0");
        Dock.Ready ready = dock.ready("1.1.0");
        Dock.Draft freeze = dock.word(Kind.FREEZE, "cleo", dock.state().freezeState());
        freeze.confirm = "";
        freeze.what = Statement.what(Map.of(
                "until",
                dock.clock
                        .instant()
                        .plus(Duration.ofHours(1))
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString()));
        DecideResult frozen = dock.decide(freeze.signed());
        assertThat(frozen.done()).as(frozen.text()).isTrue();

        anotherMachine("second");

        assertThat(dock.state().live().version()).isEqualTo("1.0.0");
        assertThat(dock.open(ready).opening()).as("the freeze is known there").isEqualTo(Opening.LATER);
        dock.clock.passes(Duration.ofMinutes(61));
        Dock.Ready later = dock.ready("1.1.0");
        OpenResult opened = dock.open(later);
        assertThat(opened.opening()).isEqualTo(Opening.OPENED);

        anotherMachine("third");
        dock.activities().deploy(dock.step(opened, 1));
        assertThat(dock.close(opened.grant(), "SUCCEEDED").outcome()).isEqualTo("SUCCEEDED");
        assertThat(dock.history()).containsExactly("1.0.0", "1.1.0");
        anotherMachine("fourth");
        assertThat(dock.state().lastKnownGood().orElseThrow().version()).isEqualTo("1.0.0");
        assertThat(dock.served().record().trouble()).isEmpty();
    }

    @Test
    void aStepIsDoneOnceByWhicheverMachine() throws Exception {
        OpenResult opened = dock.opened("1.0.0");
        dock.activities().deploy(dock.step(opened, 1));

        for (String machine : List.of("second", "third")) {
            anotherMachine(machine);
            dock.activities().deploy(dock.step(opened, 1));
        }

        assertThat(dock.history()).containsExactly("1.0.0");
    }
}
