package dev.slipway.cli;

import dev.slipway.environment.TurnGranted;
import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.release.Outcome;
import dev.slipway.release.Phase;
import dev.slipway.release.ReleaseReport;
import dev.slipway.rollback.RollbackWorkflow;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Statement;
import io.temporal.failure.ApplicationFailure;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A rollback that ends at once, closed by the key that the test has at hand. */
public final class ScriptedRollback implements RollbackWorkflow {

    /** The reason of one that fails. */
    static final String FAILS = "one that fails";

    /** The reason of one that is refused when its turn comes. */
    static final String REFUSED = "one that is refused";

    private final RollbackInput input;
    private final Script script;
    private final Supplier<EnvironmentKey> key;

    ScriptedRollback(RollbackInput input, Script script, Supplier<EnvironmentKey> key) {
        this.input = input;
        this.script = script;
        this.key = key;
    }

    @Override
    public ReleaseReport run(RollbackInput start) {
        script.take(start.rollback());
        if (start.rollback().statement().orElseThrow().reason().equals(REFUSED)) {
            throw ApplicationFailure.newNonRetryableFailure(
                    "failed: the statement is about another state; sign again", Outcome.FAILED.name());
        }
        return report();
    }

    @Override
    public void turn(TurnGranted granted) {}

    @Override
    public ReleaseReport report() {
        Statement asked = input.rollback().statement().orElseThrow();
        boolean fails = asked.reason().equals(FAILS);
        Outcome outcome = fails ? Outcome.ROLLBACK_FAILED : Outcome.ROLLED_BACK;
        Entry entry = new Entry(
                Entry.FORMAT,
                input.service(),
                input.environment(),
                8,
                Entry.NO_PREVIOUS,
                Instant.now(),
                new Event(
                        Event.Kind.CLOSED,
                        input.service() + "/" + input.environment() + "@" + asked.version(),
                        "closed",
                        Map.of("request", input.rollback().id(), "outcome", outcome.name())),
                State.empty());
        return new ReleaseReport(
                input.service(),
                input.environment(),
                asked.version(),
                "",
                input.rollback().id(),
                asked.by(),
                "",
                outcome.name(),
                Phase.DONE,
                fails ? "web: the vendor is down" : "back on " + asked.version(),
                List.of(),
                List.of(),
                true,
                List.of(),
                List.of(),
                List.of(new SignedText(entry.text(), key.get().sign(entry.text()))),
                List.of(),
                "",
                "",
                Instant.now(),
                Instant.now(),
                "",
                List.of(),
                List.of());
    }
}
