package dev.slipway.cli;

import dev.slipway.record.Review;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Pending migrations as an approver reads them: what each says, and what it did in the rehearsal. */
final class MigrationWords {

    private MigrationWords() {}

    static List<String> of(Review review) {
        List<String> lines = new ArrayList<>();
        for (Review.Migration each : review.migrations()) {
            lines.add(each.database() + ": " + each.version() + " " + each.description() + " (" + each.file() + ")");
            each.does().forEach(does -> lines.add("  " + does));
            rehearsed(review, each).ifPresent(file -> lines.addAll(words(file)));
        }
        review.rehearsals().forEach(rehearsal -> lines.addAll(words(rehearsal)));
        return lines;
    }

    private static Optional<Review.RehearsedFile> rehearsed(Review review, Review.Migration migration) {
        return review.rehearsals().stream()
                .filter(rehearsal -> rehearsal.skipped().isEmpty())
                .filter(rehearsal -> rehearsal.database().equals(migration.database()))
                .flatMap(rehearsal -> rehearsal.files().stream())
                .filter(file -> file.file().equals(migration.file()))
                .findFirst();
    }

    private static List<String> words(Review.RehearsedFile file) {
        List<String> lines = new ArrayList<>();
        lines.add("  rehearsed: " + file.kind() + ", " + span(file.millis()) + ", " + file.rows() + " rows");
        file.locks().forEach(lock -> lines.add("    " + lock));
        file.rewritten().forEach(table -> lines.add("    writes all of " + table + " anew"));
        file.why().forEach(why -> lines.add("    " + why));
        return lines;
    }

    private static List<String> words(Review.Rehearsal rehearsal) {
        List<String> lines = new ArrayList<>();
        String all = rehearsal.database() + ": " + rehearsal.kind().toUpperCase(Locale.ROOT);
        if (!rehearsal.skipped().isEmpty()) {
            lines.add(all + " as far as the text tells; NOT rehearsed: " + rehearsal.skipped());
            return lines;
        }
        lines.add(all + ", rehearsed on " + rehearsal.backup() + ", " + age(rehearsal.hours()) + " old, in "
                + span(rehearsal.millis()));
        if (!rehearsal.failed().isEmpty()) {
            lines.add("  THE REHEARSAL FAILED: " + rehearsal.failed());
        }
        rehearsal.notes().forEach(note -> lines.add("  " + note));
        return lines;
    }

    private static String age(long hours) {
        return hours < 1 ? "less than an hour" : hours < 48 ? hours + " h" : hours / 24 + " days";
    }

    private static String span(long millis) {
        Duration span = Duration.ofMillis(millis);
        if (millis < 1000) {
            return millis + " ms";
        }
        return millis < 60_000
                ? String.format(Locale.ROOT, "%.1f s", millis / 1000.0)
                : span.toMinutes() + " min " + span.toSecondsPart() + " s";
    }
}
