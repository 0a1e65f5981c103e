package dev.slipway.watching;

import com.fasterxml.jackson.core.JsonPointer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;

/**
 * What a service is asked over HTTP, and what it should answer.
 *
 * @param expectedStatus 200 where the plan says nothing (0)
 * @param json JSON pointer and the value that should stand there, as text
 * @param within the whole answer has to be there by then; zero leaves it to who asks
 * @param headers may hold secrets, so they are never printed
 */
public record HttpCheckRequest(
        String url, int expectedStatus, Map<String, String> json, Duration within, Map<String, String> headers) {
    public HttpCheckRequest {
        url = url == null ? "" : url;
        expectedStatus = expectedStatus == 0 ? 200 : expectedStatus;
        json = json == null ? Map.of() : Map.copyOf(json);
        within = within == null ? Duration.ZERO : within;
        headers = headers == null ? Map.of() : Map.copyOf(headers);
    }

    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (HttpUrl.parse(url) == null) {
            problems.add("http: want an address such as https://shop.example.com/health");
        }
        if (expectedStatus < 100 || expectedStatus > 599) {
            problems.add("status: " + expectedStatus + " is none; want 100 to 599");
        }
        if (within.isNegative()) {
            problems.add("within: want a duration longer than zero");
        }
        for (String pointer : json.keySet()) {
            if (!wellFormed(pointer)) {
                problems.add("json: \"" + pointer + "\" is no JSON pointer; want one such as /status");
            }
        }
        return problems;
    }

    private static boolean wellFormed(String pointer) {
        try {
            JsonPointer.compile(pointer);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "HttpCheckRequest[status " + expectedStatus + ", json " + json.keySet() + ", within " + within + "]";
    }
}
