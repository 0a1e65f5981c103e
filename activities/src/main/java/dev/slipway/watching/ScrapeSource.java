package dev.slipway.watching;

import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.Failing;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watch.Measurement.SourceDown;
import dev.slipway.watch.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import okhttp3.OkHttpClient;

/**
 * A source that reads the metrics page of the released service itself. A page that is refused, or does not come in time,
 * is a service that is failing; a page that says something else than metrics is no data.
 */
public final class ScrapeSource implements MetricSource {
    private static final int INTERVALS = 6;
    private static final Selector STARTED = Selector.parse("process_start_time_seconds");

    /** What is taken from the page. */
    public sealed interface Figure {}

    /** The increase of {@code errors} in relation to that of {@code of}. */
    public record ErrorRate(Selector errors, Selector of, int minimumRequests) implements Figure {}

    /** The one series as it stands. */
    public record Single(Selector value) implements Figure {}

    /** The one series in relation to another one, such as memory to its limit. */
    public record Share(Selector value, Selector of) implements Figure {}

    private final String metric;
    private final Figure figure;
    private final Duration reach;
    private final HttpCall call;

    /**
     * @param headers looked up for each question
     * @param every how often it is scraped; the error rate looks back six times as far at most
     * @param redact takes the known secrets out of a text
     */
    public ScrapeSource(
            String metric,
            String url,
            Supplier<Map<String, String>> headers,
            Figure figure,
            Duration every,
            OkHttpClient client,
            UnaryOperator<String> redact) {
        this.metric = metric;
        this.figure = figure;
        // half an interval more: rounds are never on time to the millisecond
        this.reach = every.multipliedBy(INTERVALS).plus(every.dividedBy(2));
        this.call = new HttpCall(client, redact, url, () -> {
            Map<String, String> all = new LinkedHashMap<>(headers.get());
            all.putIfAbsent("Accept", "text/plain;version=0.0.4");
            return all;
        });
    }

    @Override
    public String metric() {
        return metric;
    }

    @Override
    public String place() {
        return call.server();
    }

    @Override
    public Reading read(SourceState before, Instant now, Duration timeout) {
        HttpCall.Answer answer = call.get(timeout);
        if (answer instanceof HttpCall.NoWay none) {
            return reading(now, new SourceDown(none.why()), before);
        }
        if (answer instanceof HttpCall.Silent silent) {
            return reading(now, new Failing(silent.why()), before);
        }
        HttpCall.Answered answered = (HttpCall.Answered) answer;
        if (answered.status() >= 500) {
            return reading(now, new Failing(call.place() + " answered " + answered.status()), before);
        }
        if (answered.status() != 200) {
            return reading(now, new NoData(call.place() + " answered " + answered.status() + ", not 200"), before);
        }
        try {
            return read(MetricsPage.parse(answered.body()), before, now);
        } catch (MetricsPage.NoMetrics e) {
            return reading(now, new NoData(call.place() + ": " + call.shown(e.getMessage())), before);
        }
    }

    private Reading read(MetricsPage page, SourceState before, Instant now) {
        if (figure instanceof Single single) {
            return reading(now, one(page, single.value()), before);
        }
        if (figure instanceof Share share) {
            return reading(now, share(one(page, share.value()), one(page, share.of())), before);
        }
        ErrorRate rate = (ErrorRate) figure;
        List<Double> requests = page.values(rate.of());
        if (requests.isEmpty()) {
            return reading(now, nothing(rate.of(), page), before);
        }
        // a service that never erred has no series for it yet, which is no reason to doubt
        double errors = sum(page.values(rate.errors()));
        if (!Double.isFinite(errors) || !Double.isFinite(sum(requests))) {
            return reading(now, new NoData("a counter of " + call.place() + " is not a number"), before);
        }
        List<Double> started = page.values(STARTED);
        SourceState state = with(
                before, new SourceState.Counters(now, started.size() == 1 ? started.get(0) : 0, errors, sum(requests)));
        return reading(now, new ErrorRatio(rate.minimumRequests()).of(state.counters()), state);
    }

    private Outcome one(MetricsPage page, Selector selector) {
        List<Double> values = page.values(selector);
        return switch (values.size()) {
            case 0 -> nothing(selector, page);
            case 1 -> Measurement.number(values.get(0));
            default -> new NoData(selector + " chooses " + values.size() + " series, want one");
        };
    }

    private static Outcome share(Outcome part, Outcome whole) {
        if (part instanceof Measurement.Value value && whole instanceof Measurement.Value all) {
            return Measurement.number(value.value() / all.value());
        }
        return part instanceof Measurement.Value ? whole : part;
    }

    private SourceState with(SourceState before, SourceState.Counters newest) {
        List<SourceState.Counters> kept = new ArrayList<>(before.counters());
        // what another worker left long ago would make one increase of the whole time since
        kept.removeIf(old ->
                old.time().isBefore(newest.time().minus(reach)) || !old.time().isBefore(newest.time()));
        kept.add(newest);
        return new SourceState(kept.subList(Math.max(0, kept.size() - INTERVALS - 1), kept.size()));
    }

    private Outcome nothing(Selector selector, MetricsPage page) {
        return new NoData(
                "no series of " + call.place() + " is chosen by " + selector + " (it has " + page.size() + ")");
    }

    private static double sum(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sum();
    }

    private Reading reading(Instant now, Outcome outcome, SourceState state) {
        return new Reading(new Measurement(metric, now, outcome), state);
    }

    /** Before a release nothing has to be measured yet, but the page has to be there, with the series on it. */
    @Override
    public Optional<String> check(Instant now, Duration timeout) {
        Reading first = read(SourceState.start(), now, timeout);
        return first.state().counters().isEmpty() ? Doubts.of(first.measurement()) : Optional.empty();
    }
}
