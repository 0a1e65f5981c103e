package dev.slipway.release;

import dev.slipway.environment.EnvironmentWorkflow;
import dev.slipway.environment.Holder;
import dev.slipway.environment.Mirror;
import dev.slipway.environment.TurnGranted;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Target;
import dev.slipway.record.Review;
import dev.slipway.record.Scope;
import dev.slipway.record.SignedText;
import dev.slipway.record.StepKind;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.WorkflowClient;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A worker without a world: it writes down what it is asked for, keeps a record of a few lines, and does what a test told
 * it to. A call is known by its activity and what it is about: {@code deploy web}, {@code close SUCCEEDED}.
 */
public final class FakeWorker implements ReleaseActivities, WordActivities {

    /** Something that a test wants to happen inside an activity, before its usual answer. */
    public interface Happening {
        void happens();
    }

    /** How a watch ends. */
    interface Watching {
        WatchResult watch(WatchRequest request);
    }

    private final FakeCalls calls = new FakeCalls();
    private final FakeRecord record = new FakeRecord();
    private final FakeRestores restores = new FakeRestores(calls, record);
    private final FakeEnvironments environments = new FakeEnvironments(calls, record);
    private final Deque<Watching> watches = new ArrayDeque<>();
    private final List<OpenRequest> opened = new ArrayList<>();
    private final List<CloseRequest> closedWith = new ArrayList<>();
    private final List<WatchRequest> watched = new ArrayList<>();
    private final Map<String, ReleasePlan> plans = new HashMap<>();
    private final List<List<String>> gates = new ArrayList<>();
    private Optional<WorkflowClient> client = Optional.empty();
    private Optional<String> overruled = Optional.empty();
    private Optional<String> rejectionRefused = Optional.empty();
    private Optional<String> wordRefused = Optional.empty();
    private PreflightResult preflight = new PreflightResult(List.of(), List.of(), List.of(), false, "");
    private List<String> reviewWarnings = List.of();
    private List<String> authors = List.of();
    private boolean closeHandsOver;
    private boolean openGrant;
    private int reviews;
    private int retries;

    /** All that it does, for a worker of Temporal's. */
    Object[] activities() {
        return new Object[] {this, restores, environments};
    }

    void client(WorkflowClient of) {
        client = Optional.of(of);
        environments.client(of);
    }

    public List<String> calls() {
        return calls.all();
    }

    /** The calls without looking at others and telling people. */
    public List<String> deeds() {
        return calls().stream()
                .filter(call -> !call.startsWith("notify") && !call.startsWith("askForTurn"))
                .filter(call -> !call.startsWith("readRecord"))
                .toList();
    }

    public long times(String call) {
        return calls().stream().filter(call::equals).count();
    }

    synchronized List<OpenRequest> opened() {
        return List.copyOf(opened);
    }

    synchronized List<CloseRequest> closedWith() {
        return List.copyOf(closedWith);
    }

    synchronized List<WatchRequest> watched() {
        return List.copyOf(watched);
    }

    public FakeWorker when(String call, Happening happening) {
        calls.when(call, happening);
        return this;
    }

    FakeWorker whenever(String call, Happening happening) {
        calls.whenever(call, happening);
        return this;
    }

    /** As a step fails that was tried and did not work. */
    public FakeWorker fails(String call, String why) {
        return when(call, () -> {
            throw ApplicationFailure.newNonRetryableFailure(
                    why, FailureDetail.STEP_FAILED, new FailureDetail(List.of("the last line of " + call)));
        });
    }

    /** Until the activity is cancelled or has run out of time. */
    FakeWorker hangs(String call) {
        return whenever(call, this::untilCancelled);
    }

    /** As a worker that was cut off: it neither beats nor answers. */
    void silent() {
        calls.silent();
    }

    /** Beats as the real one does, and leaves when it is cancelled. */
    public void untilCancelled() {
        calls.untilCancelled(Duration.ofHours(1));
    }

    public FakeWorker opens(Opening opening, String why) {
        record.opensNext(OpenResult.not(opening, List.of(why)));
        return this;
    }

    /** Something of an ended grant may still be acting. */
    public FakeWorker opensLater(String why, Instant until) {
        record.opensNext(OpenResult.later(List.of(why), until));
        return this;
    }

