package dev.slipway.release;

import io.temporal.workflow.Workflow;
import java.util.List;
import java.util.Map;

/** Words that were refused, as those see them who watch the worker: in its log, and counted. */
public final class Refusals {

    private static final String COUNTER = "slipway_refused_words";

    private Refusals() {}

    /**
     * @param kind such as {@code approve}
     * @param way {@code update} or {@code signal}
     * @param to what it was sent to: {@code shop/production@1.4.0}
     */
    public static void count(String kind, String way, String to, List<String> problems) {
        Workflow.getMetricsScope()
                .tagged(Map.of("kind", kind, "way", way))
                .counter(COUNTER)
                .inc(1);
        Workflow.getLogger(Refusals.class)
                .warn("refused the {} '{}' to {}: {}", way, kind, to, String.join("; ", problems));
    }
}
