package dev.slipway.worker.metrics;

import com.uber.m3.tally.RootScopeBuilder;
import com.uber.m3.tally.Scope;
import com.uber.m3.tally.ScopeCloseException;
import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseName;
import dev.slipway.steps.StepObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.temporal.common.reporter.MicrometerClientStatsReporter;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this worker counts: its releases and their steps, Temporal's SDK, its own memory. */
public final class Metrics implements StepObserver, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);
    private static final double REPORT_SECONDS = 1;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Scope scope = new RootScopeBuilder()
            .reporter(new MicrometerClientStatsReporter(registry))
            .reportEvery(com.uber.m3.util.Duration.ofSeconds(REPORT_SECONDS));

    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
    }

    /** Where Temporal's SDK counts. */
    public Scope scope() {
        return scope;
    }

    @Override
    public void done(String release, String step, Duration took) {
        Timer.builder("slipway.phase")
                .description("how long a step of a release took")
                .tag("environment", environment(release))
                .tag("step", step)
                .register(registry)
                .record(took);
    }

    /** Counts its ends of every kind from zero: what a series begins with is no increase that an alert could see. */
    public void serves(String environment) {
        for (Outcome each : Outcome.values()) {
            ends(environment, each.name());
        }
    }

    @Override
    public void outcome(String release, String outcome) {
        ends(environment(release), outcome).increment();
    }

    private Counter ends(String environment, String outcome) {
        return Counter.builder("slipway.releases")
                .description("releases, rollbacks and restores that ended")
                .tag("environment", environment)
                .tag("outcome", outcome)
                .register(registry);
    }

    /**
     * How many releases of an environment wait for a person, looked up when the page is read; no number where nobody knows.
     *
     * @param environment for instance {@code shop/production}
     */
    public void waiting(String environment, Supplier<Number> count) {
        Gauge.builder("slipway.releases.waiting", count)
                .description("releases that wait for a person's approval")
                .tag("environment", environment)
                .register(registry);
    }

    /**
     * How far this worker's clock is from another one, looked up when the page is read; no number where nobody knows.
     *
     * @param other {@code temporal}, or the environment whose record's newest entry is of the other clock
     * @param seconds how far this clock is ahead, negative where it is behind
     */
    public void clock(String other, Supplier<Number> seconds) {
        Gauge.builder("slipway.clock.ahead", seconds)
                .description("by how many seconds this worker's clock is ahead of another one")
                .baseUnit("seconds")
                .tag("other", other)
                .register(registry);
    }

    /** A version in a label would make a new series for every release. */
    private static String environment(String release) {
        return ReleaseName.parse(release)
                .map(name -> name.service() + "/" + name.environment())
                .orElse("unknown");
    }

    /** In Prometheus' text format. */
    public String page() {
        return registry.scrape();
    }

    @Override
    public void close() {
        try {
            scope.close();
        } catch (ScopeCloseException e) {
            LOG.debug("the last counts of Temporal's SDK are lost", e);
        }
        registry.close();
    }
}
