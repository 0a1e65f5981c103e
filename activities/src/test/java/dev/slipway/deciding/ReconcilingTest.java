package dev.slipway.deciding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.environment.EnvironmentActivities.DecideResult;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.trust.Kind;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The record is told what was changed without it. */
class ReconcilingTest extends DecidingScene {

    @Test
    void theRecordIsToldWhatWasChangedByHand() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        Dock.Ready ready = dock.ready("1.2.0");
        Files.writeString(dock.home.resolve("live"), "1.0.0\n");

        DecideResult result = dock.decide(
                word(Kind.RECONCILE, "ana", dock.state().base(), "1.0.0", Map.of("targets", Map.of("web", "1.0.0"))));

        assertThat(result.done()).as(result.text()).isTrue();
        assertThat(dock.state().live().version()).isEqualTo("1.0.0");
        assertThat(dock.state().live().targets()).containsEntry("web", "1.0.0");
        assertThat(dock.open(ready).opening())
                .as("what was approved was approved on another base")
                .isEqualTo(Opening.BASE_CHANGED);
    }

    @Test
    void aTargetThatSaysSomethingElseIsBelieved() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");

        DecideResult result = dock.decide(
                word(Kind.RECONCILE, "ana", dock.state().base(), "1.0.0", Map.of("targets", Map.of("web", "1.0.0"))));

        assertThat(result.done()).isFalse();
        assertThat(result.text())
                .isEqualTo("web itself says that it serves '1.1.0', and not '1.0.0'; mend it first, or say what it"
                        + " serves");
        assertThat(dock.state().live().version()).isEqualTo("1.1.0");
    }

    @Test
    void whereATargetDoesNotAnswerAPersonIsBelieved() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        Files.delete(dock.home.resolve("live"));
        Files.createDirectory(dock.home.resolve("live"));

        DecideResult result = dock.decide(
                word(Kind.RECONCILE, "ana", dock.state().base(), "1.0.0", Map.of("targets", Map.of("web", "1.0.0"))));

        assertThat(result.done()).as(result.text()).isTrue();
    }

    @Test
    void nobodyAsksTargetsForSomebodyWhoMayNotSaySo() throws Exception {
        dock.released("1.0.0");
        dock.script("#!/bin/sh\ntouch " + dock.home.resolve("asked") + "\n");

        dock.decide(word(
                Kind.RECONCILE, "mallory", dock.state().base(), "1.0.0", Map.of("targets", Map.of("web", "1.0.0"))));

        assertThat(dock.home.resolve("asked")).doesNotExist();
    }

    @Test
    void nobodyReconcilesUnderAnOpenGrantOrWithoutSayingWhat() throws Exception {
        dock.opened("1.0.0");

        assertThat(dock.decide(word(Kind.RECONCILE, "ana", dock.state().base(), "", Map.of()))
                        .text())
                .contains("a grant for 1.0.0")
                .contains("it names no version")
                .contains("it names no target");
    }
}
