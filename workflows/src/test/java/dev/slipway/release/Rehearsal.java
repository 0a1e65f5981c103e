package dev.slipway.release;

import com.uber.m3.tally.RootScopeBuilder;
import dev.slipway.environment.EnvironmentWorkflow;
import dev.slipway.environment.EnvironmentWorkflowImpl;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Review;
import dev.slipway.restore.RestoreWorkflowImpl;
import dev.slipway.rollback.RollbackWorkflowImpl;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import io.grpc.ClientInterceptor;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The real workflows on Temporal's test server, with a fake worker and people whose keys are real. Time is skipped while a
 * test waits for a result. It begins on a Monday at noon.
 */
public final class Rehearsal implements AutoCloseable {

    static final Instant MONDAY_NOON = Instant.parse("2026-10-05T12:00:00Z");

    /** A cold JVM on a busy machine may need more than the usual second for its first workflow task. */
    static final WorkerOptions PATIENT = WorkerOptions.newBuilder()
            .setDefaultDeadlockDetectionTimeout(20_000)
            .build();

    public final Person ana = new Person("ana", 2);
    public final Person ben = new Person("ben", 1);
    public final Person cleo = new Person("cleo", 1);
    public final FakeWorker worker = new FakeWorker();
    public final TestWorkflowEnvironment temporal;

    /** What was counted. */
    final Counters counters = new Counters();

    public Rehearsal(Class<?>... moreWorkflows) {
        this(List.of(), moreWorkflows);
    }

