package dev.slipway.watching;

import dev.slipway.watch.Measurement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** A source that asks the released service itself whether it is well: 1 if it is, failing if it is not. */
public final class HttpProbe implements MetricSource {
    private final String metric;
    private final HttpCheckRequest request;
    private final HttpCheck check;

    /** @throws IllegalArgumentException if the request has problems */
    public HttpProbe(String metric, HttpCheckRequest request, HttpCheck check) {
        if (!request.problems().isEmpty()) {
            throw new IllegalArgumentException(metric + ": " + String.join("; ", request.problems()));
        }
        this.metric = metric;
        this.request = request;
        this.check = check;
    }

    @Override
    public String metric() {
        return metric;
    }

    @Override
    public Duration patience() {
        return request.within();
    }

    @Override
    public Reading read(SourceState before, Instant now, Duration timeout) {
        HttpCheckResult result = check.run(limited(timeout));
        Measurement.Outcome outcome =
                switch (result.answer()) {
                    case AS_EXPECTED -> new Measurement.Value(1);
                    case DIFFERENT, NONE -> new Measurement.Failing(result.sentence());
                    case NOT_ASKED -> new Measurement.SourceDown(result.sentence());
                };
        return new Reading(new Measurement(metric, now, outcome), before);
    }

    /** A service that is down before a release is no problem of the watch, but one that nobody can find is. */
    @Override
    public Optional<String> check(Instant now, Duration timeout) {
        HttpCheckResult result = check.run(limited(timeout));
        return result.answer() == HttpCheckResult.Answer.NOT_ASKED ? Optional.of(result.sentence()) : Optional.empty();
    }

    private HttpCheckRequest limited(Duration timeout) {
        Duration within = request.within();
        boolean own = !within.isZero() && within.compareTo(timeout) <= 0;
        return new HttpCheckRequest(
                request.url(),
                request.expectedStatus(),
                request.json(),
                own ? within : timeout,
                Map.copyOf(request.headers()));
    }
}
