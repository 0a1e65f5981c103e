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
 * @param clocks what does not agree with its clock, in sentences; a restart would mend nothing, so it is well all the same
 * @param idle why Temporal gives it no work, in sentences; the same is true of that
 */
public record Health(
        boolean temporal, boolean polling, List<String> environments, List<String> clocks, List<String> idle) {

    boolean well() {
        return temporal && polling;
    }

    private String status() {
        if (!well()) {
            return "unwell";
        }
        return idle.isEmpty() ? "ok" : "idle";
    }

    String json() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("status", status());
        members.put("temporal", temporal ? "reachable" : "unreachable");
        members.put("polling", polling);
        members.put("environments", environments);
        members.put("clocks", clocks);
        members.put("idle", idle);
        try {
            return new ObjectMapper().writeValueAsString(members) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain members could not be written as JSON", e);
        }
    }
}
