package dev.slipway.release;

import dev.slipway.environment.Mirror;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.SignedText;
import dev.slipway.record.StepKind;
import dev.slipway.trust.SignedStatement;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a release asks of the worker that holds an environment's secrets. The worker believes none of it: every step that
 * changes something is handed only a grant and a number, and reads the rest from the record.
 */
@ActivityInterface
public interface ReleaseActivities {

    /** Judges the request, reads the plan again from the source, and looks for everything that would stop it later. */
    @ActivityMethod
    PreflightResult preflight(PreflightRequest request);

    /**
     * Judges the gates that need no command of the plan. Returns when all are passed, or when what they wait for is not
     * what the request says; until then it fails, to be asked again later: so weeks of waiting cost nothing.
     */
    @ActivityMethod
    GatesResult judgeGates(GatesRequest request);

    /**
     * Gathers what a person needs to say yes, and signs it. Changes nothing, and runs nothing of the plan but its pending
     * migrations, on a throw-away copy of a backup that can reach nothing.
     */
    @ActivityMethod
    ReviewResult review(ReviewRequest request);

    /** The only place where yes is judged. Appends the grant to the record. */
    @ActivityMethod
    OpenResult open(OpenRequest request);

    @ActivityMethod
    StepResult backUp(StepRequest request);

    @ActivityMethod
    StepResult migrate(StepRequest request);

    @ActivityMethod
    StepResult promoteReferenceData(StepRequest request);

    @ActivityMethod
    StepResult deploy(StepRequest request);

    @ActivityMethod
    StepResult verify(StepRequest request);

    /** Measures what the watch compares with, before anything changes; refused once something of the grant has begun. */
    @ActivityMethod
    BaselineResult measureBaseline(GrantRequest request);

    @ActivityMethod
    WatchResult watch(WatchRequest request);

    /** Undoes one step that began; goes only to the grant's own previous ids. */
    @ActivityMethod
    StepResult rollBack(StepRequest request);

    /** The plan's checks against the version that was gone back to. */
    @ActivityMethod
    StepResult verifyRolledBack(GrantRequest request);

    /** How a step that did not come to its end stands in the record, for a person who is to say what becomes of it. */
    @ActivityMethod
    FailedStep lookAtFailure(StepRequest request);

    /** Asks every target what serves there now, whatever the record believes, and writes it into the record. */
    @ActivityMethod
    Survey survey(GrantRequest request);

    /** Ends the grant, or the request where nothing was opened, in the record. The worker judges the outcome itself. */
    @ActivityMethod
    CloseResult close(CloseRequest request);

    /** Tells people, from the record. Never fails a release. */
    @ActivityMethod
    NotifyResult notifyPeople(NotifyRequest request);

    /** Judges a signed rollback, finds the version to go back to in the record, and appends a grant for it. */
    @ActivityMethod
    OpenResult openRollback(OpenRollbackRequest request);

    record PreflightRequest(ReleasePlan plan, SignedStatement request) {
        public PreflightRequest {
            request = request == null ? new SignedStatement("", "") : request;
        }
    }

