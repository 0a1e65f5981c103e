package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Going on with a rollback that failed, and bringing one target back. */
class ResumedRollbackTest {

    private Dock dock;

    @BeforeEach
    void setUp(@TempDir Path home) throws Exception {
        dock = new Dock(home);
        dock.files();
        dock.edit("slipway.yaml", "    rollback: {by", """
                      - name: api
                        command: {deploy: [./switch, '${version}'], current: [./switch, --current], roll-back: [./switch, '${previous}']}
                        config: {LIVE: %s}
                    rollback: {by""".formatted(home.resolve("live-api")));
        released("1.0.0");
    }

    @AfterEach
    void tearDown() {
        dock.close();
    }

    private OpenResult deployed(String version) throws Exception {
        OpenResult opened = dock.opened(version);
        dock.activities().deploy(dock.step(opened, 1));
        dock.activities().deploy(dock.step(opened, 2));
        return opened;
    }

    private void released(String version) throws Exception {
        dock.close(deployed(version).grant(), "SUCCEEDED");
    }

    /** 1.1.0 went wrong; api is back on 1.0.0, web is not. */
    private void halfWayBack() throws Exception {
        OpenResult opened = deployed("1.1.0");
        dock.activities().rollBack(dock.step(opened, 2));
        assertThat(dock.close(opened.grant(), "ROLLBACK_FAILED").outcome()).isEqualTo("ROLLBACK_FAILED");
    }

    private SignedStatement word(String to, Map<String, Object> way) throws Exception {
        Dock.Draft draft = dock.word(Kind.ROLLBACK, "ana", dock.state().base());
        draft.version = to;
        draft.what = Statement.what(way);
        return draft.signed();
    }

    private void goBack(OpenResult opened) {
        opened.steps().forEach(step -> dock.activities().rollBack(dock.step(opened, step.number())));
        dock.activities()
                .close(new CloseRequest(
                        "shop",
                        "production",
                        opened.version(),
                        "",
                        opened.grant(),
                        "rollback:shop:production",
                        "ROLLED_BACK",
                        "by ana",
                        List.of()));
    }

    @Test
    void goesOnToTheVersionThatTheFailedOneWasOnItsWayTo() throws Exception {
        halfWayBack();
        assertThat(dock.state().unfinishedRollback().orElseThrow().version()).isEqualTo("1.0.0");

        OpenResult opened = dock.openRollback(word("1.0.0", Map.of("resume", true)));
        goBack(opened);

        assertThat(opened.why()).isEmpty();
        assertThat(dock.live()).isEqualTo("1.0.0");
        assertThat(dock.state().live().version()).isEqualTo("1.0.0");
        assertThat(dock.state().live().targets()).containsEntry("web", "1.0.0").containsEntry("api", "1.0.0");
        assertThat(dock.state().unfinishedRollback()).isEmpty();
    }

    @Test
    void goesOnNowhereElse() throws Exception {
        assertThat(dock.openRollback(word("1.0.0", Map.of("resume", true))).why())
                .contains("no rollback of shop/production has failed last, so there is none to go on with");
        halfWayBack();

        OpenResult other = dock.openRollback(word("1.1.0", Map.of("resume", true)));

        assertThat(other.opening()).isEqualTo(Opening.REFUSED);
        assertThat(other.why()).contains("the rollback that failed was on its way to '1.0.0', and not to '1.1.0'");
    }

    @Test
    void bringsOneTargetBackAndKnowsThatTheOtherIsNot() throws Exception {
        released("1.1.0");

        OpenResult opened = dock.openRollback(word("1.0.0", Map.of("targets", List.of("api"))));
        goBack(opened);

        assertThat(opened.steps()).singleElement().satisfies(step -> assertThat(step.name())
                .isEqualTo("api"));
        assertThat(dock.live()).as("web").isEqualTo("1.1.0");
        assertThat(dock.state().live().targets()).containsEntry("web", "1.1.0").containsEntry("api", "1.0.0");
        assertThat(dock.state().live().version()).isEqualTo("1.1.0");
        assertThat(dock.state().markedBad("1.1.0")).isFalse();
    }

    @Test
    void knowsItsTargets() throws Exception {
        released("1.1.0");

        assertThat(dock.openRollback(word("1.0.0", Map.of("targets", List.of("wep"))))
                        .why())
                .containsExactly("'1.0.0' has no target 'wep'; it has [web, api]");
    }
}
