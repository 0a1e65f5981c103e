package dev.slipway.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What stands in a record of a plan where nothing was given: an empty text, list or map, or no time. */
final class Absent {

    private Absent() {}

    static String text(String text) {
        return text == null ? "" : text;
    }

    static Duration duration(Duration duration) {
        return duration == null ? Duration.ZERO : duration;
    }

    /** A copy without nulls: a plan from a stranger's payload must not make the constructor throw. */
    static <T> List<T> list(List<T> list) {
        if (list == null) {
            return List.of();
        }
        List<T> copy = new ArrayList<>(list);
        copy.removeIf(element -> element == null);
        return List.copyOf(copy);
    }

    static <T> Map<String, T> map(Map<String, T> map) {
        Map<String, T> copy = new LinkedHashMap<>();
        if (map != null) {
            map.forEach((key, value) -> {
                if (key != null && value != null) {
                    copy.put(key, value);
                }
            });
        }
        return Collections.unmodifiableMap(copy);
    }

    static Map<String, List<String>> lists(Map<String, List<String>> map) {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        map(map).forEach((key, value) -> copy.put(key, list(value)));
        return Collections.unmodifiableMap(copy);
    }
}