    /** What the gates wait for, one after the other; then they are passed. */
    @SafeVarargs
    final synchronized FakeWorker gatesWaitFor(List<String>... waits) {
        gates.addAll(List.of(waits));
        return this;
    }

    synchronized FakeWorker writtenBy(String... names) {
        authors = List.of(names);
        return this;
    }

    /** Revocations end the grant from now on: nothing has begun yet. */
    synchronized FakeWorker isOpen() {
        openGrant = true;
        return this;
    }

    synchronized FakeWorker watches(String verdict, String text) {
        watches.add(request -> new WatchResult(
                verdict, text, List.of(), Duration.ZERO, List.of(new SignedText("state of " + text + "\n", "sig"))));
        return this;
    }

    /** A watch that lasts as long as it is asked to, in real time, unless it is cancelled before. */
    synchronized FakeWorker watchesUntilTheWindowIsOver(String verdict, String text) {
        return watchesFor(Duration.ZERO, verdict, text);
    }

    /** A watch that does not end by itself. */
    synchronized FakeWorker watchesUntilItIsStopped(String verdict, String text) {
        return watchesFor(Duration.ofHours(1), verdict, text);
    }

    private FakeWorker watchesFor(Duration more, String verdict, String text) {
        watches.add(request -> {
            try {
                calls.untilCancelled(request.length().plus(more));
            } catch (ActivityCompletionException cancelled) {
                // the verdict is then, too
            }
            return new WatchResult(verdict, text, List.of(), Duration.ZERO, List.of());
        });
        return this;
    }

    synchronized FakeWorker reviewWarns(String warning) {
        reviewWarnings = List.of(warning);
        return this;
    }

    synchronized FakeWorker preflightSays(PreflightResult result) {
        preflight = result;
        return this;
    }

    /** Whatever the workflow believes, the record says this. */
    synchronized FakeWorker recordSays(String outcome) {
        overruled = Optional.of(outcome);
        return this;
    }

    synchronized FakeWorker refusesRejections(String why) {
        rejectionRefused = Optional.of(why);
        return this;
    }

    synchronized FakeWorker refusesWords(String why) {
        wordRefused = Optional.of(why);
        return this;
    }

    public FakeWorker refusesUnlocks(String why) {
        environments.refuseUnlocks(why);
        return this;
    }

    public FakeWorker locked(String why) {
        record.locked(why);
        return this;
    }

    public FakeWorker frozen(Instant until, String why) {
        record.frozen(until, why);
        return this;
    }

    /** The next restores have no way to switch. */
    public FakeWorker restoresBeside() {
        restores.beside();
        return this;
    }

    /** So many people have to say yes to a restore. */
    public FakeWorker confirmedBy(int people) {
        restores.confirmedBy(people);
        return this;
    }

    /** Whoever waits was approved for what is no longer true when its turn comes. */
    public FakeWorker outdatesWhoWaits() {
        environments.outdateWhoWaits();
        return this;
    }

    /** Whoever asks a second time hears, before the answer, that it is out of the queue; it is not. Once. */
    public FakeWorker outdatesWhoAsksAgain() {
        environments.outdateWhoAsksAgain();
        return this;
    }

    /** The next drills fail. */
    public FakeWorker drillsInVain() {
        restores.drillInVain();
        return this;
    }

    /** A close tells the queue itself, as a worker does that reaches it. */
    public synchronized FakeWorker handsOverAtTheClose() {
        closeHandsOver = true;
        return this;
    }

    public Mirror mirror() {
        return record.mirror();
    }

    void close() {
        calls.close();
    }

    @Override
    public PreflightResult preflight(PreflightRequest request) {
        calls.called("preflight");
        synchronized (this) {
            plans.put(request.plan().digest(), request.plan());
            return Scope.of(request.request()).preflightOnly()
                            && preflight.problems().isEmpty()
                    ? new PreflightResult(
                            List.of(),
                            List.of(),
                            List.of(new SignedText("looked\n", "sig")),
                            false,
                            "",
                            Map.of(),
                            preflight.untried())
                    : preflight;
        }
    }

