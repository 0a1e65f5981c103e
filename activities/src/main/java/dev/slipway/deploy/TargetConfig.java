package dev.slipway.deploy;

import dev.slipway.plan.Target;
import dev.slipway.steps.StepContext;
import java.util.LinkedHashMap;
import java.util.Map;

/** The {@code config} of a target as a vendor gets it: values of secrets go there, and nowhere else. */
record TargetConfig(Target target) {

    /** What is new, or another value than what the vendor has. */
    Map<String, String> changed(StepContext context, Map<String, String> there) {
        Map<String, String> changed = new LinkedHashMap<>();
        target.config().forEach((name, written) -> {
            // by the plan's own word: what a template is filled with never becomes the name of a secret
            String value = written.matches("\\$[A-Za-z_][A-Za-z0-9_]*")
                    ? context.served().secrets().resolve(written)
                    : context.fill(written);
            if (!value.equals(there.get(name))) {
                changed.put(name, value);
            }
        });
        return changed;
    }
}
