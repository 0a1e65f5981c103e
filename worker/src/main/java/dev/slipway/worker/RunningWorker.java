package dev.slipway.worker;

import dev.slipway.environment.EnvironmentWorkflowImpl;
import dev.slipway.evidence.LookUpWorkflowImpl;
import dev.slipway.ledger.RecordClocks;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseWorkflowImpl;
import dev.slipway.restore.RestoreWorkflowImpl;
import dev.slipway.rollback.RollbackWorkflowImpl;
import dev.slipway.served.Served;
import dev.slipway.served.ServedEnvironments;
import dev.slipway.steps.ClockInterceptor;
import dev.slipway.steps.PulseInterceptor;
import dev.slipway.steps.StepObserver;
import dev.slipway.steps.TemporalClock;
import dev.slipway.worker.metrics.Health;
import io.temporal.common.VersioningBehavior;
import io.temporal.common.WorkerDeploymentVersion;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerDeploymentOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pollers of one process: workflow code from one queue, and the activities of each served environment from its own. */
public final class RunningWorker implements AutoCloseable {

    /** Work under way may end by itself for so long after a stop; then another worker goes on with it. */
    public static final Duration GRACE = Duration.ofSeconds(20);

    /** A real server gives a dead worker's workflows to another one after this; its own default is five seconds. */
    public static final Duration STICKY = Duration.ofSeconds(1);

    /** Children get their own seconds to end in after the grace. */
    private static final Duration HARD_STOP = Duration.ofSeconds(15);

    /** What is told to stop has so long to tell Temporal, which then need not wait for its heartbeats to stay away. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    /**
     * So many workflows are kept in memory between two of their steps, each with a thread or two of the SDK's; the others
     * are read again from their histories when something happens to them. More of them make ten releases at once no
     * faster, and hardly anything happens to one that waits or watches. docs/performance.md has what either costs.
     */
    public static final int CACHED = 8;

    /** A limit and no reserve: a cached release waits in several threads at once, and one being read again needs its own. */
    private static final int THREADS = 600;

    /** Workflow code only computes: more at once than a few for each core would only wait for each other. */
    private static final int WORKFLOW_TASKS = 16;

    /**
     * One change at a time for each environment, but environments of one name share a queue, and each watch holds a place
     * (not a thread) for as long as it lasts: a rollback must never wait for one. A place that is free costs nothing.
     */
    private static final int ACTIVITIES = 500;

    /** A poller is a thread that waits for one task and hands it on in microseconds; each environment's queue has its own. */
    private static final int ACTIVITY_POLLERS = 2;

    /** One each for the sticky and the common queue, and one for whichever has more. */
    private static final int WORKFLOW_POLLERS = 3;

    /**
     * Workflow code only computes, but its first task in a new JVM loads hundreds of classes: on a busy machine that takes
     * longer than the SDK's second, and a task that is taken for stuck comes again only ten seconds later.
     */
    private static final Duration STUCK = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(RunningWorker.class);

    private final Temporal temporal;
    private final WorkerFactory factory;
    private final PulseInterceptor pulses;
    private final TemporalClock clock;
    private final RecordClocks records;
    private final CurrentVersion version;
    private final List<String> environments;
    private final Duration grace;

    private RunningWorker(
            Temporal temporal,
            WorkerFactory factory,
            PulseInterceptor pulses,
            TemporalClock clock,
            RecordClocks records,
            CurrentVersion version,
            List<String> environments,
            Duration grace) {
        this.temporal = temporal;
        this.factory = factory;
        this.pulses = pulses;
        this.clock = clock;
        this.records = records;
        this.version = version;
        this.environments = environments;
        this.grace = grace;
    }

    /**
     * Starts to poll.
     *
     * @param observer is told of every step
     * @param sticky {@link #STICKY}, or zero for a server whose sticky queues outlive their workers
     */
    public static RunningWorker start(
            Temporal temporal,
            ServedEnvironments environments,
            StepObserver observer,
            Duration sticky,
            Optional<String> buildId,
            Duration grace) {
        return start(temporal, environments, observer, sticky, buildId, grace, CACHED);
    }