    /** @param between what stands between the server and all who talk to it */
    Rehearsal(List<ClientInterceptor> between, Class<?>... moreWorkflows) {
        temporal = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setUseTimeskipping(true)
                .setInitialTime(MONDAY_NOON)
                .setMetricsScope(
                        new RootScopeBuilder().reporter(counters).reportEvery(com.uber.m3.util.Duration.ofMillis(50)))
                .setWorkflowServiceStubsOptions(WorkflowServiceStubsOptions.newBuilder()
                        .setGrpcClientInterceptors(between)
                        .build())
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setIdentity("rehearsal")
                        .setDataConverter(Converter.dataConverter())
                        .build())
                .build());
        Worker workflows = temporal.newWorker(Queues.WORKFLOWS, PATIENT);
        workflows.registerWorkflowImplementationTypes(
                ReleaseWorkflowImpl.class,
                EnvironmentWorkflowImpl.class,
                RollbackWorkflowImpl.class,
                RestoreWorkflowImpl.class);
        workflows.registerWorkflowImplementationTypes(moreWorkflows);
        WorkerOptions beatsAtOnce = WorkerOptions.newBuilder()
                .setMaxHeartbeatThrottleInterval(Duration.ofMillis(50))
                .build();
        for (String environment : List.of("production", "staging")) {
            temporal.newWorker(Queues.activities(environment), beatsAtOnce)
                    .registerActivitiesImplementations(worker.activities());
        }
        worker.client(temporal.getWorkflowClient());
        temporal.start();
    }

    public PlanDraft plan() {
        return new PlanDraft(ana, ben, cleo);
    }

    public Instant now() {
        return Instant.ofEpochMilli(temporal.currentTimeMillis());
    }

    Release start(ReleasePlan plan) {
        return start(plan, new Draft(Kind.REQUEST, plan, now()).by(ben));
    }

    Release hotfix(ReleasePlan plan) {
        return start(
                plan,
                new Draft(Kind.REQUEST, plan, now())
                        .lane(Lane.HOTFIX)
                        .lifetime(Duration.ofDays(20))
                        .by(ben));
    }

    Release start(ReleasePlan plan, SignedStatement request) {
        String id = new ReleaseName(plan.service(), plan.environment(), plan.version()).workflowId();
        ReleaseWorkflow workflow = temporal.getWorkflowClient()
                .newWorkflowStub(
                        ReleaseWorkflow.class,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(id)
                                .setTaskQueue(Queues.WORKFLOWS)
                                .build());
        WorkflowClient.start(workflow::run, new ReleaseInput(plan, request));
        return new Release(plan, workflow);
    }

    public EnvironmentWorkflow queue(String environment) {
        return temporal.getWorkflowClient()
                .newWorkflowStub(EnvironmentWorkflow.class, ReleaseName.environmentWorkflowId("shop", environment));
    }

    public WorkflowExecutionHistory history(String workflow) {
        return temporal.getWorkflowClient().fetchHistory(workflow);
    }

    /** The id of its newest run. */
    String run(String workflow) {
        return temporal.getWorkflowClient()
                .newUntypedWorkflowStub(workflow)
                .describe()
                .getExecution()
                .getRunId();
    }

    /** In real time, for at most twenty seconds. */
    public static void await(String what, BooleanSupplier condition) {
        Instant deadline = Instant.now().plusSeconds(20);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("never came: " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    @Override
    public void close() {
        worker.close();
        temporal.close();
    }

    /** One release that was started. */
    final class Release {

        private final ReleasePlan plan;
        private final ReleaseWorkflow workflow;

        Release(ReleasePlan plan, ReleaseWorkflow workflow) {
            this.plan = plan;
            this.workflow = workflow;
        }

        ReleaseWorkflow workflow() {
            return workflow;
        }

        WorkflowStub stub() {
            return WorkflowStub.fromTyped(workflow);
        }

        ReleaseReport report() {
            return workflow.report();
        }

        ReleaseReport awaits(Predicate<ReleaseReport> condition) {
            await("a report as wanted; it is " + report(), () -> condition.test(report()));
            return report();
        }

        ReleaseReport awaitsWaitingFor(String what) {
            return awaits(report ->
                    report.waiting().stream().anyMatch(waiting -> waiting.what().startsWith(what)));
        }

        Draft draft(Kind kind) {
            return new Draft(kind, plan, now());
        }

        SignedStatement approval(Person by) {
            return draft(Kind.APPROVE).about(reviewHash()).by(by);
        }

        String reviewHash() {
            return Review.parse(report().review().get(0).text()).hash();
        }

        SignedStatement revocation(SignedStatement approval, Person by) {
            return draft(Kind.REVOKE).about(approval.id()).by(by);
        }

        SignedStatement rollback(Person by) {
            return draft(Kind.ROLLBACK).about(report().base()).by(by);
        }

        SignedStatement finish(Person by) {
            return draft(Kind.FINISH).about(report().base()).by(by);
        }

        /** About the failure that is asked about now. */
        SignedStatement answer(Kind kind, Person by) {
            Question question = report().question().get(0);
            return draft(kind)
                    .about(report().base())
                    .what(Approvals.answerTo(question.step(), question.attempt()))
                    .by(by);
        }

        SignedStatement extension(Duration more, Person by) {
            return draft(Kind.EXTEND)
                    .about(report().base())
                    .what(Statement.what(Map.of("until", now().plus(more).toString())))
                    .by(by);
        }

        Release approved() {
            awaitsWaitingFor("approval");
            workflow.approve(approval(ana));
            return this;
        }

        /** The report with which it ended, whatever the outcome; time is skipped until then. */
        ReleaseReport ended() {
            try {
                return stub().getResult(ReleaseReport.class);
            } catch (WorkflowFailedException failed) {
                if (failed.getCause() instanceof ApplicationFailure failure) {
                    return failure.getDetails().get(ReleaseReport.class);
                }
                if (failed.getCause() instanceof CanceledFailure) {
                    return report();
                }
                throw failed;
            }
        }

        /** Without the tasks of the workflow itself: how many events one of them takes in is a matter of luck. */
        long events() {
            return history(stub().getExecution().getWorkflowId()).getEvents().stream()
                    .filter(event -> !event.getEventType().name().contains("WORKFLOW_TASK"))
                    .count();
        }

        /** How often it has sent this signal to another workflow. */
        long signalled(String signal) {
            return history(stub().getExecution().getWorkflowId()).getEvents().stream()
                    .filter(event -> event.getSignalExternalWorkflowExecutionInitiatedEventAttributes()
                            .getSignalName()
                            .equals(signal))
                    .count();
        }

        long eventsAndTasks() {
            return history(stub().getExecution().getWorkflowId()).getEvents().size();
        }
    }
}
