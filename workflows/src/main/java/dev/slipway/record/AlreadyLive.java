package dev.slipway.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.trust.CanonicalJson;
import dev.slipway.trust.Json;
import java.time.Instant;

/**
 * The worker's word that there is nothing to do, signed with the environment's key for one request: an entry of the record
 * would be as true of an earlier day.
 *
 * @param kind {@value #KIND}: the key signs other things too
 * @param plan digest of the plan that serves
 * @param request id of the statement that asked
 * @param entry the newest entry of the record, which says so
 */
public record AlreadyLive(
        String kind,
        String service,
        String environment,
        String version,
        String plan,
        String request,
        long entry,
        Instant time) {

    public static final String KIND = "slipway already live";

    public AlreadyLive {
        kind = kind == null ? "" : kind;
        service = service == null ? "" : service;
        environment = environment == null ? "" : environment;
        version = version == null ? "" : version;
        plan = plan == null ? "" : plan;
        request = request == null ? "" : request;
        time = time == null ? Instant.EPOCH : time;
    }

    public String text() {
        return CanonicalJson.text(this) + "\n";
    }

    /** @throws IllegalArgumentException where it is none */
    public static AlreadyLive parse(String text) {
        try {
            AlreadyLive said = Json.mapper().readValue(text, AlreadyLive.class);
            if (said == null || !said.kind().equals(KIND)) {
                throw new IllegalArgumentException("this does not say that something is live already");
            }
            return said;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this does not say that something is live already", e);
        }
    }
}
