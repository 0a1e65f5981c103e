package dev.slipway.release;

import dev.slipway.environment.EnvironmentActivities;
import dev.slipway.environment.EnvironmentInput;
import dev.slipway.environment.EnvironmentWorkflow;
import dev.slipway.environment.EnvironmentWorkflow.Place;
import dev.slipway.environment.Holder;
import dev.slipway.environment.Mirror;
import dev.slipway.environment.TurnGranted;
import dev.slipway.evidence.EvidenceActivities;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Review;
import dev.slipway.record.Scope;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.record.StepKind;
import dev.slipway.restore.RestoreActivities;
import dev.slipway.trust.CanonicalJson;
import dev.slipway.trust.Kind;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WithStartWorkflowOperation;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * A worker without a world: it writes down what it is asked for, keeps a record of a few lines, and does what a test told
 * it to. A call is known by its activity and what it is about: {@code deploy web}, {@code close SUCCEEDED}.
 */
public final class FakeWorker
        implements ReleaseActivities, RestoreActivities, EnvironmentActivities, EvidenceActivities {

    /** What was given to be kept. */
    final List<KeepRequest> evidence = new CopyOnWriteArrayList<>();

    /** Something that a test wants to happen inside an activity, before its usual answer. */
    public interface Happening {
        void happens();
    }

    /** How a watch ends. */
    interface Watching {
        WatchResult watch(WatchRequest request);
    }

    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<String> calls = new ArrayList<>();
    private final Map<String, Deque<Happening>> once = new HashMap<>();
    private final Map<String, Happening> always = new HashMap<>();
    private final Deque<OpenResult> openings = new ArrayDeque<>();
    private final Deque<Watching> watches = new ArrayDeque<>();
    private final List<OpenRequest> opened = new ArrayList<>();
    private final List<CloseRequest> closedWith = new ArrayList<>();
    private final List<WatchRequest> watched = new ArrayList<>();
    private final Map<String, ReleasePlan> plans = new HashMap<>();
    private final Map<String, List<PlannedStep>> grants = new HashMap<>();
    private Optional<WorkflowClient> client = Optional.empty();
    private Optional<String> overruled = Optional.empty();
    private boolean closeHandsOver;
    private Optional<String> rejectionRefused = Optional.empty();
    private Optional<String> unlockRefused = Optional.empty();
    private List<String> reviewWarnings = List.of();
    private PreflightResult preflight = new PreflightResult(List.of(), List.of(), List.of(), false, "");
    private List<State.Lock> lock = List.of();
    private List<State.Freeze> freeze = List.of();
    private String live = "1.3.0";
    private long number = 1;
    private volatile boolean outdatesWhoWaits;
    private volatile boolean outdatesWhoAsksAgain;
    private final Set<String> askedBefore = ConcurrentHashMap.newKeySet();
    private int reviews;
    private final List<List<String>> gates = new ArrayList<>();
    private List<String> authors = List.of();
    private boolean openGrant;
    private boolean switches = true;
    private boolean drillMet = true;
    private int confirmations = 1;
    private int retries;
    private Optional<String> wordRefused = Optional.empty();

    void client(WorkflowClient of) {
        client = Optional.of(of);
    }

    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** The calls without looking at others and telling people. */
    public synchronized List<String> deeds() {
        return calls.stream()
                .filter(call -> !call.startsWith("notify") && !call.startsWith("askForTurn"))
                .filter(call -> !call.startsWith("readRecord"))
                .toList();
    }

    public synchronized long times(String call) {
        return calls.stream().filter(call::equals).count();
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

    public synchronized FakeWorker when(String call, Happening happening) {
        once.computeIfAbsent(call, none -> new ArrayDeque<>()).add(happening);
        return this;
    }

    synchronized FakeWorker whenever(String call, Happening happening) {
        always.put(call, happening);
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
        try {
            closing.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Beats as the real one does, and leaves when it is cancelled. */
    public void untilCancelled() {
        untilCancelled(Duration.ofHours(1));
    }

    private void untilCancelled(Duration atMost) {
        long begun = System.nanoTime();
        while (closing.getCount() > 0 && System.nanoTime() - begun < atMost.toNanos()) {
            Activity.getExecutionContext().heartbeat("still there");
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    public synchronized FakeWorker opens(Opening opening, String why) {
        openings.add(OpenResult.not(opening, List.of(why)));
        return this;
    }

    /** Something of an ended grant may still be acting. */
    public synchronized FakeWorker opensLater(String why, Instant until) {
        openings.add(OpenResult.later(List.of(why), until));
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
                untilCancelled(request.length().plus(more));
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

    public synchronized FakeWorker refusesUnlocks(String why) {
        unlockRefused = Optional.of(why);
        return this;
    }

    public synchronized FakeWorker locked(String why) {
        number++;
        lock = List.of(new State.Lock("0".repeat(64), why, Instant.EPOCH, "shop/production@1.3.0"));
        return this;
    }

    public synchronized FakeWorker frozen(Instant until, String why) {
        number++;
        freeze = List.of(new State.Freeze(why, Instant.EPOCH, until, "ana"));
        return this;
    }

    private void called(String call) {
        Happening happening;
        synchronized (this) {
            calls.add(call);
            Deque<Happening> told = once.getOrDefault(call, new ArrayDeque<>());
            happening = told.isEmpty() ? always.getOrDefault(call, () -> {}) : told.poll();
        }
        happening.happens();
    }

    void close() {
        closing.countDown();
    }

    @Override
    public PreflightResult preflight(PreflightRequest request) {
        called("preflight");
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
        called("review");
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
                    new Review.Live(live, "", Instant.EPOCH),
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
        called("open");
        synchronized (this) {
            opened.add(request);
            if (!openings.isEmpty()) {
                return openings.poll();
            }
            String grant = request.request().id();
            List<PlannedStep> asked = new ArrayList<>();
            Scope scope = Scope.of(request.request());
            for (PlannedStep step : steps(plans.get(request.plan()))) {
                if (scope.has(step.kind())) {
                    asked.add(new PlannedStep(asked.size() + 1, step.kind(), step.name(), step.timeout()));
                }
            }
            grants.put(grant, asked);
            return opened(grant, request.version());
        }
    }

    private OpenResult opened(String grant, String version) {
        number++;
        return new OpenResult(
                Opening.OPENED,
                List.of(),
                grant,
                CanonicalJson.sha256(List.of("entry", number)),
                CanonicalJson.sha256(List.of("base", number)),
                grants.get(grant),
                version,
                live,
                Instant.parse("2030-01-01T00:00:00Z"),
                List.of(),
                Duration.ofMinutes(2));
    }

    private static List<PlannedStep> steps(ReleasePlan plan) {
        Map<StepKind, List<String>> wanted = new LinkedHashMap<>();
        List<String> databases = List.copyOf(plan.databases().keySet());
        wanted.put(StepKind.BACKUP, databases);
        wanted.put(StepKind.MIGRATE, databases);
        wanted.put(StepKind.REFERENCE_DATA, databases);
        wanted.put(
                StepKind.DEPLOY,
                plan.deploy().stream().map(ReleasePlan.Target::name).toList());
        wanted.put(StepKind.VERIFY, plan.verify().isEmpty() ? List.of() : List.of(""));
        wanted.put(StepKind.WATCH, plan.watch().wanted() ? List.of("") : List.of());
        List<PlannedStep> steps = new ArrayList<>();
        wanted.forEach((kind, names) ->
                names.forEach(name -> steps.add(new PlannedStep(steps.size() + 1, kind, name, Duration.ofHours(1)))));
        return List.copyOf(steps);
    }

    private synchronized PlannedStep step(StepRequest request) {
        return grants.get(request.grant()).get(request.step() - 1);
    }

    private StepResult perform(String verb, StepRequest request) {
        String what = (verb + " " + step(request).name()).strip();
        called(what);
        String undo =
                verb.equals("deploy") ? "./switch 1.3.0 # " + step(request).name() : "";
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
        called("measureBaseline");
        return new BaselineResult(
                List.of(new SignedText("baseline of " + request.grant(), "signed")),
                List.of("baseline of error-rate: 0.02 (median of 4 measurements)"),
                List.of("no baseline of requests (nothing was measured)"));
    }

    @Override
    public WatchResult watch(WatchRequest request) {
        called("watch");
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
        called("verifyRolledBack");
        return new StepResult("the old version answers", Map.of(), List.of(), "");
    }

    @Override
    public FailedStep lookAtFailure(StepRequest request) {
        PlannedStep step = step(request);
        called("lookAtFailure " + step.title());
        return new FailedStep(
                1 + retries,
                true,
                grants.get(request.grant()).stream()
                        .limit(request.step() - 1)
                        .map(PlannedStep::title)
                        .toList());
    }

    @Override
    public WordResult retry(WordRequest request) {
        called("retry");
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
        called("extend");
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
        called("survey");
        return new Survey(List.of("web: serves 1.4.0, should serve 1.3.0"));
    }

    @Override
    public CloseResult close(CloseRequest request) {
        called("close " + request.outcome());
        synchronized (this) {
            closedWith.add(request);
            number++;
            String outcome = overruled.orElse(request.outcome());
            if (outcome.equals("SUCCEEDED") && !request.workflow().startsWith("restore:")
                    || request.workflow().startsWith("rollback:")) {
                live = request.version();
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
        next.outdated().forEach(out -> tell(new TurnGranted(out, true)));
        next.holder().forEach(holder -> tell(new TurnGranted(holder)));
        return true;
    }

    private void tell(TurnGranted granted) {
        Holder one = granted.holder();
        client.orElseThrow()
                .newUntypedWorkflowStub(one.workflow(), Optional.of(one.run()), Optional.empty())
                .signal("turn", granted);
    }

    @Override
    public RejectResult reject(RejectRequest request) {
        called("reject");
        synchronized (this) {
            return new RejectResult(rejectionRefused.isEmpty(), rejectionRefused.orElse(""), List.of());
        }
    }

    @Override
    public GatesResult judgeGates(GatesRequest request) {
        called("judgeGates");
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
        called("revoke");
        synchronized (this) {
            boolean touched = calls.stream().anyMatch(call -> call.equals("began"));
            return touched
                    ? new RevokeResult(false, false, "it has begun", List.of())
                    : new RevokeResult(true, openGrant, "", List.of(new SignedText("revoked\n", "sig")));
        }
    }

    @Override
    public NotifyResult notifyPeople(NotifyRequest request) {
        called("notify " + request.event());
        return new NotifyResult(List.of("$HOOK"), List.of());
    }

    @Override
    public OpenResult openRollback(OpenRollbackRequest request) {
        called("openRollback");
        synchronized (this) {
            if (!openings.isEmpty()) {
                return openings.poll();
            }
            String grant = request.rollback().id();
            grants.put(
                    grant,
                    List.of(
                            new PlannedStep(1, StepKind.ROLL_BACK, "web", Duration.ofMinutes(2)),
                            new PlannedStep(2, StepKind.ROLL_BACK, "api", Duration.ofMinutes(2))));
            return opened(grant, "1.2.0");
        }
    }

    /** The next restores have no way to switch. */
    public synchronized FakeWorker restoresBeside() {
        switches = false;
        return this;
    }

    /** So many people have to say yes to a restore. */
    public synchronized FakeWorker confirmedBy(int people) {
        confirmations = people;
        return this;
    }

    @Override
    public OpenResult openRestore(OpenRestoreRequest request) {
        called("openRestore");
        synchronized (this) {
            if (!openings.isEmpty()) {
                return openings.poll();
            }
            String grant = request.restore().id();
            List<PlannedStep> steps = new ArrayList<>();
            steps.add(new PlannedStep(1, StepKind.RESTORE, "main", Duration.ofHours(3)));
            if (switches) {
                steps.add(new PlannedStep(2, StepKind.BACKUP, "main", Duration.ofHours(1)));
                steps.add(new PlannedStep(3, StepKind.SWITCH, "main", Duration.ofHours(1)));
            }
            grants.put(grant, steps);
            return opened(grant, "restore-1a2b3c4d");
        }
    }

    private StepResult restores(String call) {
        called(call);
        return new StepResult(call + " was done", Map.of(), List.of(), "");
    }

    @Override
    public StepResult restore(StepRequest request) {
        return restores("restore " + request.step());
    }

    @Override
    public Compared compared(GrantRequest request) {
        called("compared");
        return new Compared(
                new SignedText("comparison\n", "sig"),
                List.of("ana", "ben"),
                "slipway restore shop/production",
                Instant.ofEpochMilli(Activity.getExecutionContext().getInfo().getCurrentAttemptScheduledTimestamp())
                        .plus(Duration.ofHours(1)));
    }

    @Override
    public ConfirmResult confirm(ConfirmRequest request) {
        called("confirm " + request.yes().size());
        synchronized (this) {
            boolean wrong = request.yes().stream()
                    .anyMatch(yes -> yes.statement().orElseThrow().confirm().isEmpty());
            boolean enough = request.yes().size() >= confirmations;
            return wrong
                    ? new ConfirmResult(
                            false, "", List.of("the plan asks for the word 'CONFIRM', exactly so"), List.of())
                    : new ConfirmResult(
                            enough,
                            enough ? "confirmed" : "taken",
                            List.of(),
                            enough ? List.of(new SignedText("confirmed\n", "sig")) : List.of());
        }
    }

    @Override
    public ConfirmResult refuse(RefuseRequest request) {
        called("refuse");
        return request.no().statement().orElseThrow().reason().isBlank()
                ? new ConfirmResult(false, "", List.of("it needs a reason"), List.of())
                : new ConfirmResult(true, "rejected by ana", List.of(), List.of(new SignedText("rejected\n", "sig")));
    }

    @Override
    public StepResult backUpPresent(StepRequest request) {
        return restores("backUpPresent " + request.step());
    }

    @Override
    public StepResult switchOver(StepRequest request) {
        return restores("switchOver " + request.step());
    }

    @Override
    public DrillResult drill(DrillRequest request) {
        called("drill");
        synchronized (this) {
            return new DrillResult(
                    "drill-1a2b3c4d",
                    drillMet ? "restored in 3 s" : "could NOT be restored",
                    List.of("RTO 3 s"),
                    drillMet,
                    List.of(new SignedText("drilled\n", "sig")));
        }
    }

    /** A close tells the queue itself, as a worker does that reaches it. */
    public synchronized FakeWorker handsOverAtTheClose() {
        closeHandsOver = true;
        return this;
    }

    /** Whoever waits was approved for what is no longer true when its turn comes. */
    public synchronized FakeWorker outdatesWhoWaits() {
        outdatesWhoWaits = true;
        return this;
    }

    /** Whoever asks a second time hears, before the answer, that it is out of the queue; it is not. Once. */
    public synchronized FakeWorker outdatesWhoAsksAgain() {
        outdatesWhoAsksAgain = true;
        return this;
    }

    /** The next drills fail. */
    public synchronized FakeWorker drillsInVain() {
        drillMet = false;
        return this;
    }

    @Override
    public Place askForTurn(TurnRequest request) {
        called("askForTurn");
        EnvironmentWorkflow queue = client.orElseThrow()
                .newWorkflowStub(
                        EnvironmentWorkflow.class,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(
                                        ReleaseName.environmentWorkflowId(request.service(), request.environment()))
                                .setTaskQueue(Queues.WORKFLOWS)
                                .setWorkflowIdConflictPolicy(
                                        WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                                .build());
        Place place = WorkflowClient.executeUpdateWithStart(
                queue::ask,
                request.holder().reviewed(outdatesWhoWaits ? request.holder().base() : "", 0),
                UpdateOptions.<Place>newBuilder().build(),
                new WithStartWorkflowOperation<>(
                        queue::run, EnvironmentInput.of(request.service(), request.environment())));
        if (outdatesWhoAsksAgain && !askedBefore.add(request.holder().workflow())) {
            outdatesWhoAsksAgain = false;
            tell(new TurnGranted(request.holder(), true));
        }
        return place;
    }

    @Override
    public Mirror readRecord(RecordRequest request) {
        called("readRecord");
        return mirror();
    }

    @Override
    public Inspection inspect(RecordRequest request) {
        called("inspect");
        return new Inspection(3, "a".repeat(64), "b".repeat(64), live, "the record has gone back");
    }

    /** A policy needs two people, everything else one; nothing is judged. */
    @Override
    public DecideResult decide(DecideRequest request) {
        Kind kind = request.signed().get(0).statement().orElseThrow().kind();
        called("decide " + kind.word());
        synchronized (this) {
            if (unlockRefused.isPresent()) {
                return DecideResult.refused(unlockRefused.get(), List.of());
            }
            if (kind == Kind.POLICY && request.signed().size() < 2) {
                return new DecideResult(
                        false, 1, "1 more has to say the same", request.signed(), List.of(), List.of(mirror()));
            }
            number++;
            if (kind == Kind.UNLOCK) {
                lock = List.of();
            }
            return new DecideResult(
                    true, 0, kind == Kind.UNLOCK ? "unlocked" : "done", request.signed(), List.of(), List.of(mirror()));
        }
    }

    public synchronized Mirror mirror() {
        return new Mirror(
                number,
                CanonicalJson.sha256(List.of("entry", number)),
                Instant.EPOCH,
                CanonicalJson.sha256(List.of("base", number)),
                live,
                "",
                Instant.EPOCH,
                Map.of("web", live),
                "1.2.0",
                List.of(),
                lock,
                "",
                List.of(),
                freeze,
                "",
                List.of(),
                "",
                List.of(),
                "",
                List.of(),
                List.of());
    }

    @Override
    public KeepResult keepEvidence(KeepRequest request) {
        evidence.add(request);
        return new KeepResult(1);
    }

    @Override
    public Folder fetchEvidence(FetchRequest request) {
        return new Folder(new SignedText("", ""), new byte[0], "", 0);
    }

    @Override
    public Backups readBackups(BackupsRequest request) {
        return new Backups(List.of());
    }

    @Override
    public Events readEvents(EventsRequest request) {
        return new Events(List.of(), false);
    }
}
