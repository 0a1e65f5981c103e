package dev.slipway.release;

import dev.slipway.plan.ReleasePlan;

/**
 * What people say to a running release. What is judged here is a courtesy to the caller; the worker judges again whatever
 * changes something.
 */
final class Decisions {

    private final Consent consent;
    private final Stops stops;
    private final Answers answers;
    private final WatchWords watch;

    Decisions(ReleaseInput input, ReleaseName name, Story story) {
        ReleasePlan plan = input.plan();
        consent = new Consent(plan, name, story);
        stops = new Stops(input, name, story, consent);
        answers = new Answers(plan, name, story, consent, stops);
        watch = new WatchWords(plan, name, story, stops);
    }

    Consent consent() {
        return consent;
    }

    Stops stops() {
        return stops;
    }

    Answers answers() {
        return answers;
    }

    WatchWords watch() {
        return watch;
    }

    /** Whether what waits for its time has to stop waiting: rejected, or no longer approved. */
    boolean disturbed() {
        return stops.rejected() || !consent.approved();
    }
}
