package dev.slipway.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTextTest {

    private final List<String> lines = PlanText.lines(Shop.production());

    @Test
    void tellsThePhasesInTheirOrder() {
        List<String> phases = lines.stream()
                .map(line -> line.split(" ")[0])
                .filter(word -> Shop.production().phases().stream()
                        .anyMatch(phase -> phase.word().equals(word)))
                .toList();

        assertThat(phases)
                .containsExactlyElementsOf(
                        Shop.production().phases().stream().map(Phase::word).toList());
    }

    @Test
    void saysWhoDecidesWhatRollsBackAndWhatStays() {
        assertThat(lines)
                .contains(
                        "release shop/production@1.4.0 (commit " + Shop.COMMIT + ")",
                        "    2 of ana, ben, cleo say yes; the requester's own yes does not count; a yes holds 24h",
                        "    to tick: support told",
                        "    changes begin only tue-thu 09:00-16:00 (Europe/Berlin), closed 2026-12-18..2027-01-06",
                        "backup (at most 40m)",
                        "    roll back by itself when error-rate > 5% for 2m",
                        "        undo: run ./switch ${previous}, where ${previous} is what ./switch --current says before",
                        "never undone by itself: migrations, reference data; a database is restored only by a person");
    }

    @Test
    void tellsOfEveryStepThatChangesSomethingHowItIsUndone() {
        assertThat(lines.stream().filter(line -> line.strip().startsWith("undo: ")))
                .hasSize(4);
    }

    @Test
    void hidesNothingFromAReader() {
        ReleasePlan plan = Shop.production();
        ReleasePlan.Channel odd = new ReleasePlan.Channel("\u001b[2K$X\u202e", false, List.of());
        ReleasePlan forged = new ReleasePlan(
                plan.format(),
                plan.service(),
                plan.environment(),
                plan.version(),
                plan.commit(),
                plan.source(),
                plan.file(),
                plan.people(),
                plan.secrets(),
                plan.branch(),
                plan.approval(),
                plan.window(),
                plan.databases(),
                plan.deploy(),
                plan.verify(),
                plan.watch(),
                plan.rollback(),
                plan.onFailure(),
                plan.timeouts(),
                List.of(odd),
                plan.contact(),
                plan.identities(),
                plan.gates(),
                plan.hotfix(),
                plan.files());

        assertThat(PlanText.lines(forged)).contains("told: \\u001b[2K$X\\u202e, on everything");
    }
}
