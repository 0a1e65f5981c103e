package dev.slipway.worker;

import dev.slipway.environment.AbandonedTurns;
import dev.slipway.http.HttpClients;
import dev.slipway.ledger.RecordRefused;
import dev.slipway.ledger.StoreUnavailable;
import dev.slipway.notifying.DailySummaries;
import dev.slipway.notifying.Notifying;
import dev.slipway.plan.reading.PlanProblem;
import dev.slipway.release.Converter;
import dev.slipway.secrets.Redaction;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.served.ServedEnvironments;
import dev.slipway.steps.StepObserver;
import dev.slipway.trust.UnusableKey;
import dev.slipway.worker.logs.Logs;
import dev.slipway.worker.metrics.Metrics;
import dev.slipway.worker.metrics.MetricsPage;
import dev.slipway.worker.settings.Settings;
import dev.slipway.worker.settings.SettingsReader;
import dev.slipway.worker.settings.SettingsReading;
import io.temporal.common.converter.DataConverter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that runs in a worker: its log, its connection, its pollers, its pages. */
public final class WorkerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(3);

    /** So late a daily summary may be. Each look reads the newest entry of every record. */
    private static final Duration BETWEEN_SUMMARIES = Duration.ofMinutes(1);

    /** So long others wait for a turn whose holder is gone. Each look reads every record's newest entry, and asks Temporal twice. */
    private static final Duration BETWEEN_LOOKS_AROUND = Duration.ofMinutes(1);

    /** So late `/health` may know which build id is current now. Each look asks Temporal once. */
    private static final Duration BETWEEN_VERSIONS = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private WorkerProcess() {}

    /**
     * Starts to serve what a worker's file says.
     *
     * @param variables TEMPORAL_ADDRESS and the like, and secrets that stand in variables
     * @throws Stopped with a sentence for the user
     */
    public static WorkerProcess start(
            Path file, Map<String, String> variables, Duration sticky, Optional<String> buildId, Duration grace) {
        return start(file, variables, sticky, buildId, grace, observer -> observer, converter -> converter);
    }

    /**
     * The same, for somebody who stands between a deed and its entry, or between a result and its way to Temporal.
     *
     * @param observer gets the worker's own observer of steps, and gives the one to tell
     * @param converter gets the worker's own converter, and gives the one to use
     */
    public static WorkerProcess start(
            Path file,
            Map<String, String> variables,
            Duration sticky,
            Optional<String> buildId,
            Duration grace,
            UnaryOperator<StepObserver> observer,
            UnaryOperator<DataConverter> converter) {
        Settings settings = settings(file, variables);
        Redaction redaction = new Redaction();
        Temporal.apiKey(variables).ifPresent(key -> redaction.learn("TEMPORAL_API_KEY", key));
        List<String> problems = Tools.problems(settings, redaction, variables);
        Logs.start(settings.logs(), redaction);
        problems.forEach(LOG::warn);
        WorkerProcess process = new WorkerProcess();
        try {
            process.start(settings, redaction, variables, sticky, buildId, grace, observer, converter);
            return process;
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    private void start(
            Settings settings,
            Redaction redaction,
            Map<String, String> variables,
            Duration sticky,
            Optional<String> buildId,
            Duration grace,
            UnaryOperator<StepObserver> observer,
            UnaryOperator<DataConverter> converter) {
        ServedEnvironments environments;
        try {
            environments = ServedEnvironments.open(settings.environments(), redaction, Clock.systemUTC());
        } catch (UnusableKey | RecordRefused e) {
            throw new Stopped(Stopped.USAGE, e.getMessage());
        } catch (StoreUnavailable e) {
            throw new Stopped(Stopped.UNREACHABLE, e.getMessage());
        }
        Metrics metrics = keep(new Metrics());
        settings.environments().forEach(each -> metrics.serves(each.name()));
        Temporal temporal = keep(Temporal.connect(
                variables,
                converter.apply(GuardedConverter.around(Converter.dataConverter(), redaction)),
                metrics.scope(),
                PATIENCE,
                LOG::warn));
        RunningWorker worker = keep(RunningWorker.start(
                temporal, environments, observer.apply(metrics), sticky, buildId, grace, settings.inMemory()));
        settings.environments()
                .forEach(each -> metrics.waiting(
                        each.name(), () -> temporal.waitingForPeople(each.service(), each.environment())));
        keep(Repeated.start(
                "daily summaries",
                new DailySummaries(environments, new Notifying(HttpClients.standard()))::look,
                BETWEEN_SUMMARIES));
        AbandonedTurns turns = new AbandonedTurns(environments, temporal.client());
        keep(Repeated.start(
                "turns and clocks",
                () -> {
                    turns.look();
                    worker.records().look();
                },
                BETWEEN_LOOKS_AROUND));
        metrics.clock("temporal", () -> worker.clock().ahead().toMillis() / 1000.0);
        settings.environments()
                .forEach(each ->
                        metrics.clock(each.name(), () -> 0 - worker.records().ahead(each.name())));
        keep(Repeated.start("version", worker.version()::look, BETWEEN_VERSIONS));
        keep(Connectivity.watch(temporal::answers, BETWEEN_LOOKS, LOG::warn));
        MetricsPage page;
        try {
            page = keep(MetricsPage.open(
                    settings.metrics().host(), settings.metrics().port(), metrics, worker::health));
        } catch (IOException e) {
            throw new Stopped(Stopped.USAGE, e.getMessage());
        }
        LOG.info(
                "serving {} from namespace {} of Temporal at {}; http://{}:{}/metrics and /health",
                String.join(
                        ", ",
                        settings.environments().stream()
                                .map(ServedEnvironment::name)
                                .toList()),
                temporal.namespace(),
                temporal.address(),
                settings.metrics().host(),
                page.port());
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    /** The settings of a file, or all that is wrong with it. */
    static Settings settings(Path file, Map<String, String> variables) {
        SettingsReading reading = new SettingsReader(variables).read(file);
        return reading.settings().orElseThrow(() -> {
            String all = String.join(
                    "\n",
                    reading.problems().stream().map(PlanProblem::withSnippet).toList());
            return new Stopped(Stopped.USAGE, all);
        });
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("a part of the worker did not close: {}", e.getMessage());
            }
        }
    }
}
