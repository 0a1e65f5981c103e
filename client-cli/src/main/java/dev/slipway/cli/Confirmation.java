package dev.slipway.cli;

import dev.slipway.record.AlreadyLive;
import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.SignedText;
import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a good end is true. Temporal says how a workflow ended, but anybody who reaches Temporal can make it say so;
 * what counts is the record's entry, signed by the environment's pinned key, that names this request.
 */
final class Confirmation {

    /** The worker's clock and this one may differ by so much. */
    private static final Duration SKEW = Duration.ofMinutes(2);

    private final PinnedKeys keys;

    Confirmation(PinnedKeys keys) {
        this.keys = keys;
    }

    /**
     * What has to be true.
     *
     * @param request id of the signed statement that asked for it
     * @param plan digest of the plan; empty where nothing may have been done already
     * @param notBefore an entry that is older is an old one, shown again
     */
    record Expected(ReleaseName release, String request, String plan, Outcome outcome, Instant notBefore) {}

    /** Why it is not confirmed; nothing where it is. */
    Optional<String> doubt(ReleaseReport report, Expected expected) {
        if (report.closed().isEmpty()) {
            return Optional.of("it carries no signed entry of the record");
        }
        SignedText signed = report.closed().get(0);
        EnvironmentName environment = EnvironmentName.of(expected.release());
        Optional<String> doubt = keys.doubt(environment, signed);
        if (doubt.isPresent()) {
            return doubt;
        }
        Optional<AlreadyLive> already = already(signed.text());
        if (already.isPresent()) {
            return doubtOfAlready(already.get(), expected);
        }
        Entry entry;
        try {
            entry = Entry.parse(signed.text());
        } catch (IllegalArgumentException e) {
            return Optional.of("what the environment's key signed is no entry of a record");
        }
        if (!environment.service().equals(entry.service())
                || !environment.environment().equals(entry.environment())) {
            return Optional.of("the signed entry is about " + entry.service() + "/" + entry.environment()
                    + ", not about " + environment.text());
        }
        return doubtOfClosing(entry, expected);
    }

    private static Optional<AlreadyLive> already(String text) {
        try {
            return Optional.of(AlreadyLive.parse(text));
        } catch (IllegalArgumentException another) {
            return Optional.empty();
        }
    }

    private static Optional<String> doubtOfClosing(Entry entry, Expected expected) {
        Event event = entry.event();
        if (event.kind() != Event.Kind.CLOSED) {
            return Optional.of(
                    "the signed entry " + entry.number() + " is no end of a release, but '" + event.kind() + "'");
        }
        if (!event.release().equals(expected.release().text())) {
            return Optional.of("the signed entry " + entry.number() + " ends " + event.release() + ", not "
                    + expected.release().text());
        }
        if (!expected.request().equals(event.facts().get("request"))) {
            return Optional.of("the signed entry " + entry.number() + " ends another request for "
                    + expected.release().text() + " than this one");
        }
        if (!expected.outcome().name().equals(event.facts().get("outcome"))) {
            return Optional.of("the signed entry " + entry.number() + " says '"
                    + event.facts().get("outcome") + "', not '"
                    + expected.outcome().name() + "'");
        }
        if (entry.time().isBefore(expected.notBefore().minus(SKEW))) {
            return Optional.of("the signed entry " + entry.number() + " is of " + Spans.time(entry.time())
                    + ", before this was asked for");
        }
        return Optional.empty();
    }

    /** Nothing had to be done: the worker says so for this very request. */
    private static Optional<String> doubtOfAlready(AlreadyLive said, Expected expected) {
        boolean same = expected.outcome() == Outcome.SUCCEEDED
                && !expected.plan().isEmpty()
                && said.service().equals(expected.release().service())
                && said.environment().equals(expected.release().environment())
                && said.version().equals(expected.release().version())
                && said.plan().equals(expected.plan())
                && said.request().equals(expected.request());
        return same
                ? Optional.empty()
                : Optional.of("the environment's key says that " + said.version() + " was live already, and that for"
                        + " another request than this one");
    }
}
