package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.record.Review;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MigrationWordsTest {

    private static final Review.Migration MIGRATION =
            new Review.Migration("main", "12", "due dates", "V12__due_dates.sql", List.of("adds column orders.due"));

    @Test
    void showsWhatAMigrationSaysAndWhatItDid() {
        Review.RehearsedFile file = new Review.RehearsedFile(
                "V12__due_dates.sql",
                "one-way",
                List.of("column public.orders.note is gone, dropped or renamed"),
                List.of("blocks reads and writes of public.orders for 1.4 s (ACCESS EXCLUSIVE)"),
                List.of("public.orders"),
                1432,
                7);
        Review.Rehearsal rehearsal = new Review.Rehearsal(
                "main",
                "the backup of 1.0.0 from 2026-11-20 09:00:00 UTC",
                170,
                "",
                "",
                "one-way",
                List.of(file),
                List.of("the backup is older than V11__x.sql, which was applied to the copy first"),
                65_000);

        assertThat(MigrationWords.of(review(rehearsal)))
                .containsExactly(
                        "main: 12 due dates (V12__due_dates.sql)",
                        "  adds column orders.due",
                        "  rehearsed: one-way, 1.4 s, 7 rows",
                        "    blocks reads and writes of public.orders for 1.4 s (ACCESS EXCLUSIVE)",
                        "    writes all of public.orders anew",
                        "    column public.orders.note is gone, dropped or renamed",
                        "main: ONE-WAY, rehearsed on the backup of 1.0.0 from 2026-11-20 09:00:00 UTC, 7 days old, in 1 min 5 s",
                        "  the backup is older than V11__x.sql, which was applied to the copy first");
    }

    @Test
    void saysLoudlyThatItFailedOrWasNotHeld() {
        Review.Rehearsal failed = new Review.Rehearsal(
                "main",
                "the backup of 1.0.0 from …",
                0,
                "",
                "V12__due_dates.sql line 1: …",
                "one-way",
                List.of(),
                List.of(),
                10);
        Review.Rehearsal skipped = new Review.Rehearsal(
                "main", "", 0, "there is no verified backup of it yet", "", "compatible", List.of(), List.of(), 0);

        assertThat(MigrationWords.of(review(failed))).contains("  THE REHEARSAL FAILED: V12__due_dates.sql line 1: …");
        assertThat(MigrationWords.of(review(skipped)))
                .contains("main: COMPATIBLE as far as the text tells; NOT rehearsed: there is no verified backup of it"
                        + " yet");
    }

    private static Review review(Review.Rehearsal rehearsal) {
        Review empty = Review.parse("{}");
        return new Review(
                empty.format(),
                "shop",
                "production",
                "1.1.0",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                empty.live(),
                List.of(),
                List.of(MIGRATION),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                empty.time(),
                "normal",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(rehearsal),
                "",
                Map.of());
    }
}
