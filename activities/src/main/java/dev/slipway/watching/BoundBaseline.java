package dev.slipway.watching;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.ledger.EnvironmentRecord;
import dev.slipway.record.SignedText;
import dev.slipway.trust.Json;
import dev.slipway.watch.Baseline;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What metrics were like before a release changed anything, bound to its grant: signed by the environment's key, so that
 * nobody can hand the watch another past.
 *
 * @param kind always {@link #KIND}: no other signed text passes for one
 * @param baselines by the metric's name
 */
record BoundBaseline(String kind, String grant, Instant measured, Map<String, Baseline> baselines) {

    static final String KIND = "slipway-baseline 1";

    BoundBaseline {
        kind = kind == null ? "" : kind;
        grant = grant == null ? "" : grant;
        measured = measured == null ? Instant.EPOCH : measured;
        baselines = baselines == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(baselines));
    }

    static SignedText signed(EnvironmentRecord record, String grant, Map<String, Baseline> baselines) {
        try {
            return record.sign(
                    Json.mapper().writeValueAsString(new BoundBaseline(KIND, grant, record.now(), baselines)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a baseline can't be written: " + e.getOriginalMessage(), e);
        }
    }

    /** A baseline that this environment's key has signed for this grant; empty for any other. */
    static Optional<BoundBaseline> genuine(EnvironmentRecord record, String grant, SignedText signed) {
        if (signed.text().isEmpty() || !record.genuine(signed.text(), signed.signature())) {
            return Optional.empty();
        }
        try {
            BoundBaseline bound = Json.mapper().readValue(signed.text(), BoundBaseline.class);
            return bound.kind().equals(KIND) && bound.grant().equals(grant) ? Optional.of(bound) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
