package dev.slipway.release;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Scope;
import dev.slipway.record.SignedText;
import dev.slipway.record.StepKind;
import dev.slipway.release.ReleaseActivities.CloseResult;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.PlannedStep;
import dev.slipway.release.ReleaseActivities.PreflightResult;
import dev.slipway.release.ReleaseActivities.ReviewResult;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** How far one release is and what has happened to it, as people read it: in reports, memo and the Temporal UI. */
final class Story {

    /** Of refused signals the first few are written down; the rest is only counted, so that nobody can flood a history. */
    private static final int REFUSED_SIGNALS_KEPT = 5;

    private final ReleasePlan plan;
    private final SignedStatement request;
    private final String requester;
    private final Lane lane;
    private final Undo undo;
    private final Instant started = DurableTime.now();
    private final Journal journal = new Journal();
    private final Face face = new Face();

    private Phase phase = Phase.PREFLIGHT;
    private String headline = "";
    private Optional<Waiting> waiting = Optional.empty();
    private Optional<Question> question = Optional.empty();
    private boolean genuine;
    private List<SignedText> nothingToDo = List.of();
    private boolean untried;
    private Optional<ReviewResult> review = Optional.empty();
    private List<String> authors = List.of();
    private boolean changedSomething;
    private Supplier<List<SignedStatement>> approvals = List::of;
    private Optional<OpenResult> grant = Optional.empty();
    private Optional<CloseResult> closed = Optional.empty();
    private Optional<Outcome> outcome = Optional.empty();
    private Instant ended = Instant.EPOCH;
    private int refusedSignals;

    Story(ReleaseInput input, Undo undo) {
        this.plan = input.plan();
        this.request = input.request();
        this.requester = request.statement().map(Statement::by).orElse("");
        this.lane = request.statement().map(Statement::lane).orElse(Lane.NORMAL);
        this.undo = undo;
    }

    /** What of the plan was asked for. */
    Scope scope() {
        return Scope.of(request);
    }

    Lane lane() {
        return lane;
    }

    Journal journal() {
        return journal;
    }

    String requester() {
        return requester;
    }

    Phase phase() {
        return phase;
    }

    /** Costs no event. */
    void enter(Phase next) {
        phase = next;
        face.details(report());
    }

    /** Without showing it: for a phase that shows itself when it waits or ends. */
    void in(Phase next) {
        phase = next;
    }

    String headline() {
        return headline;
    }

    void headline(String sentence) {
        headline = sentence;
    }

    void waitsFor(Waiting what) {
        waiting = Optional.of(what);
        show();
    }

    void waitsNoMore() {
        waiting = Optional.empty();
    }

    void asks(Question what) {
        question = Optional.of(what);
    }

    void asksNoMore() {
        question = Optional.empty();
    }

    Optional<Question> question() {
        return question;
    }

    void preflighted(PreflightResult result) {
        genuine = true;
        nothingToDo = result.nothingToDo();
        untried = result.untried();
    }

    void searchAttributes(boolean registered) {
        face.registered(registered);
    }

    /** Whether the worker has judged the request, and there is something to do. */
    boolean inTheRecord() {
        return genuine && nothingToDo.isEmpty();
    }

    /** What a preflight alone has found. */
    String nothingInTheWay() {
        return "nothing stands in the way of " + plan.version()
                + (untried ? "; pending migrations were read, not tried" : "");
    }

    boolean nothingToDo() {
        return !nothingToDo.isEmpty();
    }

    void reviewed(ReviewResult result) {
        review = Optional.of(result);
        authors = result.authors();
    }

    /** Who wrote what is new, as the review says. */
    List<String> authors() {
        return authors;
    }

    /** From the first step on: until then an approval can be taken back. */
    void changesSomething() {
        changedSomething = true;
    }

    boolean hasChangedSomething() {
        return changedSomething;
    }

    Optional<ReviewResult> review() {
        return review;
    }

    void opened(OpenResult result) {
        grant = Optional.of(result);
    }

    boolean isOpened() {
        return grant.isPresent();
    }

    /** The grant; only after {@code open}. */
    OpenResult grant() {
        return grant.orElseThrow();
    }

    List<PlannedStep> steps(StepKind kind) {
        return grant().steps().stream().filter(step -> step.kind() == kind).toList();
    }

    void closed(CloseResult result) {
        closed = Optional.of(result);
        headline += result.left().isEmpty() ? "" : "; " + result.left();
    }

    /** How the record of it was closed, once it is. */
    Optional<CloseResult> closing() {
        return closed;
    }

    Optional<Outcome> outcome() {
        return outcome;
    }

    void ends(Outcome how, String sentence) {
        outcome = Optional.of(how);
        headline = sentence;
    }

    void isOver() {
        ended = DurableTime.now();
        show();
    }

    ReleaseStopped stop(Outcome how, String sentence) {
        return new ReleaseStopped(how, phase, sentence, List.of());
    }

    void refusedSignal(String kind, List<String> problems) {
        refusedSignals++;
        Refusals.count(kind, "signal", plan.service() + "/" + plan.environment() + "@" + plan.version(), problems);
        if (refusedSignals <= REFUSED_SIGNALS_KEPT) {
            journal.warn(phase, "refused a signal '" + kind + "': " + String.join("; ", problems));
        }
    }

    ReleaseReport report() {
        return new ReleaseReport(
                plan.service(),
                plan.environment(),
                plan.version(),
                plan.commit(),
                request.id(),
                requester,
                plan.digest(),
                ended.isAfter(Instant.EPOCH) ? outcome.map(Outcome::name).orElse("") : "",
                phase,
                headline,
                waiting.stream().toList(),
                closed.map(CloseResult::changed).orElse(List.of()),
                closed.map(CloseResult::safe).orElse(grant.isEmpty()),
                closed.map(CloseResult::undo).orElse(undo.commands()),
                journalWithCounts(),
                nothingToDo.isEmpty() ? closed.map(CloseResult::closed).orElse(List.of()) : nothingToDo,
                review.map(ReviewResult::review).stream().toList(),
                grant.map(OpenResult::entry).orElse(""),
                grant.map(OpenResult::base).orElse(""),
                started,
                ended,
                lane.word(),
                approvals.get(),
                question.stream().toList());
    }

    /** @param given the approvals that count, whenever they are looked at */
    void approvedBy(Supplier<List<SignedStatement>> given) {
        approvals = given;
    }

    private List<JournalEntry> journalWithCounts() {
        if (refusedSignals <= REFUSED_SIGNALS_KEPT) {
            return journal.entries();
        }
        List<JournalEntry> entries = new ArrayList<>(journal.entries());
        entries.add(new JournalEntry(
                started,
                phase,
                JournalEntry.Level.WARN,
                refusedSignals + " signals were refused, " + REFUSED_SIGNALS_KEPT + " of them are written above",
                List.of()));
        return List.copyOf(entries);
    }

    /** Memo and search attributes, so that the release can be read where no worker is there. */
    void show() {
        ReleaseReport report = report();
        face.show(
                new Status(
                        plan.service(),
                        plan.environment(),
                        plan.version(),
                        plan.digest(),
                        request.id(),
                        requester,
                        phase.words(),
                        report.outcome(),
                        waiting.map(Waiting::what).orElse(""),
                        waiting.map(Waiting::who).orElse(List.of()),
                        waiting.map(Waiting::until).orElse(Instant.EPOCH),
                        waiting.map(Waiting::command).orElse("")),
                report);
    }
}
