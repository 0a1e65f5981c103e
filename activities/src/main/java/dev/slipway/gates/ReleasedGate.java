package dev.slipway.gates;

import dev.slipway.ledger.RecordRefused;
import dev.slipway.ledger.StoreUnavailable;
import dev.slipway.plan.Durations;
import dev.slipway.plan.Gate;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Times;
import dev.slipway.record.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The version succeeded in another environment, by that environment's own signed record, and is not marked bad there. */
final class ReleasedGate implements GateJudge {

    @Override
    public String kind() {
        return "released";
    }

    @Override
    public List<String> problems(GateContext context) {
        Gate.Released released = context.gate().released().get(0);
        return context.served().others().containsKey(released.in())
                ? List.of()
                : List.of("this worker knows no record of " + context.plan().service() + "/" + released.in()
                        + "; it has to serve it, or its file has to name it in `others`");
    }

    @Override
    public Finding judge(GateContext context) {
        Gate.Released wanted = context.gate().released().get(0);
        ReleasePlan plan = context.plan();
        State there;
        try {
            Optional<State> found = context.served().others().get(wanted.in()).state();
            if (found.isEmpty()) {
                return Finding.waits("nothing was released in " + wanted.in() + " yet");
            }
            there = found.get();
        } catch (RecordRefused | StoreUnavailable e) {
            return Finding.waits("the record of " + wanted.in() + " can't be read: " + e.getMessage());
        }
        if (there.markedBad(plan.version())) {
            return Finding.waits(plan.version() + " is marked bad in " + wanted.in());
        }
        Optional<State.Succeeded> succeeded = there.succeeded(plan.version());
        if (succeeded.isEmpty()) {
            return Finding.waits(plan.version() + " has not succeeded in " + wanted.in());
        }
        if (!succeeded.get().commit().equals(plan.commit())) {
            return Finding.waits(plan.version() + " in " + wanted.in() + " is another commit ("
                    + succeeded.get().commit() + ")");
        }
        return longEnough(context, wanted, there, succeeded.get());
    }

    private static Finding longEnough(
            GateContext context, Gate.Released wanted, State there, State.Succeeded succeeded) {
        Instant from = succeeded.time();
        Instant now = context.served().record().now();
        // newest first: what came after it took its place
        Instant until = there.succeeded().stream()
                .filter(other -> other.time().isAfter(from))
                .map(State.Succeeded::time)
                .min(Instant::compareTo)
                .orElse(now);
        boolean stillLive = there.live().version().equals(succeeded.version());
        Duration live = Duration.between(from, stillLive ? now : until);
        if (live.compareTo(wanted.time()) >= 0) {
            return Finding.passed(succeeded.version() + " succeeded in " + wanted.in() + " at " + Times.text(from)
                    + (wanted.time().isZero() ? "" : ", and was live there for " + Durations.text(wanted.time())));
        }
        return Finding.waits(
                stillLive
                        ? succeeded.version() + " has to be live in " + wanted.in() + " until "
                                + Times.text(from.plus(wanted.time()))
                        : succeeded.version() + " was live in " + wanted.in() + " for less than "
                                + Durations.text(wanted.time()) + ", and is replaced there");
    }
}
