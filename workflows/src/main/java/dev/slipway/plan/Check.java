package dev.slipway.plan;

import static dev.slipway.plan.Absent.duration;
import static dev.slipway.plan.Absent.map;
import static dev.slipway.plan.Absent.text;

import java.time.Duration;
import java.util.Map;

/**
 * A check of the deployed version over HTTP.
 *
 * @param http the address
 * @param status the expected status
 * @param json JSON pointer to expected text
 * @param within the longest time for the answer
 */
public record Check(String http, int status, Map<String, String> json, Duration within) {
    public Check {
        http = text(http);
        json = map(json);
        within = duration(within);
    }
}
