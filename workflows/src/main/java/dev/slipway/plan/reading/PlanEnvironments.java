package dev.slipway.plan.reading;

import java.util.List;
import java.util.Optional;

/** The environments that a plan file offers, as far as it could be read: what to pick one from. */
public record PlanEnvironments(String service, List<Named> environments) {

    /** An environment and the branch that releases to it, empty for any. */
    public record Named(String name, String branch) {}

    public PlanEnvironments {
        environments = List.copyOf(environments);
    }

    public Optional<Named> named(String name) {
        return environments.stream()
                .filter(environment -> environment.name().equals(name))
                .findFirst();
    }

    /** The one environment that this branch releases to; empty where there is none or more than one. */
    public Optional<Named> ofBranch(String branch) {
        List<Named> all = environments.stream()
                .filter(environment -> !branch.isEmpty() && environment.branch().equals(branch))
                .toList();
        return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
    }
}
