package dev.slipway.cli;

import dev.slipway.environment.EnvironmentInput;
import dev.slipway.environment.EnvironmentWorkflow;
import dev.slipway.environment.Holder;
import dev.slipway.trust.SignedStatement;
import io.temporal.workflow.Workflow;
import java.util.Map;

/** An environment that shows what it was started with, and unlocks where the script lets it. */
public final class ScriptedEnvironment implements EnvironmentWorkflow {

    private final EnvironmentInput input;
    private final Script script;

    ScriptedEnvironment(EnvironmentInput input, Script script) {
        this.input = input;
        this.script = script;
    }

    @Override
    public void run(EnvironmentInput start) {
        Workflow.upsertMemo(Map.of("slipway", view()));
        Workflow.await(() -> false);
    }

    @Override
    public Place ask(Holder holder) {
        return new Place(0, "");
    }

    @Override
    public void handOver(HandOver handOver) {}

    @Override
    public Unlocked unlock(SignedStatement unlock) {
        script.take(unlock);
        return script.refusal("unlock").map(why -> new Unlocked(false, why)).orElse(new Unlocked(true, "unlocked"));
    }

    @Override
    public View refresh() {
        return view();
    }

    @Override
    public View view() {
        return new View(input.service(), input.environment(), input.holder(), input.waiting(), input.mirror());
    }
}
