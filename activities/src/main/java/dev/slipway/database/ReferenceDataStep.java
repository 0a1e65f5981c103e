package dev.slipway.database;

import dev.slipway.plan.ReleasePlan.Database;
import dev.slipway.plan.ReleasePlan.ReferenceData;
import dev.slipway.process.Pulse;
import dev.slipway.steps.Done;
import dev.slipway.steps.Effect;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Copies the listed tables: a dry run, then exactly what it found, in one transaction. */
public final class ReferenceDataStep implements Effect {

    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(3);

    private final dev.slipway.database.ReferenceData promotion;

    public ReferenceDataStep(dev.slipway.database.ReferenceData promotion) {
        this.promotion = promotion;
    }

    @Override
    public String undoByHand(StepContext context) {
        return "";
    }

    @Override
    public Duration limit(StepContext context) {
        return Timeouts.of(context.plan(), "reference-data");
    }

    @Override
    public Done act(StepContext context, Pulse pulse) {
        String name = context.step().name();
        Database database = PlanDatabases.of(context);
        ReferenceData wanted = database.referenceDataIfAny().orElseThrow();
        if (notConfigured(context, wanted.from())) {
            return new Done(
                    "skipped the reference data of " + name + ": the optional secret " + wanted.from() + " is not set",
                    Map.of("skipped", "true"),
                    List.of());
        }
        ReferenceDataRequest request = new ReferenceDataRequest(
                PostgresUrl.parse(context.served().secrets().resolve(wanted.from())),
                PlanDatabases.direct(database, context.served().secrets()),
                wanted.tables(),
                false,
                LOCK_TIMEOUT);
        try {
            ReferenceDataDiff dryRun = promotion.diff(request, pulse);
            promotion.apply(request, dryRun.hash(), pulse);
            String changes = dryRun.tables().stream()
                    .map(table ->
                            table.table() + " +" + table.inserts() + " ~" + table.updates() + " -" + table.deletes())
                    .collect(Collectors.joining(", "));
            return new Done(
                    "promoted the reference data of " + name + ": " + changes,
                    Map.of("diff", dryRun.hash()),
                    List.of());
        } catch (DatabaseRefused e) {
            throw new StepFailed("reference data of " + name + ": " + e.getMessage(), List.of(), false);
        }
    }

    private static boolean notConfigured(StepContext context, String from) {
        return context.plan().secrets().stream()
                        .anyMatch(secret -> !secret.required() && from.equals("$" + secret.name()))
                && context.served().secrets().value(from.substring(1)).isEmpty();
    }
}
