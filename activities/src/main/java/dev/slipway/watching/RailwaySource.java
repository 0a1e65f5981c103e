package dev.slipway.watching;

import dev.slipway.process.Pulse;
import dev.slipway.secrets.SecretUnavailable;
import dev.slipway.vendor.Railway;
import dev.slipway.vendor.Railway.Place;
import dev.slipway.vendor.Railway.Sample;
import dev.slipway.vendor.VendorApi;
import dev.slipway.vendor.VendorFailure;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watch.Measurement.SourceDown;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import okhttp3.OkHttpClient;

/**
 * What a service at Railway uses of what it may use: 0.9 is 90 %. Railway measures every half a minute; a figure that is
 * older than three minutes, or one without its limit, is no data.
 */
public final class RailwaySource implements MetricSource {

    private static final Duration LOOKED_BACK = Duration.ofMinutes(10);
    private static final Duration FRESH = Duration.ofMinutes(3);

    private final String metric;
    private final Question question;
    private final Supplier<Railway.Access> access;
    private final OkHttpClient client;
    private final UnaryOperator<String> redact;
    /** Names lead to the same place all along a watch. */
    private final AtomicReference<Place> place = new AtomicReference<>();

    /** @param measurement {@code memory} or {@code cpu} */
    public record Question(String project, String service, String environment, String measurement) {

        List<String> measurements() {
            return measurement.equals("cpu")
                    ? List.of("CPU_USAGE", "CPU_LIMIT")
                    : List.of("MEMORY_USAGE_GB", "MEMORY_LIMIT_GB");
        }
    }

    /**
     * @param access looked up for each question
     * @param redact takes the known secrets out of a text
     */
    public RailwaySource(
            String metric,
            Question question,
            Supplier<Railway.Access> access,
            OkHttpClient client,
            UnaryOperator<String> redact) {
        this.metric = metric;
        this.question = question;
        this.access = access;
        this.client = client;
        this.redact = redact;
        Railway.exactly(question.project(), question.service(), question.environment())
                .ifPresent(place::set);
    }

    @Override
    public String metric() {
        return metric;
    }

    @Override
    public Reading read(SourceState before, Instant now, Duration timeout) {
        return new Reading(new Measurement(metric, now, ask(now, timeout)), before);
    }

    @Override
    public Optional<String> check(Instant now, Duration timeout) {
        return Doubts.of(read(SourceState.start(), now, timeout).measurement());
    }

    private Outcome ask(Instant now, Duration timeout) {
        try {
            Railway railway = Railway.of(
                    client,
                    access.get(),
                    // whoever asks comes again with the next round
                    new VendorApi.Limits(timeout, Duration.ZERO),
                    redact,
                    Clock.systemUTC(),
                    Pulse.unheard());
            if (place.get() == null) {
                place.set(railway.find(question.project(), question.service(), question.environment()));
            }
            return share(railway.newest(place.get(), question.measurements(), now.minus(LOOKED_BACK)), now);
        } catch (VendorFailure | SecretUnavailable e) {
            return new SourceDown(redact.apply(e.getMessage()));
        }
    }

    private Outcome share(Map<String, Sample> newest, Instant now) {
        Sample used = newest.get(question.measurements().get(0));
        Sample limit = newest.get(question.measurements().get(1));
        if (used == null || limit == null) {
            return new NoData("Railway has no " + (used == null ? "figure" : "limit") + " of the "
                    + question.measurement() + " of the last " + LOOKED_BACK.toMinutes() + " minutes");
        }
        Duration age = Duration.between(used.at(), now).abs();
        if (age.compareTo(FRESH) > 0) {
            return new NoData("Railway's newest figure of the " + question.measurement() + " is " + age.toMinutes()
                    + " minutes away");
        }
        return limit.value() > 0
                ? Measurement.number(used.value() / limit.value())
                : new NoData("Railway says that the limit of the " + question.measurement() + " is " + limit.value());
    }
}
