package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.record.Grant;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said to be another than before. */
class ChangesTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private static List<String> of(Step step) {
        return Changes.of(new Grant(
                "b".repeat(64),
                Grant.RELEASE,
                "1.1.0",
                "a".repeat(64),
                "",
                "a workflow",
                NOW,
                NOW.plusSeconds(600),
                List.of(step),
                "1.0.0",
                Map.of()));
    }

    private static Step done(StepKind kind, Map<String, String> facts) {
        return Step.planned(1, kind, "main").begun(NOW, NOW.plusSeconds(60), "").finished("done", facts);
    }

    @Test
    void referenceDataThatWasTheSameAlreadyIsNoChange() {
        assertThat(of(done(StepKind.REFERENCE_DATA, Map.of("diff", "c", "same", "true"))))
                .isEmpty();
        assertThat(of(done(StepKind.REFERENCE_DATA, Map.of("diff", "c"))))
                .containsExactly("the reference data of main was promoted");
    }

    @Test
    void aMigrationThatAppliedNothingIsNoChange() {
        assertThat(of(done(StepKind.MIGRATE, Map.of("applied", "0", "from", "3", "to", "3"))))
                .isEmpty();
        assertThat(of(done(StepKind.MIGRATE, Map.of("applied", "2", "from", "1", "to", "3"))))
                .containsExactly("the schema of main is at 3 (was 1)");
    }

    private static Step failed(Map<String, String> known) {
        return Step.planned(1, StepKind.MIGRATE, "main")
                .begun(NOW, NOW.plusSeconds(60), "")
                .failed("failed", true, known);
    }

    @Test
    void aMigrationThatFailedIsAsFarAsItWasSeen() {
        assertThat(of(failed(Map.of("to", "3", "applied", "2", "pending", "4", "left", "FILES"))))
                .containsExactly("the schema of main is at 3: 2 of 4 pending migrations applied");
        assertThat(of(failed(Map.of("to", "3", "applied", "2", "pending", "4", "left", "PERHAPS_PART"))))
                .containsExactly(
                        "the schema of main is at 3: 2 of 4 pending migrations applied, and perhaps a part of the"
                                + " next")
                .allMatch(one -> Changes.tellsOfHalfMigrated(one, "main"))
                .noneMatch(one -> Changes.tellsOfHalfMigrated(one, "other"));
        assertThat(of(failed(Map.of("to", "3", "applied", "2", "pending", "4", "left", "UNKNOWN"))))
                .containsExactly("the schema of main may be half migrated");
        assertThat(of(failed(Map.of())))
                .containsExactly("the schema of main may be half migrated")
                .allMatch(one -> Changes.tellsOfHalfMigrated(one, "main"));
    }
}
