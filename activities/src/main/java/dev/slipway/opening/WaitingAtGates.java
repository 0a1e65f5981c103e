package dev.slipway.opening;

import dev.slipway.gates.Gates;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.process.Pulse;
import dev.slipway.release.FailureDetail;
import dev.slipway.release.ReleaseActivities.GatesRequest;
import dev.slipway.release.ReleaseActivities.GatesResult;
import dev.slipway.served.Served;
import dev.slipway.trust.Lane;
import dev.slipway.trust.MalformedStatement;
import dev.slipway.trust.Statement;
import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;

/**
 * Looks at gates that a release waits for. As long as it waits for the same, Temporal itself asks again later: a pending
 * activity costs no event, however long it takes, and shows in the UI what it waits for.
 */
public final class WaitingAtGates {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LATE = Duration.ofMinutes(5);

    private final Gates gates;

    public WaitingAtGates(Gates gates) {
        this.gates = gates;
    }

    public GatesResult look(Served served, GatesRequest request, Pulse pulse) {
        ReleasePlan plan = served.plan(request.plan())
                .orElseThrow(() -> new Refused(List.of("the plan was not seen by a preflight of this environment")));
        Lane lane = served.record()
                .kept(request.request())
                .map(WaitingAtGates::lane)
                .orElseThrow(() -> new Refused(List.of("the request was not seen by a preflight of this environment")));
        Gates.Judged judged = gates.look(served, plan, lane, pulse);
        if (!judged.waiting().isEmpty() && judged.waiting().equals(request.waiting())) {
            throw ApplicationFailure.newBuilder()
                    .setMessage("waits for " + String.join("; ", judged.waiting()))
                    .setType(FailureDetail.UNAVAILABLE)
                    .setCategory(ApplicationErrorCategory.BENIGN)
                    .setNextRetryDelay(delay())
                    .build();
        }
        return new GatesResult(judged.passed(), judged.waiting());
    }

    /** A check that runs is soon done; one that waits for days is asked every few minutes. */
    private static Duration delay() {
        int attempt = Activity.getExecutionContext().getInfo().getAttempt();
        Duration delay = SOON.multipliedBy(Math.max(1, attempt / 6));
        return delay.compareTo(LATE) < 0 ? delay : LATE;
    }

    private static Lane lane(String text) {
        try {
            return Statement.parse(text).lane();
        } catch (MalformedStatement e) {
            throw new Refused(List.of("the kept request is no statement: " + e.getMessage()));
        }
    }
}
