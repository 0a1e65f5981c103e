package dev.slipway.release;

import dev.slipway.environment.EnvironmentWorkflow.Place;
import dev.slipway.environment.TurnReason;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.ReleaseWindow;
import dev.slipway.plan.Times;
import dev.slipway.record.Review;
import dev.slipway.release.ReleaseActivities.OpenRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.trust.SignedStatement;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** How a release gets from its approval to its first change: window, turn and the worker's own judgement. */
final class Beginning {

    /** What came of trying to begin. */
    enum Try {
        OPENED,
        /** what was approved is no longer what would happen */
        REVIEW_AGAIN,
        /** an approval was taken back meanwhile */
        APPROVE_AGAIN
    }

    private final ReleasePlan plan;
    private final ReleaseName name;
    private final SignedStatement request;
    private final Story story;
    private final Decisions decisions;
    private final Notices notices;
    private final Turn turn;
    private Duration patience = DurableTime.SHORTEST_PATIENCE;

    Beginning(
            ReleasePlan plan,
            ReleaseName name,
            SignedStatement request,
            Story story,
            Decisions decisions,
            Notices notices,
            Turn turn) {
        this.plan = plan;
        this.name = name;
        this.request = request;
        this.story = story;
        this.decisions = decisions;
        this.notices = notices;
        this.turn = turn;
    }

    /** Waits for window and turn, and asks the worker to open, until it may begin or people are needed again. */
    Try tried() {
        while (window() && turn()) {
            if (turn.outdated()) {
                journal()
                        .warn(
                                Phase.TURN,
                                "what is live has changed while it waited for its turn; "
                                        + decisions.consent().neededAgain());
                return Try.REVIEW_AGAIN;
            }
            OpenResult result = open();
            switch (result.opening()) {
                case OPENED -> {
                    opened(result);
                    return Try.OPENED;
                }
                case BASE_CHANGED -> {
                    result.why().forEach(why -> journal().warn(Phase.OPEN, why));
                    journal().warn(Phase.OPEN, decisions.consent().neededAgain());
                    turn.handOver(result.mirror());
                    return Try.REVIEW_AGAIN;
                }
                case LATER -> {
                    if (!later(result)) {
                        return Try.APPROVE_AGAIN;
                    }
                }
                case EXPIRED -> throw story.stop(Outcome.EXPIRED, String.join("; ", result.why()));
                case REFUSED -> {
                    // a rejection voids the request, and its own answer may still be on the way
                    Workflow.await(Workflow::isEveryHandlerFinished);
                    decisions.stops().stopIfRejected();
                    if (!decisions.consent().approved()) {
                        turn.handOver(result.mirror());
                        return Try.APPROVE_AGAIN;
                    }
                    throw story.stop(Outcome.FAILED, String.join("; ", result.why()));
                }
            }
        }
        turn.handOver(List.of());
        return Try.APPROVE_AGAIN;
    }

    /** False where an approval was taken back while it waited. */
    private boolean window() {
        if (!plan.window().limited() || plan.skips(story.lane(), "window")) {
            return true;
        }
        ReleaseWindow window = new ReleaseWindow(plan.window());
        while (!window.contains(DurableTime.now())) {
            story.enter(Phase.WINDOW);
            Instant opens = window.nextOpening(DurableTime.now())
                    .orElseThrow(() -> story.stop(Outcome.FAILED, "the release window never opens: " + plan.window()));
            story.waitsFor(new Waiting("the release window, which opens " + opens, List.of(), "", opens));
            DurableTime.awaitUntil(
                    Duration.between(DurableTime.now(), opens), "release window opens " + opens, decisions::disturbed);
            story.waitsNoMore();
            decisions.stops().stopIfRejected();
            if (!decisions.consent().approved()) {
                return false;
            }
        }
        return true;
    }

    private boolean turn() {
        story.in(Phase.TURN);
        Place place = turn.ask(base());
        if (!turn.mine() && !place.why().isEmpty()) {
            journal().info(Phase.TURN, "waits: " + place.why());
            story.waitsFor(
                    new TurnReason(place.why(), place.command()).waiting(plan.service() + "/" + plan.environment()));
        }
        turn.await(decisions::disturbed);
        story.waitsNoMore();
        decisions.stops().stopIfRejected();
        return decisions.consent().approved();
    }

    /** What it was approved for; whether that is genuine, the worker looks at when it opens. */
    private String base() {
        try {
            return Review.parse(story.review().orElseThrow().review().text()).base();
        } catch (IllegalArgumentException unreadable) {
            return "";
        }
    }

    private OpenResult open() {
        story.in(Phase.OPEN);
        return Activities.with(Limits.opening(
                        plan.environment(), "open " + name.text() + ": judge the approvals, take the grant"))
                .open(new OpenRequest(
                        plan.service(),
                        plan.environment(),
                        plan.version(),
                        plan.digest(),
                        request,
                        story.review().orElseThrow().review(),
                        decisions.consent().approvals(),
                        Workflow.getInfo().getWorkflowId(),
                        Workflow.getInfo().getRunId(),
                        decisions.consent().claims()));
    }

    private void opened(OpenResult result) {
        story.opened(result);
        result.why().forEach(why -> journal().warn(Phase.OPEN, why));
        journal()
                .info(
                        Phase.OPEN,
                        "opened: " + result.steps().size() + " steps until "
                                + Times.text(result.until())
                                + (result.previousVersion().isEmpty()
                                        ? ", nothing was live before"
                                        : ", back to " + result.previousVersion() + " if it goes wrong"));
        notices.send("started");
        story.in(Phase.PREPARE);
        if (!plan.watch().baseline().isEmpty()) {
            story.show();
        }
    }

    /** Lets others go first and asks again; the approvals stand, unless one is taken back meanwhile. */
    private boolean later(OpenResult result) {
        String whys = String.join("; ", result.why());
        result.why().forEach(why -> journal().warnOnce(Phase.OPEN, why));
        turn.handOver(result.mirror());
        story.waitsFor(new Waiting(whys, List.of(), "", Instant.EPOCH));
        DurableTime.awaitUntil(pause(result), "asks again: " + whys, decisions::disturbed);
        patience = DurableTime.longer(patience);
        story.waitsNoMore();
        decisions.stops().stopIfRejected();
        return decisions.consent().approved();
    }

    /** No longer than until what holds it up is known to be over. */
    private Duration pause(OpenResult later) {
        Duration left = DurableTime.until(later.until());
        return later.until().isAfter(Instant.EPOCH) && left.compareTo(patience) < 0 ? left : patience;
    }

    private Journal journal() {
        return story.journal();
    }
}