    /**
     * @param problems everything that stops this release, each with what to do; empty to go on
     * @param notes what is worth knowing, such as optional secrets that are not set
     * @param nothingToDo the signed entry that says that this very plan is live already: none or one
     * @param searchAttributes whether the namespace knows ours, so that the workflow may set them
     * @param people those whose word counts here for this plan: name to key lines; empty where nothing was looked up
     * @param untried whether migrations are pending, which a preflight reads and does not try
     */
    record PreflightResult(
            List<String> problems,
            List<String> notes,
            List<SignedText> nothingToDo,
            boolean searchAttributes,
            String environmentKey,
            Map<String, List<String>> people,
            boolean untried) {

        public PreflightResult(
                List<String> problems,
                List<String> notes,
                List<SignedText> nothingToDo,
                boolean searchAttributes,
                String environmentKey) {
            this(problems, notes, nothingToDo, searchAttributes, environmentKey, Map.of(), false);
        }

        public PreflightResult {
            people = people == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(people));
            problems = problems == null ? List.of() : List.copyOf(problems);
            notes = notes == null ? List.of() : List.copyOf(notes);
            nothingToDo = nothingToDo == null ? List.of() : List.copyOf(nothingToDo);
            environmentKey = environmentKey == null ? "" : environmentKey;
        }
    }

    /**
     * @param plan digest; the worker kept the plan at preflight
     * @param request id of the signed request
     * @param waiting what was waited for when it was asked last; empty for the first time
     */
    record GatesRequest(
            String service, String environment, String version, String plan, String request, List<String> waiting) {
        public GatesRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            version = version == null ? "" : version;
            plan = plan == null ? "" : plan;
            request = request == null ? "" : request;
            waiting = waiting == null ? List.of() : List.copyOf(waiting);
        }
    }

    /**
     * @param passed what was found of each gate that is passed, in words
     * @param waiting what the others wait for, in words; empty where all are passed
     */
    record GatesResult(List<String> passed, List<String> waiting) {
        public GatesResult {
            passed = passed == null ? List.of() : List.copyOf(passed);
            waiting = waiting == null ? List.of() : List.copyOf(waiting);
        }
    }

    /**
     * @param plan digest; the worker kept the plan at preflight
     * @param request id of the signed request
     */
    record ReviewRequest(String service, String environment, String version, String plan, String request) {
        public ReviewRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            version = version == null ? "" : version;
            plan = plan == null ? "" : plan;
            request = request == null ? "" : request;
        }
    }

    /**
     * @param review signed with the environment's key
     * @param hash what an approval is about
     * @param authors those of the plan's people who wrote what is new
     * @param warnings what the rehearsal found that nobody may overlook; the review has it, too
     */
    record ReviewResult(SignedText review, String hash, List<String> authors, List<String> warnings) {
        public ReviewResult {
            review = review == null ? new SignedText("", "") : review;
            hash = hash == null ? "" : hash;
            authors = authors == null ? List.of() : List.copyOf(authors);
            warnings = warnings == null ? List.of() : List.copyOf(warnings);
        }
    }

    record OpenRequest(
            String service,
            String environment,
            String version,
            String plan,
            SignedStatement request,
            SignedText review,
            List<SignedStatement> approvals,
            String workflow,
            String run,
            List<Claim> claims) {
        public OpenRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            version = version == null ? "" : version;
            plan = plan == null ? "" : plan;
            request = request == null ? new SignedStatement("", "") : request;
            review = review == null ? new SignedText("", "") : review;
            workflow = workflow == null ? "" : workflow;
            run = run == null ? "" : run;
            approvals = approvals == null ? List.of() : List.copyOf(approvals);
            claims = claims == null ? List.of() : List.copyOf(claims);
        }
    }

    /** What came of {@code open}. */
    enum Opening {
        OPENED,
        /** what was approved is no longer what would happen: review again */
        BASE_CHANGED,
        /** window, lock, another grant, or one that ended and may still act: wait and ask again, the approvals stand */
        LATER,
        /** an approval or the request ran out of time */
        EXPIRED,
        /** never with these statements */
        REFUSED
    }

    /**
     * @param grant id of the grant, empty where not opened
     * @param entry hash of the {@code opened} entry
     * @param base the record's base after it
     * @param until of the grant; where it is LATER, when what holds it up is known to be over, else epoch start
     * @param within how long a rollback may take before people are told, by the plan; zero for any time
     */
    record OpenResult(
            Opening opening,
            List<String> why,
            String grant,
            String entry,
            String base,
            List<PlannedStep> steps,
            String version,
            String previousVersion,
            Instant until,
            List<Mirror> mirror,
            Duration within) {
        public OpenResult {
            within = within == null ? Duration.ZERO : within;
            why = why == null ? List.of() : List.copyOf(why);
            grant = grant == null ? "" : grant;
            entry = entry == null ? "" : entry;
            base = base == null ? "" : base;
            steps = steps == null ? List.of() : List.copyOf(steps);
            version = version == null ? "" : version;
            previousVersion = previousVersion == null ? "" : previousVersion;
            until = until == null ? Instant.EPOCH : until;
            mirror = mirror == null ? List.of() : List.copyOf(mirror);
        }

        public static OpenResult not(Opening opening, List<String> why) {
            return new OpenResult(opening, why, "", "", "", List.of(), "", "", Instant.EPOCH, List.of(), Duration.ZERO);
        }

        /** @param until when to ask again at the latest; {@link Instant#EPOCH} where nobody knows */
        public static OpenResult later(List<String> why, Instant until) {
            return new OpenResult(Opening.LATER, why, "", "", "", List.of(), "", "", until, List.of(), Duration.ZERO);
        }
    }

    /** A step of the grant, with the longest time that it may take. */
    record PlannedStep(int number, StepKind kind, String name, Duration timeout) {
        public PlannedStep {
            name = name == null ? "" : name;
            timeout = timeout == null ? Duration.ZERO : timeout;
        }

        public String title() {
            return name.isEmpty() ? kind.words() : kind.words() + " " + name;
        }
    }

    /** All that a step is handed. */
    record StepRequest(String service, String environment, String grant, int step) {
        public StepRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            grant = grant == null ? "" : grant;
        }
    }

    record GrantRequest(String service, String environment, String grant) {
        public GrantRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            grant = grant == null ? "" : grant;
        }
    }

    /**
     * @param lines the last lines of a child process, redacted
     * @param undo the command for a person's hands
     */
    record StepResult(String summary, Map<String, String> facts, List<String> lines, String undo) {
        public StepResult {
            summary = summary == null ? "" : summary;
            facts = facts == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(facts));
            lines = lines == null ? List.of() : List.copyOf(lines);
            undo = undo == null ? "" : undo;
        }
    }

    /**
     * @param state what an earlier watch of the same grant has seen, signed by the worker: none or one
     * @param length how long to watch; never shorter than what is left of the plan's window
     * @param baseline what metrics were like before the release, signed by the worker: none or one
     */
    record WatchRequest(
            String service,
            String environment,
            String grant,
            int step,
            List<SignedText> state,
            Duration length,
            List<SignedText> baseline) {
        public WatchRequest(
                String service, String environment, String grant, int step, List<SignedText> state, Duration length) {
            this(service, environment, grant, step, state, length, List.of());
        }

        public WatchRequest {
            baseline = baseline == null ? List.of() : List.copyOf(baseline);
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            grant = grant == null ? "" : grant;
            length = length == null ? Duration.ZERO : length;
            state = state == null ? List.of() : List.copyOf(state);
        }
    }

    /**
     * @param baseline signed by the worker, for the watch of the same grant: none or one
     * @param lines what was measured, in words
     * @param warnings what could not be, and which rules need it
     */
    record BaselineResult(List<SignedText> baseline, List<String> lines, List<String> warnings) {
        public BaselineResult {
            baseline = baseline == null ? List.of() : List.copyOf(baseline);
            lines = lines == null ? List.of() : List.copyOf(lines);
            warnings = warnings == null ? List.of() : List.copyOf(warnings);
        }
    }

    /**
     * @param verdict PASS, FAIL, INCONCLUSIVE or ERROR
     * @param text one sentence with the figures that decided
     * @param pending how long an undecided rule would still take, zero for none
     */
    record WatchResult(String verdict, String text, List<String> warnings, Duration pending, List<SignedText> state) {
        public WatchResult {
            verdict = verdict == null ? "" : verdict;
            text = text == null ? "" : text;
            warnings = warnings == null ? List.of() : List.copyOf(warnings);
            pending = pending == null ? Duration.ZERO : pending;
            state = state == null ? List.of() : List.copyOf(state);
        }
    }

    /**
     * @param attempt how often it began
     * @param changed whether it may have left something
     * @param done what the steps before it have done, and is kept if it is tried again
     */
    record FailedStep(int attempt, boolean changed, List<String> done) {
        public FailedStep {
            done = done == null ? List.of() : List.copyOf(done);
        }
    }

    /** @param targets one sentence for each target: what serves there, and what should */
    record Survey(List<String> targets) {
        public Survey {
            targets = targets == null ? List.of() : List.copyOf(targets);
        }
    }

    /**
     * @param request id of the request
     * @param outcome what the workflow believes; the worker takes SUCCEEDED only when the record says so too
     * @param decisions signed statements that led to it (rollback, finish)
     */
    record CloseRequest(
            String service,
            String environment,
            String version,
            String plan,
            String request,
            String workflow,
            String outcome,
            String text,
            List<SignedStatement> decisions) {
        public CloseRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            version = version == null ? "" : version;
            plan = plan == null ? "" : plan;
            request = request == null ? "" : request;
            workflow = workflow == null ? "" : workflow;
            outcome = outcome == null ? "" : outcome;
            text = text == null ? "" : text;
            decisions = decisions == null ? List.of() : List.copyOf(decisions);
        }
    }

    /**
     * @param closed signed by the environment's key; none where the request was never judged genuine
     * @param undo commands for a person's hands, for what was changed and not undone
     * @param left one sentence on what is left to do for people after a restore or a phase alone; empty where nothing is
     * @param handedOver whether the queue has been told already that the turn is free
     */
    record CloseResult(
            String outcome,
            List<SignedText> closed,
            List<String> changed,
            boolean safe,
            List<String> undo,
            List<Mirror> mirror,
            String left,
            boolean handedOver) {
        public CloseResult {
            left = left == null ? "" : left;
            outcome = outcome == null ? "" : outcome;
            closed = closed == null ? List.of() : List.copyOf(closed);
            changed = changed == null ? List.of() : List.copyOf(changed);
            undo = undo == null ? List.of() : List.copyOf(undo);
            mirror = mirror == null ? List.of() : List.copyOf(mirror);
        }

        public CloseResult handedOver(boolean told) {
            return new CloseResult(outcome, closed, changed, safe, undo, mirror, left, told);
        }
    }

    /**
     * @param event started, waiting, reminder, deployed, undecided, or the event of an outcome
     * @param request with the event, the key that it is deduplicated by
     */
    record NotifyRequest(
            String service,
            String environment,
            String version,
            String plan,
            String request,
            String workflow,
            String event) {
        public NotifyRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            version = version == null ? "" : version;
            plan = plan == null ? "" : plan;
            request = request == null ? "" : request;
            workflow = workflow == null ? "" : workflow;
            event = event == null ? "" : event;
        }
    }

    /**
     * @param sent the channels that took it now
     * @param failed why the others did not
     * @param before the channels that had taken it before
     */
    record NotifyResult(List<String> sent, List<String> failed, List<String> before) {
        public NotifyResult {
            sent = sent == null ? List.of() : List.copyOf(sent);
            failed = failed == null ? List.of() : List.copyOf(failed);
            before = before == null ? List.of() : List.copyOf(before);
        }

        public NotifyResult(List<String> sent, List<String> failed) {
            this(sent, failed, List.of());
        }

        /** Whether anybody was told. */
        public boolean told() {
            return !sent.isEmpty() || !before.isEmpty();
        }
    }

    /** @param to the version to go back to, empty for the last known good */
    record OpenRollbackRequest(
            String service, String environment, SignedStatement rollback, String workflow, String run) {
        public OpenRollbackRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            rollback = rollback == null ? new SignedStatement("", "") : rollback;
            workflow = workflow == null ? "" : workflow;
            run = run == null ? "" : run;
        }
    }
}
