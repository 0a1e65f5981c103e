package dev.slipway.opening;

import dev.slipway.database.BackupFailed;
import dev.slipway.database.BackupStore;
import dev.slipway.database.BackupStores;
import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PlannedReferenceData;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ReferenceData;
import dev.slipway.database.ReferenceDataRequest;
import dev.slipway.database.ScratchCopies;
import dev.slipway.database.ScratchCopy;
import dev.slipway.database.migrations.MigrationFile;
import dev.slipway.database.migrations.MigrationRequest;
import dev.slipway.database.migrations.MigrationTool;
import dev.slipway.database.migrations.MigrationTools;
import dev.slipway.database.migrations.SchemaPicture;
import dev.slipway.database.rehearsal.Afterwards;
import dev.slipway.database.rehearsal.HeldLock;
import dev.slipway.database.rehearsal.MigrationClass;
import dev.slipway.database.rehearsal.ReadFile;
import dev.slipway.database.rehearsal.Rehearsal;
import dev.slipway.database.rehearsal.RehearsalSkipped;
import dev.slipway.database.rehearsal.Rehearsed;
import dev.slipway.database.rehearsal.RehearsedFile;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.ReleasePlan.Database;
import dev.slipway.plan.ReleasePlan.Guards;
import dev.slipway.plan.ReleasePlan.Migrate;
import dev.slipway.plan.ReleasePlan.SameSchema;
import dev.slipway.plan.Times;
import dev.slipway.process.Pulse;
import dev.slipway.record.Review;
import dev.slipway.record.State.KeptBackup;
import dev.slipway.served.Served;
import dev.slipway.source.WorkingDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what pending migrations would do, before anybody is asked: from their text, and where it is possible from a
 * rehearsal on the newest backup. Files that nobody has approved run in it, so it is held only in a server without a
 * network, by a login that can reach nothing of the machine; else it is skipped, and says why.
 */
final class Rehearsing {

    /** What a review needs besides: the record, the gates, its signature. */
    private static final Duration RESERVE = Duration.ofSeconds(20);

    /** As the plan reader gives it where a plan says nothing. */
    private static final Duration USUAL = Duration.ofMinutes(2);

    private static final String TOO_LONG = "a copy of the backup takes longer than `timeouts: {review: …}` leaves";

