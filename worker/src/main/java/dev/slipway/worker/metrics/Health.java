package dev.slipway.worker.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether this worker can do its work.
 *
 * @param temporal whether Temporal answers
 * @param polling whether it asks for work
 */
public record Health(boolean temporal, boolean polling, List<String> environments) {

    boolean well() {
        return temporal && polling;
    }

    String json() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("status", well() ? "ok" : "unwell");
        members.put("temporal", temporal ? "reachable" : "unreachable");
        members.put("polling", polling);
        members.put("environments", environments);
        try {
            return new ObjectMapper().writeValueAsString(members) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain members could not be written as JSON", e);
        }
    }
}
