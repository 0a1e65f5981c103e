package dev.slipway.release;

import dev.slipway.environment.Mirror;
import dev.slipway.record.State;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.release.ReleaseActivities.PlannedStep;
import dev.slipway.release.ReleaseActivities.StepRequest;
import dev.slipway.trust.CanonicalJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The record of a fake worker: as many lines of it as its workflows read. */
final class FakeRecord {

    private final Map<String, List<PlannedStep>> grants = new HashMap<>();
    private final Deque<OpenResult> openings = new ArrayDeque<>();
    private List<State.Lock> lock = List.of();
    private List<State.Freeze> freeze = List.of();
    private String live = "1.3.0";
    private long number = 1;

    synchronized String live() {
        return live;
    }

    synchronized void opensNext(OpenResult result) {
        openings.add(result);
    }

    synchronized void locked(String why) {
        number++;
        lock = List.of(new State.Lock("0".repeat(64), why, Instant.EPOCH, "shop/production@1.3.0"));
    }

    synchronized void frozen(Instant until, String why) {
        number++;
        freeze = List.of(new State.Freeze(why, Instant.EPOCH, until, "ana"));
    }

    synchronized void unlocked() {
        lock = List.of();
    }

    synchronized void grows() {
        number++;
    }

    synchronized void goesLive(String version) {
        live = version;
    }

    /** What a test has said comes of the next opening; else a grant for these steps. */
    synchronized OpenResult open(String grant, String version, List<PlannedStep> steps) {
        if (!openings.isEmpty()) {
            return openings.poll();
        }
        grants.put(grant, List.copyOf(steps));
        number++;
        return new OpenResult(
                Opening.OPENED,
                List.of(),
                grant,
                CanonicalJson.sha256(List.of("entry", number)),
                CanonicalJson.sha256(List.of("base", number)),
                grants.get(grant),
                version,
                live,
                Instant.parse("2030-01-01T00:00:00Z"),
                List.of(),
                Duration.ofMinutes(2));
    }

    synchronized PlannedStep step(StepRequest request) {
        return grants.get(request.grant()).get(request.step() - 1);
    }

    synchronized List<PlannedStep> stepsBefore(StepRequest request) {
        return grants.get(request.grant()).stream().limit(request.step() - 1).toList();
    }

    synchronized Mirror mirror() {
        return new Mirror(
                number,
                CanonicalJson.sha256(List.of("entry", number)),
                Instant.EPOCH,
                CanonicalJson.sha256(List.of("base", number)),
                live,
                "",
                Instant.EPOCH,
                Map.of("web", live),
                "1.2.0",
                List.of(),
                lock,
                "",
                List.of(),
                freeze,
                "",
                List.of(),
                "",
                List.of(),
                "",
                List.of(),
                List.of());
    }
}
