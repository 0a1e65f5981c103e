package dev.slipway.opening;

import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.backup.BackupFailed;
import dev.slipway.database.backup.BackupStore;
import dev.slipway.database.backup.BackupStores;
import dev.slipway.database.backup.ScratchCopies;
import dev.slipway.database.backup.ScratchCopy;
import dev.slipway.database.migrations.MigrationFile;
import dev.slipway.database.migrations.MigrationRequest;
import dev.slipway.database.migrations.MigrationTool;
import dev.slipway.database.migrations.MigrationTools;
import dev.slipway.database.reference.PlannedReferenceData;
import dev.slipway.database.reference.ReferenceData;
import dev.slipway.database.reference.ReferenceDataRequest;
import dev.slipway.database.rehearsal.Afterwards;
import dev.slipway.database.rehearsal.ReadFile;
import dev.slipway.database.rehearsal.Rehearsal;
import dev.slipway.database.rehearsal.RehearsalSkipped;
import dev.slipway.database.rehearsal.Rehearsed;
import dev.slipway.plan.Database;
import dev.slipway.plan.Migrate;
import dev.slipway.plan.Migrate.Guards;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.process.Pulse;
import dev.slipway.record.Review;
import dev.slipway.record.State.KeptBackup;
import dev.slipway.served.Served;
import dev.slipway.source.WorkingDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    record Told(List<Review.Migration> migrations, List<Review.Rehearsal> rehearsals, List<String> problems) {

        /** What stops nothing, and what nobody may overlook all the same. */
        List<String> warnings() {
            return rehearsals.stream()
                    .filter(rehearsal -> !rehearsal.failed().isEmpty())
                    .map(rehearsal ->
                            "database " + rehearsal.database() + ": THE REHEARSAL FAILED: " + rehearsal.failed())
                    .toList();
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
            RehearsalScene scene = new RehearsalScene(served, name, database, tool, request, wanted, read);
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
            RehearsalScene scene,
            long deadline,
            List<Review.Rehearsal> rehearsals,
            List<String> problems,
            Pulse pulse) {
        Optional<KeptBackup> backup = newest(scene);
        List<String> found = new ArrayList<>();
        try {
            Rehearsed rehearsed = hold(scene, backup, deadline, pulse);
            RehearsalGuards.judge(scene, rehearsed, found);
            List<String> notes = new ArrayList<>(rehearsed.notes());
            notes.addAll(RehearsalReport.published(scene.request().url(), rehearsed));
            RehearsedSchema.compare(scene, rehearsed, notes, found);
            rehearsals.add(RehearsalReport.words(scene, backup.orElseThrow(), rehearsed, notes));
        } catch (RehearsalSkipped skipped) {
            RehearsalGuards.judgeText(scene, skipped.getMessage(), found);
            List<String> notes = new ArrayList<>();
            RehearsedSchema.uncompared(scene, skipped.getMessage(), notes, found);
            rehearsals.add(RehearsalReport.unrehearsed(scene, backup, skipped.getMessage(), notes));
        }
        found.forEach(problem -> problems.add("database " + scene.name() + ": " + problem));
    }

    private static Optional<KeptBackup> newest(RehearsalScene scene) {
        return scene.served().record().head().state().backups().stream()
                .filter(backup -> backup.database().equals(scene.name()))
                .max(Comparator.comparing(KeptBackup::time));
    }

    private Rehearsed hold(RehearsalScene scene, Optional<KeptBackup> backup, long deadline, Pulse pulse) {
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
    private Afterwards afterwards(RehearsalScene scene, ScratchCopy copy) {
        Optional<Database.ReferenceData> wanted = scene.database()
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
}