    @Override
    public ReviewResult review(ReviewRequest request) {
        calls.called("review");
        synchronized (this) {
            reviews++;
            Review review = new Review(
                    Review.FORMAT,
                    request.service(),
                    request.environment(),
                    request.version(),
                    "",
                    request.plan(),
                    request.request(),
                    "",
                    "the base of review " + reviews,
                    "",
                    "",
                    new Review.Live(record.live(), "", Instant.EPOCH),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    Instant.EPOCH,
                    "normal",
                    List.of(),
                    authors,
                    List.of(),
                    List.of(),
                    List.of(),
                    "",
                    Map.of());
            return new ReviewResult(new SignedText(review.text(), "sig"), review.hash(), authors, reviewWarnings);
        }
    }

    @Override
    public OpenResult open(OpenRequest request) {
        calls.called("open");
        synchronized (this) {
            opened.add(request);
            List<PlannedStep> asked = new ArrayList<>();
            Scope scope = Scope.of(request.request());
            for (PlannedStep step : steps(plans.get(request.plan()))) {
                if (scope.has(step.kind())) {
                    asked.add(new PlannedStep(asked.size() + 1, step.kind(), step.name(), step.timeout()));
                }
            }
            return record.open(request.request().id(), request.version(), asked);
        }
    }

    private static List<PlannedStep> steps(ReleasePlan plan) {
        Map<StepKind, List<String>> wanted = new LinkedHashMap<>();
        List<String> databases = List.copyOf(plan.databases().keySet());
        wanted.put(StepKind.BACKUP, databases);
        wanted.put(StepKind.MIGRATE, databases);
        wanted.put(StepKind.REFERENCE_DATA, databases);
        wanted.put(StepKind.DEPLOY, plan.deploy().stream().map(Target::name).toList());
        wanted.put(StepKind.VERIFY, plan.verify().isEmpty() ? List.of() : List.of(""));
        wanted.put(StepKind.WATCH, plan.watch().wanted() ? List.of("") : List.of());
        List<PlannedStep> steps = new ArrayList<>();
        wanted.forEach((kind, names) ->
                names.forEach(name -> steps.add(new PlannedStep(steps.size() + 1, kind, name, Duration.ofHours(1)))));
        return List.copyOf(steps);
    }

    private StepResult perform(String verb, StepRequest request) {
        String name = record.step(request).name();
        String what = (verb + " " + name).strip();
        calls.called(what);
        String undo = verb.equals("deploy") ? "./switch 1.3.0 # " + name : "";
        return new StepResult("did " + what, Map.of(), List.of("a line of " + what), undo);
    }

    @Override
    public StepResult backUp(StepRequest request) {
        return perform("backUp", request);
    }

    @Override
    public StepResult migrate(StepRequest request) {
        return perform("migrate", request);
    }

    @Override
    public StepResult promoteReferenceData(StepRequest request) {
        return perform("promoteReferenceData", request);
    }

    @Override
    public StepResult deploy(StepRequest request) {
        return perform("deploy", request);
    }

    @Override
    public StepResult verify(StepRequest request) {
        return perform("verify", request);
    }

    @Override
    public BaselineResult measureBaseline(GrantRequest request) {
        calls.called("measureBaseline");
        return new BaselineResult(
                List.of(new SignedText("baseline of " + request.grant(), "signed")),
                List.of("baseline of error-rate: 0.02 (median of 4 measurements)"),
                List.of("no baseline of requests (nothing was measured)"));
    }

    @Override
    public WatchResult watch(WatchRequest request) {
        calls.called("watch");
        Watching watching;
        synchronized (this) {
            watched.add(request);
            watching = watches.isEmpty()
                    ? any -> new WatchResult("PASS", "nothing was seen", List.of(), Duration.ZERO, List.of())
                    : watches.poll();
        }
        return watching.watch(request);
    }

    @Override
    public StepResult rollBack(StepRequest request) {
        return perform("rollBack", request);
    }

    @Override
    public StepResult verifyRolledBack(GrantRequest request) {
        calls.called("verifyRolledBack");
        return new StepResult("the old version answers", Map.of(), List.of(), "");
    }

    @Override
    public FailedStep lookAtFailure(StepRequest request) {
        calls.called("lookAtFailure " + record.step(request).title());
        return new FailedStep(
                1 + retries,
                true,
                record.stepsBefore(request).stream().map(PlannedStep::title).toList());
    }

    @Override
    public WordResult retry(WordRequest request) {
        calls.called("retry");
        synchronized (this) {
            if (wordRefused.isPresent()) {
                return WordResult.refused(wordRefused.get());
            }
            retries++;
            return new WordResult(true, "", Instant.EPOCH, List.of(new SignedText("retried\n", "sig")));
        }
    }

