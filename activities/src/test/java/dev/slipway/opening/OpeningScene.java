package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A release that is ready to be opened, and what has to be as it was. */
abstract class OpeningScene {

    Dock dock;

    @BeforeEach
    void setUp(@TempDir Path home) throws Exception {
        dock = new Dock(home);
        dock.files();
    }

    @AfterEach
    void tearDown() {
        dock.close();
    }

    void nothingOpened() {
        assertThat(dock.state().openGrant()).isEmpty();
        assertThat(dock.state().grants()).isZero();
    }

    void refused(OpenResult result, Opening how, String why) {
        assertThat(result.opening()).as(result.toString()).isEqualTo(how);
        assertThat(String.join("; ", result.why())).contains(why);
        assertThat(result.grant()).isEmpty();
    }

    SignedStatement longRequest(ReleasePlan plan) throws Exception {
        Dock.Draft draft = dock.draft(Kind.REQUEST, "ben").of(plan);
        draft.lasts = Duration.ofDays(30);
        return draft.signed();
    }
}
