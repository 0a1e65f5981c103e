package dev.slipway.steps;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Template;
import dev.slipway.record.Grant;
import dev.slipway.record.Step;
import dev.slipway.served.Served;
import dev.slipway.source.WorkingDirectory;
import java.nio.file.Path;
import java.util.List;

/** What a step may know: the grant, its own number, and the plan that the grant was given for. All from the record. */
public record StepContext(Served served, Grant grant, Step step, ReleasePlan plan) {

    /** {@code ${version}}, {@code ${previous}} and {@code ${commit}} filled in. */
    public String fill(String text) {
        return fill(text, previous(step.name()));
    }

    public String fill(String text, String previous) {
        return Template.fill(text, grant.version(), previous, plan.commit());
    }

    public List<String> fill(List<String> texts) {
        return texts.stream().map(this::fill).toList();
    }

    /** The exact id that a target goes back to; empty where nothing was live. */
    public String previous(String target) {
        return grant.previous().getOrDefault(target, "");
    }

    /** The plan's files, and nothing else, laid out anew and compared byte for byte. */
    public Path workingDirectory() {
        return WorkingDirectory.layOut(
                served.working(grant.id().substring(0, 16) + "-" + step.number()),
                new KeptFiles(served.record(), plan.files(), () -> served.source()
                        .judged(plan.commit(), plan.source().path())),
                plan.files());
    }

    public Path childMark() {
        return served.childMark(grant.id().substring(0, 16), step.number());
    }

    public String release() {
        return plan.service() + "/" + plan.environment() + "@" + grant.version();
    }
}
