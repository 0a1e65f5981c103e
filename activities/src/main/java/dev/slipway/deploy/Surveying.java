package dev.slipway.deploy;

import dev.slipway.ledger.Change;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Target;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import dev.slipway.release.ReleaseActivities.Survey;
import dev.slipway.served.Served;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepRefused;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What serves on each target now, asked from the targets themselves after a rollback that failed. It stands in the record,
 * so that people are told it, and whoever mends it by hand knows where to begin.
 */
public final class Surveying {

    private final Deployers deployers;

    public Surveying(Deployers deployers) {
        this.deployers = deployers;
    }

    public Survey look(Served served, String id, Pulse pulse) {
        Grant grant = served.record()
                .head()
                .state()
                .openGrant()
                .filter(open -> open.id().equals(id))
                .orElseThrow(() -> new StepRefused("no such grant is open in the record of " + served.name()));
        ReleasePlan plan = served.plan(grant.plan()).orElseThrow();
        List<String> sentences = new ArrayList<>();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("request", id);
        for (Target target : plan.deploy()) {
            String sentence = served.secrets().redact(sentence(served, grant, plan, target, pulse));
            sentences.add(sentence);
            facts.put("target " + target.name(), sentence);
        }
        served.record()
                .change(head -> head.state()
                                .openGrant()
                                .filter(open -> open.id().equals(id))
                                .isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Change(
                                new Event(
                                        Event.Kind.SURVEYED,
                                        served.name() + "@" + grant.version(),
                                        "what serves there: " + String.join("; ", sentences),
                                        facts),
                                head.state())));
        return new Survey(sentences);
    }

    private String sentence(Served served, Grant grant, ReleasePlan plan, Target target, Pulse pulse) {
        String wanted = grant.previous().getOrDefault(target.name(), "");
        boolean meant =
                grant.previous().containsKey(target.name()) || !grant.kind().equals(Grant.ROLLBACK);
        String should = !meant
                ? "and was not to go back"
                : wanted.isEmpty() ? "nothing was there before" : "should serve " + wanted;
        Step looking = Step.planned(0, StepKind.ROLL_BACK, target.name());
        try {
            String id = deployers.of(target).current(new StepContext(served, grant, looking, plan), pulse);
            if (id.equals(wanted)) {
                return target.name() + ": serves " + id + ", as it should";
            }
            return target.name() + ": serves " + (id.isEmpty() ? "nothing" : id) + ", " + should;
        } catch (WorkInterrupted interrupted) {
            throw interrupted;
        } catch (RuntimeException unknown) {
            // of one that does not answer the others are asked all the same
            return target.name() + ": nobody knows what it serves (" + unknown.getMessage() + "), " + should;
        }
    }
}