    @Override
    public WordResult extend(WordRequest request) {
        calls.called("extend");
        synchronized (this) {
            return wordRefused
                    .map(WordResult::refused)
                    .orElseGet(() -> new WordResult(
                            true,
                            "",
                            Approvals.extendedUntil(request.word()).orElseThrow(),
                            List.of(new SignedText("extended\n", "sig"))));
        }
    }

    @Override
    public Survey survey(GrantRequest request) {
        calls.called("survey");
        return new Survey(List.of("web: serves 1.4.0, should serve 1.3.0"));
    }

    @Override
    public CloseResult close(CloseRequest request) {
        calls.called("close " + request.outcome());
        synchronized (this) {
            closedWith.add(request);
            record.grows();
            String outcome = overruled.orElse(request.outcome());
            if (outcome.equals("SUCCEEDED") && !request.workflow().startsWith("restore:")
                    || request.workflow().startsWith("rollback:")) {
                record.goesLive(request.version());
            }
            return new CloseResult(
                    outcome,
                    List.of(new SignedText("closed " + outcome + "\n", "sig")),
                    List.of(),
                    true,
                    List.of(),
                    List.of(mirror()),
                    request.workflow().startsWith("restore:") && !outcome.equals("SUCCEEDED")
                            ? "`dropdb shop_restored_1` drops what is left"
                            : "",
                    closeHandsOver && handedOver(request));
        }
    }

    private boolean handedOver(CloseRequest request) {
        ActivityInfo caller = Activity.getExecutionContext().getInfo();
        EnvironmentWorkflow.Next next = client.orElseThrow()
                .newWorkflowStub(
                        EnvironmentWorkflow.class,
                        ReleaseName.environmentWorkflowId(request.service(), request.environment()))
                .passOn(new EnvironmentWorkflow.HandOver(
                        new Holder(caller.getWorkflowId(), caller.getRunId(), "", false, Instant.EPOCH),
                        List.of(mirror())));
        next.outdated().forEach(out -> FakeEnvironments.tell(client.orElseThrow(), new TurnGranted(out, true)));
        next.holder().forEach(holder -> FakeEnvironments.tell(client.orElseThrow(), new TurnGranted(holder)));
        return true;
    }

    @Override
    public RejectResult reject(RejectRequest request) {
        calls.called("reject");
        synchronized (this) {
            return new RejectResult(rejectionRefused.isEmpty(), rejectionRefused.orElse(""), List.of());
        }
    }

    @Override
    public GatesResult judgeGates(GatesRequest request) {
        calls.called("judgeGates");
        synchronized (this) {
            List<String> waiting = gates.isEmpty() ? List.of() : gates.get(0);
            if (waiting.isEmpty()) {
                return new GatesResult(List.of("tests: passed"), List.of());
            }
            if (waiting.equals(request.waiting())) {
                gates.remove(0);
                throw ApplicationFailure.newBuilder()
                        .setMessage("still waits")
                        .setType(FailureDetail.UNAVAILABLE)
                        .setNextRetryDelay(Duration.ofMinutes(5))
                        .build();
            }
            return new GatesResult(List.of(), waiting);
        }
    }

    @Override
    public RevokeResult revoke(RevokeRequest request) {
        calls.called("revoke");
        synchronized (this) {
            boolean touched = calls().stream().anyMatch(call -> call.equals("began"));
            return touched
                    ? new RevokeResult(false, false, "it has begun", List.of())
                    : new RevokeResult(true, openGrant, "", List.of(new SignedText("revoked\n", "sig")));
        }
    }

    @Override
    public NotifyResult notifyPeople(NotifyRequest request) {
        calls.called("notify " + request.event());
        return new NotifyResult(List.of("$HOOK"), List.of());
    }

    @Override
    public OpenResult openRollback(OpenRollbackRequest request) {
        calls.called("openRollback");
        return record.open(
                request.rollback().id(),
                "1.2.0",
                List.of(
                        new PlannedStep(1, StepKind.ROLL_BACK, "web", Duration.ofMinutes(2)),
                        new PlannedStep(2, StepKind.ROLL_BACK, "api", Duration.ofMinutes(2))));
    }
}
