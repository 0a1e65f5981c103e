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

/** Copies the listed tables: a dry run, then exactly what it found, in one transaction. */
public final class ReferenceDataStep implements Effect {

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
        if (PlannedReferenceData.skipped(
                context.plan(), wanted.from(), context.served().secrets())) {
            return new Done(
                    "skipped the reference data of " + name + ": the optional secret " + wanted.from() + " is not set",
                    Map.of("skipped", "true"),
                    List.of());
        }
        ReferenceDataRequest request =
                PlannedReferenceData.request(database, context.served().secrets());
        try {
            ReferenceDataDiff dryRun = promotion.diff(request, pulse);
            promotion.apply(request, dryRun.hash(), pulse);
            return new Done(
                    "promoted the reference data of " + name + ": " + PlannedReferenceData.words(dryRun),
                    Map.of("diff", dryRun.hash()),
                    List.of());
        } catch (DatabaseRefused e) {
            throw new StepFailed("reference data of " + name + ": " + e.getMessage(), List.of(), false);
        }
    }
}
