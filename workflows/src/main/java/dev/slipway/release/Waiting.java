package dev.slipway.release;

import java.time.Instant;
import java.util.List;

/**
 * What a release waits for, and who can end it.
 *
 * @param what for instance {@code approval}
 * @param who names of people who can act; empty where nobody has to
 * @param command what they type
 * @param until when it ends by itself; epoch start where it doesn't
 */
public record Waiting(String what, List<String> who, String command, Instant until) {
    public Waiting {
        what = what == null ? "" : what;
        who = who == null ? List.of() : List.copyOf(who);
        command = command == null ? "" : command;
        until = until == null ? Instant.EPOCH : until;
    }
}
