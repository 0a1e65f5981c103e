package dev.slipway.opening;

import dev.slipway.database.Connections;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.rehearsal.HeldLock;
import dev.slipway.database.rehearsal.MigrationClass;
import dev.slipway.database.rehearsal.ReadFile;
import dev.slipway.database.rehearsal.Rehearsed;
import dev.slipway.plan.Times;
import dev.slipway.record.Review;
import dev.slipway.record.State.KeptBackup;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A rehearsal as the review has it. */
final class RehearsalReport {

    private RehearsalReport() {}

    private static String label(KeptBackup backup) {
        return backup.version().isEmpty() ? "a run" : backup.version();
    }

    static Review.Rehearsal words(RehearsalScene scene, KeptBackup backup, Rehearsed rehearsed, List<String> notes) {
        return new Review.Rehearsal(
                scene.name(),
                "the backup of " + label(backup) + " from " + Times.text(backup.time()),
                hours(scene, backup),
                "",
                rehearsed.failed().orElse(""),
                rehearsed.kind().word(),
                rehearsed.files().stream()
                        .map(file -> new Review.RehearsedFile(
                                file.migration().file(),
                                file.kind().word(),
                                file.why(),
                                file.locks().stream().map(HeldLock::words).toList(),
                                file.rewritten(),
                                file.took().toMillis(),
                                file.rows()))
                        .toList(),
                notes,
                rehearsed.took().toMillis());
    }

    static Review.Rehearsal unrehearsed(
            RehearsalScene scene, Optional<KeptBackup> backup, String skipped, List<String> notes) {
        List<Review.RehearsedFile> files = new ArrayList<>();
        MigrationClass kind = MigrationClass.COMPATIBLE;
        for (int i = 0; i < scene.pending().size(); i++) {
            ReadFile read = scene.read().get(i);
            kind = read.kind() == MigrationClass.ONE_WAY ? MigrationClass.ONE_WAY : kind;
            files.add(new Review.RehearsedFile(
                    scene.pending().get(i).migration().file(),
                    read.kind().word(),
                    List.of(),
                    List.of(),
                    List.of(),
                    0,
                    0));
        }
        return new Review.Rehearsal(
                scene.name(),
                backup.map(kept -> "the backup of " + label(kept) + " from " + Times.text(kept.time()))
                        .orElse(""),
                backup.map(kept -> hours(scene, kept)).orElse(0L),
                skipped,
                "",
                kind.word(),
                files,
                notes,
                0);
    }

    private static long hours(RehearsalScene scene, KeptBackup backup) {
        Instant now = scene.served().record().now();
        return Math.max(0, Duration.between(backup.time(), now).toHours());
    }

    /** Subscribers get the rows of a published table, and not its new shape. */
    static List<String> published(PostgresUrl url, Rehearsed rehearsed) {
        TreeSet<String> touched = new TreeSet<>();
        rehearsed.files().forEach(file -> file.locks().stream()
                .filter(lock -> lock.blocks() == HeldLock.Blocks.READS_AND_WRITES)
                .forEach(lock -> touched.add(lock.table())));
        Map<String, String> publications = new TreeMap<>();
        try (Connection connection = Connections.standard().open(url);
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT schemaname || '.' || tablename, string_agg(pubname, ', ')"
                                + " FROM pg_publication_tables GROUP BY 1")) {
            while (rows.next()) {
                publications.put(rows.getString(1), rows.getString(2));
            }
        } catch (SQLException e) {
            throw Connections.failure(url, "its publications could not be looked up", e);
        }
        return touched.stream()
                .filter(publications::containsKey)
                .map(table -> table + " is sent to subscribers by publication " + publications.get(table)
                        + ": its new shape is not, so change it there too")
                .toList();
    }
}