    /** @param cached how many releases are kept in memory; by default {@link #CACHED} */
    public static RunningWorker start(
            Temporal temporal,
            ServedEnvironments environments,
            StepObserver observer,
            Duration sticky,
            Optional<String> buildId,
            Duration grace,
            int cached) {
        PulseInterceptor pulses = new PulseInterceptor();
        TemporalClock clock = new TemporalClock(Clock.systemUTC(), LOG::error);
        boolean searchAttributes = temporal.registerSearchAttributes();
        WorkerFactory factory = WorkerFactory.newInstance(
                temporal.client(),
                WorkerFactoryOptions.newBuilder()
                        .setWorkflowCacheSize(cached)
                        .setMaxWorkflowThreadCount(Math.max(THREADS, 3 * cached))
                        .setWorkerInterceptors(pulses, new ClockInterceptor(clock))
                        .build());
        WorkerOptions.Builder options = options(sticky);
        buildId.ifPresent(id -> options.setDeploymentOptions(WorkerDeploymentOptions.newBuilder()
                .setUseVersioning(true)
                .setVersion(new WorkerDeploymentVersion(CurrentVersion.DEPLOYMENT, id))
                .setDefaultVersioningBehavior(VersioningBehavior.AUTO_UPGRADE)
                .build()));
        factory.newWorker(Queues.WORKFLOWS, options.build())
                .registerWorkflowImplementationTypes(
                        ReleaseWorkflowImpl.class,
                        RollbackWorkflowImpl.class,
                        RestoreWorkflowImpl.class,
                        EnvironmentWorkflowImpl.class,
                        LookUpWorkflowImpl.class);
        Object[] activities = Wiring.activities(environments, temporal.client(), observer, searchAttributes);
        // two services may each have an environment of one name: they share its queue
        TreeSet<String> queues = new TreeSet<>();
        environments
                .all()
                .forEach(each -> queues.add(Queues.activities(each.settings().environment())));
        for (String queue : queues) {
            Worker worker = factory.newWorker(queue, options.build());
            worker.registerActivitiesImplementations(activities);
        }
        factory.start();
        CurrentVersion version = buildId.map(id -> CurrentVersion.of(
                        id, temporal.namespace(), () -> temporal.getsWork(CurrentVersion.DEPLOYMENT, id), LOG::warn))
                // every worker polls this queue, so a version that is current anywhere is current there
                .orElseGet(() -> CurrentVersion.withoutBuildId(
                        Queues.WORKFLOWS, temporal.namespace(), () -> temporal.current(Queues.WORKFLOWS), LOG::warn));
        version.look();
        return new RunningWorker(
                temporal,
                factory,
                pulses,
                clock,
                new RecordClocks(environments, LOG::error),
                version,
                environments.all().stream().map(Served::name).toList(),
                grace);
    }

    public Health health() {
        return new Health(
                temporal.answers(),
                factory.isStarted() && !factory.isShutdown(),
                environments,
                Stream.concat(clock.trouble().stream(), records.troubles().stream())
                        .toList(),
                version.trouble().stream().toList());
    }

    /** What a worker asks Temporal again and again. */
    CurrentVersion version() {
        return version;
    }

    TemporalClock clock() {
        return clock;
    }

    RecordClocks records() {
        return records;
    }

    /** Of the pollers of each queue, but for the version that they are. */
    static WorkerOptions.Builder options(Duration sticky) {
        return WorkerOptions.newBuilder()
                .setStickyQueueScheduleToStartTimeout(sticky)
                .setDefaultDeadlockDetectionTimeout(STUCK.toMillis())
                .setMaxConcurrentWorkflowTaskExecutionSize(WORKFLOW_TASKS)
                .setMaxConcurrentActivityExecutionSize(ACTIVITIES)
                .setMaxConcurrentActivityTaskPollers(ACTIVITY_POLLERS)
                .setMaxConcurrentWorkflowTaskPollers(WORKFLOW_POLLERS);
    }

    /** Takes nothing new, lets what runs end for a while (its heartbeats go on), then stops it. */
    @Override
    public void close() {
        LOG.info("stopping: no new work is taken; what runs has {} s to end", grace.toSeconds());
        factory.shutdown();
        factory.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS);
        if (!factory.isTerminated()) {
            LOG.warn("stopping what still runs; another worker, or this one when it is back, goes on with it");
            pulses.stop(LAST_WORDS);
            factory.shutdownNow();
            factory.awaitTermination(HARD_STOP.toMillis(), TimeUnit.MILLISECONDS);
        }
        LOG.info("stopped");
    }
}
