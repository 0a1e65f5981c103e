package dev.slipway.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepTest {

    private static final Instant NOW = Instant.parse("2026-11-20T09:00:00Z");

    private static Step begun() {
        return Step.planned(1, StepKind.MIGRATE, "main").begun(NOW, NOW.plusSeconds(60), "take it back");
    }

    private static Step finished(Step begun, String applied) {
        return begun.finished("migrated main", Map.of("applied", applied));
    }

    @Test
    void appliedNothingWhereNoMigrationWasPending() {
        assertThat(finished(begun(), "0").appliedNothing()).isTrue();
        assertThat(finished(begun(), "2").appliedNothing()).isFalse();
        assertThat(finished(begun(), "unknown").appliedNothing()).isFalse();
        assertThat(begun().appliedNothing()).isFalse();
    }

    @Test
    void mayHaveAppliedSomethingWhereItsFirstAttemptWasCutOff() {
        Step second = begun().begun(NOW, NOW.plusSeconds(60), "take it back");

        assertThat(finished(second, "0").appliedNothing()).isFalse();
    }
}
