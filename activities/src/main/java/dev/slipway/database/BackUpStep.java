package dev.slipway.database;

import dev.slipway.plan.ReleasePlan.Database;
import dev.slipway.process.Pulse;
import dev.slipway.record.State;
import dev.slipway.steps.Done;
import dev.slipway.steps.Effect;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.StepRefused;
import dev.slipway.steps.Timeouts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Dumps a database and proves the dump by reading it back whole. Its name comes from the grant, so it is made once. */
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
        String store = database.backupIfAny().orElseThrow().store();
        Path directory = context.served().settings().stores().get(store);
        if (directory == null) {
            throw new StepRefused("the worker's file has no store '" + store + "'");
        }
        String name = String.join(
                "-",
                context.plan().service(),
                context.plan().environment(),
                context.step().name(),
                context.grant().version(),
                context.grant().id().substring(0, 12));
        try {
            Backup backup = dump.backUp(
                    new BackupRequest(
                            PlanDatabases.direct(database, context.served().secrets()),
                            directory,
                            name,
                            limit(context),
                            limit(context)),
                    pulse);
            Map<String, String> facts = new LinkedHashMap<>();
            facts.put("dump", backup.dump().toString());
            facts.put("sha256", backup.sha256());
            facts.put("bytes", Long.toString(backup.bytes()));
            facts.put("time", backup.time().toString());
            return new Done(
                    "backed up " + context.step().name() + ": " + size(backup.bytes()) + ", " + backup.tables()
                            + " tables, read back whole, sha256 "
                            + backup.sha256().substring(0, 12) + ", in " + backup.dump(),
                    facts,
                    List.of());
        } catch (BackupFailed | DatabaseRefused e) {
            throw new StepFailed("backup of " + context.step().name() + ": " + e.getMessage(), List.of(), false);
        }
    }

    @Override
    public State after(State state, StepContext context, Done done) {
        return state.withBackup(new State.KeptBackup(
                context.step().name(),
                done.facts().get("dump"),
                done.facts().get("sha256"),
                Instant.parse(done.facts().get("time")),
                context.grant().version()));
    }

    private static String size(long bytes) {
        return bytes < 1_000_000 ? Math.max(1, bytes / 1000) + " kB" : bytes / 1_000_000 + " MB";
    }
}
