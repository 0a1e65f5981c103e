package dev.slipway.release;

import java.time.Instant;
import java.util.List;

/**
 * A release on one line, kept in the workflow's memo so that it can be read where no worker is there.
 *
 * @param what what it waits for, empty where it works
 * @param who who can end the waiting
 * @param command what they type; empty where it is not known
 */
public record Status(
        String service,
        String environment,
        String version,
        String plan,
        String request,
        String requestedBy,
        String phase,
        String outcome,
        String what,
        List<String> who,
        Instant until,
        String command) {

    /** The memo's key. */
    public static final String MEMO = "slipway";

    public Status {
        service = service == null ? "" : service;
        environment = environment == null ? "" : environment;
        version = version == null ? "" : version;
        plan = plan == null ? "" : plan;
        request = request == null ? "" : request;
        requestedBy = requestedBy == null ? "" : requestedBy;
        phase = phase == null ? "" : phase;
        outcome = outcome == null ? "" : outcome;
        what = what == null ? "" : what;
        who = who == null ? List.of() : List.copyOf(who);
        until = until == null ? Instant.EPOCH : until;
        command = command == null ? "" : command;
    }
}
