package dev.slipway.cli;

import dev.slipway.environment.EnvironmentActivities;
import dev.slipway.environment.EnvironmentInput;
import dev.slipway.environment.EnvironmentWorkflow;
import dev.slipway.environment.Holder;
import dev.slipway.trust.SignedStatement;
import io.temporal.workflow.Workflow;
import java.util.List;
import java.util.Map;

/** An environment that shows what it was started with, and does what it is told where the script lets it. */
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
    public Next passOn(HandOver handOver) {
        return new Next(List.of(), List.of());
    }

    @Override
    public Decided unlock(SignedStatement signed) {
        return decided("unlock", signed);
    }

    @Override
    public void unlockBySignal(SignedStatement signed) {
        decided("unlock", signed);
    }

    @Override
    public Decided freeze(SignedStatement signed) {
        return decided("freeze", signed);
    }

    @Override
    public void freezeBySignal(SignedStatement signed) {
        decided("freeze", signed);
    }

    @Override
    public Decided unfreeze(SignedStatement signed) {
        return decided("unfreeze", signed);
    }

    @Override
    public void unfreezeBySignal(SignedStatement signed) {
        decided("unfreeze", signed);
    }

    @Override
    public Decided suspend(SignedStatement signed) {
        return decided("suspend", signed);
    }

    @Override
    public void suspendBySignal(SignedStatement signed) {
        decided("suspend", signed);
    }

    @Override
    public Decided policy(SignedStatement signed) {
        return decided("policy", signed);
    }

    @Override
    public void policyBySignal(SignedStatement signed) {
        decided("policy", signed);
    }

    @Override
    public Decided adopt(SignedStatement signed) {
        return decided("adopt", signed);
    }

    @Override
    public void adoptBySignal(SignedStatement signed) {
        decided("adopt", signed);
    }

    @Override
    public Decided reconcile(SignedStatement signed) {
        return decided("reconcile", signed);
    }

    @Override
    public void reconcileBySignal(SignedStatement signed) {
        decided("reconcile", signed);
    }

    @Override
    public EnvironmentActivities.Inspection inspect() {
        return script.inspection();
    }

    private Decided decided(String word, SignedStatement signed) {
        script.take(signed);
        return script.refusal(word)
                .map(why -> new Decided(false, why, List.of()))
                .orElseGet(() -> new Decided(
                        true, word + ": done", script.receipt(input.service(), input.environment(), signed)));
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
