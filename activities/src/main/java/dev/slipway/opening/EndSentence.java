package dev.slipway.opening;

import dev.slipway.plan.Times;
import dev.slipway.record.Grant;
import dev.slipway.record.Scope;
import dev.slipway.record.Step;
import dev.slipway.record.Step.StepState;
import dev.slipway.record.StepKind;
import dev.slipway.release.Outcome;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a grant, or a request that was never opened, ended, in one sentence. It stands under the environment's signature, so it is made out of the record; what
 * only the workflow can know is told as its word.
 */
final class EndSentence {

    /** What a workflow that was cancelled says; there is nothing in it to lie about. */
    private static final Pattern CANCELLED = Pattern.compile("cancelled in phase [a-z ]{1,30}");

    private static final String THE_WORKFLOWS = "its workflow says: ";

    /** By so much the workflow's clock may be ahead of the worker's, when both mean the same end. */
    private static final Duration MOMENT = Duration.ofSeconds(5);

    private final Grant grant;
    private final Statement asked;
    private final Outcome outcome;
    private final String claim;
    private final List<Statement> said;

    /**
     * @param asked what the grant was opened for
     * @param claim what the workflow says
     * @param said genuine words of people about it
     */
    EndSentence(Grant grant, Statement asked, Outcome outcome, String claim, List<Statement> said) {
        this.grant = grant;
        this.asked = asked;
        this.outcome = outcome;
        this.claim = claim;
        this.said = said;
    }

    /**
     * How a request ended that was never opened, and so changed nothing.
     *
     * @param asked the request
     * @param time when it ended, by the worker's clock
     */
    static String unopened(Statement asked, Outcome outcome, String claim, Instant time) {
        boolean over = !time.isBefore(asked.expires().minus(MOMENT));
        if (outcome == Outcome.EXPIRED && over) {
            return "its time was over before it was opened, " + Times.text(asked.expires());
        }
        boolean harmless =
                outcome == Outcome.CANCELLED && CANCELLED.matcher(claim).matches();
        return harmless ? claim : THE_WORKFLOWS + claim;
    }

    /** The outcome and why. A rollback by hand that did not get there is no end of the version that it was to go to. */
    static String told(Grant grant, Outcome outcome, String text) {
        return grant.kind().equals(Grant.ROLLBACK) && outcome != Outcome.ROLLED_BACK
                ? outcome.ofRollbackTo(grant.version()) + ": " + text
                : outcome.because(text);
    }

    String text() {
        return known().orElseGet(() -> THE_WORKFLOWS + claim);
    }

    private Optional<String> known() {
        return switch (outcome) {
            case SUCCEEDED -> succeeded();
            case ROLLED_BACK ->
                grant.kind().equals(Grant.ROLLBACK)
                        ? Optional.of(byWhom(asked) + "; back on " + grant.version())
                        : why().map(why -> why + back());
            case ROLLBACK_FAILED -> grant.kind().equals(Grant.ROLLBACK) ? failure() : rollbackFailed();
            case EXPIRED -> Optional.of("nobody said yes in time");
            case CANCELLED, FAILED, REJECTED -> why().map(why -> undidSomething() ? why + back() : why);
        };
    }

    private Optional<String> succeeded() {
        Scope scope = Scope.of(Optional.of(asked));
        if (grant.kind().equals(Grant.RESTORE)) {
            return grant.steps().stream()
                    .filter(step -> step.state() == StepState.DONE)
                    .map(Step::summary)
                    .reduce((first, last) -> last);
        }
        return Optional.of(
                scope.whole()
                        ? grant.version() + " is live"
                        : scope.phase() + " of " + grant.version() + " is done; nothing was made live by it");
    }

    /** What stopped it: a person, a step that failed, or somebody who cancelled it. */
    private Optional<String> why() {
        return said.stream()
                .filter(statement -> statement.kind() == Kind.ROLLBACK)
                .reduce((first, last) -> last)
                // wherever it is told, the outcome stands before it
                .map(statement -> (outcome == Outcome.ROLLED_BACK ? "" : "rolled back ") + byWhom(statement))
                .or(() -> Optional.of(claimWithout(back()))
                        .filter(words -> outcome == Outcome.CANCELLED
                                && CANCELLED.matcher(words).matches()))
                .or(this::failure);
    }

    private String claimWithout(String end) {
        return claim.endsWith(end) ? claim.substring(0, claim.length() - end.length()) : claim;
    }

    /** Steps that come later were not begun, so the last that failed is the one that stopped everything. */
    private Optional<String> failure() {
        return grant.steps().stream()
                .flatMap(step -> step.failure().stream())
                .reduce((first, last) -> last)
                .or(() -> grant.steps().stream()
                        .filter(step -> step.state() == StepState.BEGAN)
                        .reduce((first, last) -> last)
                        .map(EndSentence::unfinished))
                .filter(words -> !words.isEmpty());
    }

    private static String unfinished(Step step) {
        if (!step.stoppedBy().isEmpty()) {
            return step.stoppedBy();
        }
        return step.kind() == StepKind.WATCH
                ? "the watch came to no verdict"
                : step.title() + " did not come to its end";
    }

    private Optional<String> rollbackFailed() {
        Optional<String> stopped = grant.steps().stream()
                .filter(step -> step.kind() == StepKind.DEPLOY && step.undoAttempt() > 0)
                .map(Step::stoppedBy)
                .filter(words -> !words.isEmpty())
                .findFirst();
        return why().flatMap(why -> stopped.map(words -> "after: " + why + "; the rollback stopped: " + words));
    }

    private boolean undidSomething() {
        return grant.steps().stream().anyMatch(step -> step.state() == StepState.UNDONE);
    }

    private String back() {
        return "; back on " + grant.previousVersion();
    }

    private static String byWhom(Statement statement) {
        return "by " + statement.by() + (statement.reason().isBlank() ? "" : ": " + statement.reason());
    }
}