    private static final String NO_NETWORK = "this machine lets the worker make no server without a network, and files"
            + " that nobody has approved yet run in no other; let it make network namespaces (unshare)";

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsing.class);

    private final MigrationTools tools;
    private final ReferenceData promotion;
    private final ScratchCopies scratch;
    private final Rehearsal rehearsal = new Rehearsal();

    Rehearsing(MigrationTools tools, ReferenceData promotion, ScratchCopies scratch) {
        this.tools = tools;
        this.promotion = promotion;
        this.scratch = scratch;
    }

    /**
     * What was told.
     *
     * @param migrations those that were found pending, with what their text says
     * @param problems what the plan does not let through
     */
    record Told(List<Review.Migration> migrations, List<Review.Rehearsal> rehearsals, List<String> problems) {}

    /** One database with everything that its rehearsal is made of. */
    private record Scene(
            Served served,
            String name,
            Database database,
            MigrationTool tool,
            MigrationRequest request,
            List<MigrationFile> pending,
            List<ReadFile> read) {

        Guards guards() {
            return database.migrateIfAny().orElseThrow().guard();
        }
    }

    /** @param since when the review began, by {@link System#nanoTime} */
    Told tell(Served served, ReleasePlan plan, List<Review.Migration> pending, long since, Pulse pulse) {
        if (pending.isEmpty()) {
            return new Told(pending, List.of(), List.of());
        }
        long deadline =
                since + plan.timeout("review").orElse(USUAL).minus(RESERVE).toNanos();
        Path folder = served.working("rehearsal-" + plan.digest().substring(0, 16) + "-" + UUID.randomUUID());
        try {
            Path files = WorkingDirectory.layOut(
                    folder, served.source().judged(plan.commit(), plan.source().path()), plan.files());
            return tell(served, plan, pending, files, deadline, pulse);
        } finally {
            try {
                WorkingDirectory.delete(folder);
            } catch (IOException left) {
                // nothing reads it again
            }
        }
    }

    private Told tell(
            Served served, ReleasePlan plan, List<Review.Migration> pending, Path files, long deadline, Pulse pulse) {
        Map<String, List<String>> does = new LinkedHashMap<>();
        List<Review.Rehearsal> rehearsals = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        plan.databases().forEach((name, database) -> {
            if (pending.stream().noneMatch(one -> one.database().equals(name))) {
                return;
            }
            Migrate migrate = database.migrateIfAny().orElseThrow();
            MigrationTool tool = tools.of(migrate).orElseThrow();
            MigrationRequest request = MigrationRequest.of(database, served.secrets(), files);
            List<MigrationFile> wanted = tool.pending(request);
            List<ReadFile> read = wanted.stream().map(ReadFile::of).toList();
            for (int i = 0; i < wanted.size(); i++) {
                does.put(
                        name + "/" + wanted.get(i).migration().file(),
                        read.get(i).does());
            }
            Scene scene = new Scene(served, name, database, tool, request, wanted, read);
            tell(scene, deadline, rehearsals, problems, pulse);
        });
        return new Told(
                pending.stream()
                        .map(one -> new Review.Migration(
                                one.database(),
                                one.version(),
                                one.description(),
                                one.file(),
                                does.getOrDefault(one.database() + "/" + one.file(), List.of())))
                        .toList(),
                rehearsals,
                problems);
    }

    private void tell(
            Scene scene, long deadline, List<Review.Rehearsal> rehearsals, List<String> problems, Pulse pulse) {
        Optional<KeptBackup> backup = newest(scene);
        List<String> found = new ArrayList<>();
        try {
            Rehearsed rehearsed = hold(scene, backup, deadline, pulse);
            judge(scene, rehearsed, found);
            List<String> notes = new ArrayList<>(rehearsed.notes());
            notes.addAll(published(scene.request().url(), rehearsed));
            compare(scene, rehearsed, notes, found);
            rehearsals.add(words(scene, backup.orElseThrow(), rehearsed, notes));
        } catch (RehearsalSkipped skipped) {
            judgeText(scene, skipped.getMessage(), found);
            List<String> notes = new ArrayList<>();
            uncompared(scene, skipped.getMessage(), notes, found);
            rehearsals.add(unrehearsed(scene, backup, skipped.getMessage(), notes));
        }
        found.forEach(problem -> problems.add("database " + scene.name() + ": " + problem));
    }

    private static Optional<KeptBackup> newest(Scene scene) {
        return scene.served().record().head().state().backups().stream()
                .filter(backup -> backup.database().equals(scene.name()))
                .max(Comparator.comparing(KeptBackup::time));
    }

    private Rehearsed hold(Scene scene, Optional<KeptBackup> backup, long deadline, Pulse pulse) {
        if (scene.guards().rehearsal() == Guards.Rehearse.NEVER) {
            throw new RehearsalSkipped("the plan says `rehearse: never`");
        }
        KeptBackup kept = backup.orElseThrow(() -> new RehearsalSkipped("there is no verified backup of it yet"));
        BackupStores.Place place = BackupStores.holding(scene.served().settings(), kept.dump())
                .orElseThrow(() ->
                        new RehearsalSkipped("no store of this worker's file holds the newest backup, " + kept.dump()));
        if (!scratch.canBeWithoutNetwork()) {
            throw new RehearsalSkipped(NO_NETWORK);
        }
        try (BackupStore.Local dump = place.local(until(deadline, pulse));
                ScratchCopy copy = scratch.of(dump.dump(), left(deadline), pulse)) {
            if (!copy.withoutNetwork()) {
                throw new RehearsalSkipped(NO_NETWORK);
            }
            return rehearsal.hold(
                    copy,
                    scene.tool(),
                    scene.request(),
                    scene.pending(),
                    afterwards(scene, copy),
                    left(deadline),
                    pulse);
        } catch (BackupFailed | DatabaseRefused | DatabaseUnavailable e) {
            if (left(deadline).isZero()) {
                throw new RehearsalSkipped(TOO_LONG, e);
            }
            // what a tool says of a copy may quote its rows, and a review is read by people who may not see them
            LOG.warn(
                    "rehearsal of {}: no copy of {} could be made: {}",
                    scene.name(),
                    kept.dump(),
                    scene.served().secrets().redact(e.getMessage()));
            throw new RehearsalSkipped("no copy of the backup could be made; the worker's log says why", e);
        }
    }

    /** The rows of the commit's files, held against the tables that the migrations leave. */
    private Afterwards afterwards(Scene scene, ScratchCopy copy) {
        Optional<ReleasePlan.ReferenceData> wanted = scene.database()
                .referenceDataIfAny()
                .filter(data -> !data.files().isEmpty());
        if (wanted.isEmpty()) {
            return Afterwards.nothing();
        }
        boolean incomplete = !copy.missing().isEmpty() || !copy.notes().isEmpty();
        return (url, notes) -> {
            ReferenceDataRequest request = PlannedReferenceData.request(
                            scene.database(), scene.served().secrets(), () -> scene.request()
                                    .root())
                    .on(url);
            try {
                notes.add("reference data after the migrations, on the copy: "
                        + PlannedReferenceData.words(promotion.diff(request, Pulse.unheard())));
                return List.of();
            } catch (DatabaseRefused e) {
                String refused = "reference data, tried on the copy after the migrations: " + e.getMessage();
                if (incomplete) {
                    notes.add(refused + " (the copy is not complete, so it may be otherwise in earnest)");
                    return List.of();
                }
                return List.of(refused);
            }
        };
    }

    /** A dump that is fetched beats, and that is where it can be stopped. */
    static Pulse until(long deadline, Pulse pulse) {
        return progress -> {
            if (left(deadline).isZero()) {
                throw new RehearsalSkipped(TOO_LONG);
            }
            pulse.beat(progress);
        };
    }

    private static Duration left(long deadline) {
        long nanos = deadline - System.nanoTime();
        return nanos < Duration.ofSeconds(1).toNanos() ? Duration.ZERO : Duration.ofNanos(nanos);
    }

    private static void judge(Scene scene, Rehearsed rehearsed, List<String> problems) {
        Guards guards = scene.guards();
        if (guards.rehearsal() == Guards.Rehearse.REQUIRED) {
            rehearsed.failed().ifPresent(failed -> problems.add("the rehearsal failed: " + failed));
        }
        for (RehearsedFile file : rehearsed.files()) {
            if (guards.refuse().contains(file.kind().word())) {
                problems.add(file.migration().file() + " is " + file.kind().word() + ", which the plan refuses"
                        + (file.why().isEmpty() ? "" : ": " + String.join("; ", file.why())));
            }
            guards.longest().ifPresent(longest -> file.locks().stream()
                    .filter(HeldLock::blocksAnybody)
                    .filter(lock -> lock.held().compareTo(longest) > 0)
                    .forEach(lock -> problems.add(file.migration().file() + " " + lock.words()
                            + " in the rehearsal, and the plan lets no lock be longer than "
                            + longest.toMillis() + " ms")));
        }
        if (rehearsed.failed().isPresent() && guards.refuse().contains(MigrationClass.ONE_WAY.word())) {
            problems.add("the rehearsal failed, so nothing is known of a way back: "
                    + rehearsed.failed().get());
        }
        secured(guards, rehearsed.unprotected(), problems);
        problems.addAll(rehearsed.afterwards());
    }

    /** Without a rehearsal only what the text says is known, and a limit that cannot be judged is no reason to go on. */
    private static void judgeText(Scene scene, String skipped, List<String> problems) {
        Guards guards = scene.guards();
        if (guards.rehearsal() == Guards.Rehearse.REQUIRED) {
            problems.add("a rehearsal is required, and was not held: " + skipped);
        }
        for (int i = 0; i < scene.pending().size(); i++) {
            ReadFile read = scene.read().get(i);
            if (guards.refuse().contains(read.kind().word())) {
                problems.add(scene.pending().get(i).migration().file() + " is "
                        + read.kind().word() + " as far as its text tells, which the plan refuses: "
                        + String.join("; ", read.does()));
            }
        }
        if (guards.longest().isPresent() && guards.rehearsal() != Guards.Rehearse.REQUIRED) {
            problems.add("how long locks would be held is not known, and the plan gives a limit: no rehearsal was held,"
                    + " because " + skipped);
        }
        secured(guards, ReadFile.unprotected(scene.read()), problems);
    }

    private static void secured(Guards guards, List<String> unprotected, List<String> problems) {
        if (guards.rowLevelSecurity()) {
            unprotected.forEach(table -> problems.add("the new table " + table
                    + " has no row-level security, which the plan requires; add `ALTER TABLE " + table
                    + " ENABLE ROW LEVEL SECURITY`"));
        }
    }

    /** Whether the schema would be that of another environment: what is here now, with what the files did to the copy. */
    private static void compare(Scene scene, Rehearsed rehearsed, List<String> notes, List<String> problems) {
        for (SameSchema wanted : scene.database().sameSchema()) {
            if (rehearsed.failed().isPresent()) {
                uncompared(scene, "a file fails in the rehearsal", notes, problems);
                return;
            }
            SchemaPicture wouldBe =
                    SchemaPicture.of(scene.request().url()).after(rehearsed.before(), rehearsed.after());
            OtherSchema.find(scene.served(), scene.name(), wanted)
                    .schema()
                    .filter(other -> !other.objects(wouldBe).isEmpty())
                    .ifPresent(other -> (wanted.stops() ? problems : notes)
                            .add("with the pending migrations " + other.sentence(other.objects(wouldBe))));
        }
    }

    private static void uncompared(Scene scene, String why, List<String> notes, List<String> problems) {
        for (SameSchema wanted : scene.database().sameSchema()) {
            OtherSchema.find(scene.served(), scene.name(), wanted)
                    .schema()
                    .ifPresent(other -> (wanted.stops() ? problems : notes)
                            .add(OtherSchema.unjudged(
                                    wanted,
                                    "only a rehearsal shows it with the pending migrations, and " + why
                                            + "; `slipway run preflight` after the release compares it")));
        }
    }

    private static String label(KeptBackup backup) {
        return backup.version().isEmpty() ? "a run" : backup.version();
    }

    private static Review.Rehearsal words(Scene scene, KeptBackup backup, Rehearsed rehearsed, List<String> notes) {
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

    private static Review.Rehearsal unrehearsed(
            Scene scene, Optional<KeptBackup> backup, String skipped, List<String> notes) {
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

    private static long hours(Scene scene, KeptBackup backup) {
        Instant now = scene.served().record().now();
        return Math.max(0, Duration.between(backup.time(), now).toHours());
    }

    /** Subscribers get the rows of a published table, and not its new shape. */
    private static List<String> published(PostgresUrl url, Rehearsed rehearsed) {
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
