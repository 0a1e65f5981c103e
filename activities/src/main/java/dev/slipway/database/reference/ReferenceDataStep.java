package dev.slipway.database.reference;

import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.LeasedPulse;
import dev.slipway.database.PlanDatabases;
import dev.slipway.plan.Database;
import dev.slipway.process.Pulse;
import dev.slipway.record.Review;
import dev.slipway.steps.Done;
import dev.slipway.steps.Effect;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings the rows that the review has shown into the listed tables, in one transaction; other rows stop it. */
public final class ReferenceDataStep implements Effect {

    private final ReferenceData promotion;

    public ReferenceDataStep(ReferenceData promotion) {
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
        Optional<String> missing = PlannedReferenceData.missing(
                context.plan(),
                database.referenceDataIfAny().orElseThrow(),
                context.served().secrets());
        if (missing.isPresent()) {
            return new Done(
                    "skipped the reference data of " + name + ": the optional secret " + missing.get() + " is not set",
                    Map.of("skipped", "true"),
                    List.of());
        }
        try {
            ReferenceDataDiff done = apply(
                    PlannedReferenceData.request(database, context.served().secrets(), context::workingDirectory),
                    context,
                    new LeasedPulse(context, pulse));
            return new Done(
                    "promoted the reference data of " + name + ": " + PlannedReferenceData.words(done)
                            + (done.isEmpty() ? ": nothing to change" : ""),
                    done.isEmpty() ? Map.of("diff", done.hash(), "same", "true") : Map.of("diff", done.hash()),
                    List.of());
        } catch (DatabaseRefused e) {
            throw new StepFailed("reference data of " + name + ": " + e.getMessage(), List.of(), false);
        }
    }

    private ReferenceDataDiff apply(ReferenceDataRequest request, StepContext context, Pulse pulse) {
        Optional<String> reviewed = context.served()
                .record()
                .kept(context.grant().review())
                .map(Review::parse)
                .flatMap(review -> Optional.ofNullable(
                        review.promotions().get(context.step().name())));
        if (reviewed.isEmpty()) {
            // the review says that what changes is known only after the migrations
            return promotion.apply(request, promotion.diff(request, pulse).hash(), pulse);
        }
        try {
            return promotion.apply(request, reviewed.get(), pulse);
        } catch (ReferenceDataChanged changed) {
            throw new StepFailed(
                    "reference data of " + context.step().name() + ": " + changed.getMessage(), List.of(), false);
        }
    }
}
