package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.environment.EnvironmentActivities.DecideResult;
import dev.slipway.evidence.Manifest;
import dev.slipway.record.State;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.trust.Kind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An environment that changes its key goes on with all that its record knows, and believes the former one nothing new. */
class ChangedKeyTest {

    private Dock dock;

    @BeforeEach
    void setUp(@TempDir Path home) throws Exception {
        dock = new Dock(home);
        dock.files();
    }

    @AfterEach
    void close() {
        dock.close();
    }

    private void changeKey() throws Exception {
        dock.changeKey();
        dock.serve(Dock.NO_FLOOR);
    }

    @Test
    void goesOnWithAllThatTheRecordKnows() throws Exception {
        dock.released("1.0.0");
        Dock.Ready spent = dock.ready("1.1.0");
        OpenResult opened = dock.open(spent);
        dock.activities().deploy(dock.step(opened, 1));
        dock.close(opened.grant(), "SUCCEEDED");
        DecideResult suspended = dock.decide(
                dock.word(Kind.SUSPEND, "ana", dock.publicKey("cleo").sha256()).signed());
        assertThat(suspended.done()).as(suspended.text()).isTrue();
        State before = dock.state();

        changeKey();

        assertThat(dock.state()).isEqualTo(before);
        assertThat(String.join("; ", dock.open(spent).why())).contains("the request was used up already");
        Dock.Ready ready = dock.ready("1.2.0");
        OpenResult byCleo = dock.open(
                ready.plan(),
                ready.request(),
                ready.review().review(),
                List.of(dock.approval("cleo", ready.plan(), ready.review().hash())
                        .signed()));
        assertThat(byCleo.opening()).as("by the suspended key").isEqualTo(Opening.REFUSED);

        dock.released("1.2.0");
        assertThat(dock.live()).isEqualTo("1.2.0");
        assertThat(dock.served().record().trouble()).isEmpty();
        State.Ended first = dock.state().history().get(2);
        assertThat(first.version()).isEqualTo("1.0.0");
        assertThat(dock.served().record().closing(first.request())).isPresent();
    }

    @Test
    void aReviewThatTheFormerKeySignedOpensNothing() throws Exception {
        dock.released("1.0.0");
        Dock.Ready ready = dock.ready("1.1.0");

        changeKey();

        assertThat(dock.open(ready).opening()).isNotEqualTo(Opening.OPENED);
        assertThat(dock.state().openGrant()).isEmpty();
        dock.released("1.1.0");
        assertThat(dock.live()).as("reviewed and approved again").isEqualTo("1.1.0");
    }

    @Test
    void whatWasBegunWithTheFormerKeyIsEndedWithTheNewOne() throws Exception {
        dock.released("1.0.0");
        OpenResult opened = dock.opened("1.1.0");
        dock.activities().deploy(dock.step(opened, 1));

        changeKey();

        assertThat(dock.close(opened.grant(), "SUCCEEDED").outcome()).isEqualTo("SUCCEEDED");
        assertThat(dock.state().live().version()).isEqualTo("1.1.0");
    }

    @Test
    void evidenceOfBeforeIsStillGiven() throws Exception {
        dock.released("1.0.0");
        String request = dock.state().history().get(0).request();
        String manifest = new Manifest(
                        Manifest.KIND, Manifest.FORMAT, "shop", "production", "1.0.0", request, Instant.EPOCH, Map.of())
                .text();
        dock.served().record().keepEvidence(request, dock.served().record().sign(manifest));

        changeKey();

        assertThat(dock.served().record().evidence(request)).isPresent();
    }
}
