package dev.slipway.environment;

import java.util.List;

/**
 * One environment and what its queue carries from run to run.
 *
 * @param holder who has the turn: none or one
 * @param waiting in the order of asking
 * @param mirror the last copy of the record: none or one
 * @param proposals what more people have to sign
 */
public record EnvironmentInput(
        String service,
        String environment,
        List<Holder> holder,
        List<Holder> waiting,
        List<Mirror> mirror,
        List<EnvironmentWorkflow.Proposal> proposals) {
    public EnvironmentInput {
        service = service == null ? "" : service;
        environment = environment == null ? "" : environment;
        holder = holder == null ? List.of() : List.copyOf(holder);
        waiting = waiting == null ? List.of() : List.copyOf(waiting);
        mirror = mirror == null ? List.of() : List.copyOf(mirror);
        proposals = proposals == null ? List.of() : List.copyOf(proposals);
    }

    public static EnvironmentInput of(String service, String environment) {
        return new EnvironmentInput(service, environment, List.of(), List.of(), List.of(), List.of());
    }
}
