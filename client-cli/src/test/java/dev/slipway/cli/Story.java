package dev.slipway.cli;

import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.Review;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.release.JournalEntry;
import dev.slipway.release.Outcome;
import dev.slipway.release.Phase;
import dev.slipway.release.Question;
import dev.slipway.release.ReleaseInput;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.Waiting;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.SignedStatement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A report in the making, and the texts that a worker would sign for it. */
final class Story {

    private final ReleaseInput input;
    private final List<JournalEntry> journal = new ArrayList<>();
    private String outcome = "";
    private Phase phase = Phase.PREFLIGHT;
    private String headline = "";
    private List<Waiting> waiting = List.of();
    private List<String> changed = List.of();
    private List<SignedText> closed = List.of();
    private List<SignedText> review = List.of();
    private List<SignedStatement> approvals = List.of();
    private List<Question> question = List.of();
    private String base = "";

    private Story(ReleaseInput input) {
        this.input = input;
    }

    static Story of(ReleaseInput input) {
        return new Story(input);
    }

    Story in(Phase where) {
        phase = where;
        return this;
    }

    Story journal(String text, String... lines) {
        journal.add(new JournalEntry(
                Instant.parse("2026-11-21T09:00:00Z"), phase, JournalEntry.Level.INFO, text, List.of(lines)));
        return this;
    }

    Story problem(String text) {
        journal.add(new JournalEntry(
                Instant.parse("2026-11-21T09:00:00Z"), phase, JournalEntry.Level.ERROR, text, List.of()));
        return this;
    }

    Story waitingFor(String what, String... who) {
        waiting = List.of(new Waiting(
                what, List.of(who), "slipway approve " + input.plan().label(), Instant.EPOCH));
        return this;
    }

    Story asking(Question what) {
        question = List.of(what);
        return this;
    }

    Story changed(String... what) {
        changed = List.of(what);
        return this;
    }

    Story opened(String hash) {
        base = hash;
        return this;
    }

    Story closed(SignedText entry) {
        closed = List.of(entry);
        return this;
    }

    Story reviewed(SignedText text) {
        review = List.of(text);
        return this;
    }

    Story approved(SignedStatement... by) {
        approvals = List.of(by);
        return this;
    }

    Story ended(Outcome how, String sentence) {
        outcome = how.name();
        headline = sentence;
        phase = Phase.DONE;
        return this;
    }

    Script.Ending ending() {
        return new Script.Ending(Outcome.valueOf(outcome), report());
    }

    ReleaseReport report() {
        return new ReleaseReport(
                input.plan().service(),
                input.plan().environment(),
                input.plan().version(),
                input.plan().commit(),
                input.request().id(),
                input.request().statement().orElseThrow().by(),
                input.plan().digest(),
                outcome,
                phase,
                headline,
                waiting,
                changed,
                true,
                List.of(),
                journal,
                closed,
                review,
                base,
                base,
                Instant.parse("2026-11-21T09:00:00Z"),
                outcome.isEmpty() ? Instant.EPOCH : Instant.parse("2026-11-21T09:10:00Z"),
                "",
                approvals,
                question);
    }

    /** The entry that ends this release, as the worker signs it. */
    static SignedText close(ReleaseInput input, EnvironmentKey key, String request, Outcome outcome, State state) {
        Entry entry = new Entry(
                Entry.FORMAT,
                input.plan().service(),
                input.plan().environment(),
                7,
                Entry.NO_PREVIOUS,
                Instant.now(),
                new Event(
                        Event.Kind.CLOSED,
                        input.plan().label(),
                        "closed",
                        Map.of("request", request, "outcome", outcome.name())),
                state);
        return new SignedText(entry.text(), key.sign(entry.text()));
    }

    static SignedText close(ReleaseInput input, EnvironmentKey key) {
        return close(input, key, input.request().id(), Outcome.SUCCEEDED, State.empty());
    }

    static SignedText review(ReleaseInput input, EnvironmentKey key, String... notUndone) {
        Review review = new Review(
                Review.FORMAT,
                input.plan().service(),
                input.plan().environment(),
                input.plan().version(),
                input.plan().commit(),
                input.plan().digest(),
                input.request().id(),
                input.request().statement().orElseThrow().by(),
                "0".repeat(64),
                "0".repeat(64),
                "",
                new Review.Live("1.0.0", "", Instant.parse("2026-11-01T09:00:00Z")),
                List.of(),
                List.of(),
                List.of(),
                List.of("web: ./switch, back to 1.0.0"),
                List.of(),
                List.of(),
                List.of(notUndone),
                Instant.parse("2026-11-21T09:00:00Z"),
                input.request().statement().orElseThrow().lane().word(),
                List.of(new Review.Commit("0123456789abcdef", "ana", "Count twice")),
                List.of("ana"),
                List.of("ci: checks passed"),
                List.of(),
                List.of(),
                "",
                Map.of());
        return new SignedText(review.text(), key.sign(review.text()));
    }
}
