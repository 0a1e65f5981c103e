package dev.slipway.database.backup;

import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.PlanDatabases;
import dev.slipway.plan.Database;
import dev.slipway.plan.Sizes;
import dev.slipway.process.Pulse;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.steps.Done;
import dev.slipway.steps.Effect;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.StepRefused;
import dev.slipway.steps.Timeouts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Dumps a database, proves the dump, and lets go of old ones. Its name comes from the grant, so it is made
 * once.
 */
public final class BackUpStep implements Effect {

    private final PgDump dump;

    public BackUpStep(PgDump dump) {
        this.dump = dump;
    }

    @Override
    public String undoByHand(StepContext context) {
        return "";
    }

    @Override
    public Duration limit(StepContext context) {
        return Timeouts.of(context.plan(), "backup");
    }

    @Override
    public Done act(StepContext context, Pulse pulse) {
        Database database = PlanDatabases.of(context);
        Database.Backup wanted = database.backupIfAny().orElseThrow();
        BackupStore store = BackupStores.of(context.served().settings(), wanted.store())
                .orElseThrow(() -> new StepRefused("the worker's file has no store '" + wanted.store() + "'"));
        String name = String.join(
                "-",
                context.plan().service(),
                context.plan().environment(),
                context.step().name(),
                context.grant().version(),
                context.grant().id().substring(0, 12));
        Manifest.Origin origin = new Manifest.Origin(
                context.plan().service(),
                context.plan().environment(),
                context.step().name(),
                label(context.grant()),
                context.grant().id());
        try {
            Backup backup = dump.backUp(
                    new BackupRequest(
                            PlanDatabases.backup(database, context.served().secrets()),
                            store,
                            name,
                            limit(context),
                            limit(context),
                            DumpOptions.of(database, wanted),
                            origin),
                    pulse);
            List<String> lines = new ArrayList<>();
            backup.without().forEach(without -> lines.add("not in the backup: " + without));
            lines.addAll(new Retention(wanted.keep(), wanted.kept())
                    .apply(
                            store,
                            origin,
                            lastSucceeded(context.served().record().head().state()),
                            context.served().record().head().state().backups().stream()
                                    .map(State.KeptBackup::dump)
                                    .collect(Collectors.toSet()),
                            context.served().record().now()));
            Map<String, String> facts = new LinkedHashMap<>();
            facts.put("dump", backup.address());
            facts.put("sha256", backup.sha256());
            facts.put("bytes", Long.toString(backup.bytes()));
            facts.put("time", backup.time().toString());
            facts.put("verified", backup.verified());
            return new Done(summary(context, backup, name, wanted.store()), facts, lines);
        } catch (BackupFailed | DatabaseRefused e) {
            throw new StepFailed("backup of " + context.step().name() + ": " + e.getMessage(), List.of(), false);
        }
    }

    /** Whether it is of a phase that was run alone, and so the backup before no release. */
    private static boolean alone(Grant grant) {
        return grant.kind().equals(Grant.RUN);
    }

    private static String label(Grant grant) {
        return alone(grant) ? Manifest.Origin.byRun(grant.version()) : grant.version();
    }

    /** The releases whose backups stay: what serves, and the newest that succeeded. */
    private static Set<String> lastSucceeded(State state) {
        Set<String> releases = new HashSet<>();
        releases.add(state.live().version());
        state.succeeded().stream().findFirst().ifPresent(newest -> releases.add(newest.version()));
        releases.remove("");
        return releases;
    }

    private static String summary(StepContext context, Backup backup, String name, String store) {
        return "backed up " + context.step().name() + ": " + Sizes.about(backup.bytes()) + ", " + backup.tables()
                + (backup.tables() == 1 ? " table, " : " tables, ")
                + (backup.verified().startsWith(Manifest.FULL_READ)
                        ? "read back whole" + backup.verified().substring(Manifest.FULL_READ.length())
                        : backup.verified())
                + ", sha256 " + backup.sha256().substring(0, 12) + ", as " + name + " in " + store + "; not in it: "
                + String.join("; ", backup.without());
    }

    @Override
    public State after(State state, StepContext context, Done done) {
        return state.withBackup(new State.KeptBackup(
                context.step().name(),
                done.facts().get("dump"),
                done.facts().get("sha256"),
                Instant.parse(done.facts().get("time")),
                alone(context.grant()) ? "" : context.grant().version()));
    }
}
