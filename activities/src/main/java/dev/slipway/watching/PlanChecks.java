package dev.slipway.watching;

import dev.slipway.plan.Check;
import dev.slipway.process.Pulse;
import dev.slipway.steps.StepFailed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The checks of a plan, tried until they pass or their time is over: a new process needs a moment to be ready. */
public final class PlanChecks {

    private static final long PAUSE_MILLIS = 500;

    private final HttpCheck check;

    public PlanChecks(HttpCheck check) {
        this.check = check;
    }

    /**
     * @param fill fills in version and commit
     * @return what was found, a line a check
     * @throws StepFailed where a check did not pass in time
     */
    public List<String> pass(List<Check> checks, UnaryOperator<String> fill, Duration atMost, Pulse pulse) {
        long deadline = System.nanoTime() + atMost.toNanos();
        List<String> found = new ArrayList<>();
        for (Check each : checks) {
            found.add(pass(each, fill, deadline, pulse));
        }
        return List.copyOf(found);
    }

    private String pass(Check wanted, UnaryOperator<String> fill, long deadline, Pulse pulse) {
        Map<String, String> json = new LinkedHashMap<>();
        wanted.json().forEach((pointer, value) -> json.put(pointer, fill.apply(value)));
        HttpCheckRequest request =
                new HttpCheckRequest(fill.apply(wanted.http()), wanted.status(), json, wanted.within(), Map.of());
        while (true) {
            HttpCheckResult result = check.run(request);
            if (result.ok()) {
                return fill.apply(wanted.http()) + " answered as expected in " + result.millis() + " ms";
            }
            if (System.nanoTime() > deadline) {
                throw new StepFailed("verification: " + result.sentence(), List.of(), false);
            }
            pulse.beat(result.sentence());
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                pulse.beat("interrupted");
            }
        }
    }
}
