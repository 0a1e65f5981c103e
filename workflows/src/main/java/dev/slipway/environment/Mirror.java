package dev.slipway.environment;

import dev.slipway.record.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an environment's record says, copied for people to see. It decides nothing: the worker reads the record itself.
 *
 * @param number the entry that it was copied from
 * @param hash of that entry
 * @param live the live version, empty for none
 * @param targets what each target serves, by its vendor's own id or a version; empty where nobody knows
 * @param lastKnownGood where a rollback would go, empty for nowhere
 * @param lock none or one
 * @param openGrant the version with an open grant and its last begun step, empty for none
 * @param history how the last releases ended, newest first
 * @param freeze none or one; it may be over
 * @param freezeState what a freeze or its end is about
 * @param suspended the SHA-256 of keys that count no more
 * @param policy digest of the policy in force, empty for the worker's floor alone
 * @param leases what of ended grants may still be acting; some may be over
 * @param unfinishedRollback the version that targets should have gone back to and did not; empty where none is half back
 * @param halfBack those targets
 * @param succeeded the versions that a rollback can go to, and the live one, newest first; empty where it is not known
 */
public record Mirror(
        long number,
        String hash,
        Instant time,
        String base,
        String live,
        String commit,
        Instant liveSince,
        Map<String, String> targets,
        String lastKnownGood,
        List<State.BadMark> bad,
        List<State.Lock> lock,
        String openGrant,
        List<State.Ended> history,
        List<State.Freeze> freeze,
        String freezeState,
        List<String> suspended,
        String policy,
        List<State.Lease> leases,
        String unfinishedRollback,
        List<String> halfBack,
        List<String> succeeded) {

    static final int HISTORY = 20;

    public Mirror {
        hash = hash == null ? "" : hash;
        time = time == null ? Instant.EPOCH : time;
        base = base == null ? "" : base;
        live = live == null ? "" : live;
        commit = commit == null ? "" : commit;
        liveSince = liveSince == null ? Instant.EPOCH : liveSince;
        lastKnownGood = lastKnownGood == null ? "" : lastKnownGood;
        openGrant = openGrant == null ? "" : openGrant;
        targets = targets == null ? Map.of() : Map.copyOf(targets);
        bad = bad == null ? List.of() : List.copyOf(bad);
        lock = lock == null ? List.of() : List.copyOf(lock);
        history = history == null ? List.of() : List.copyOf(history);
        freeze = freeze == null ? List.of() : List.copyOf(freeze);
        freezeState = freezeState == null ? "" : freezeState;
        suspended = suspended == null ? List.of() : List.copyOf(suspended);
        policy = policy == null ? "" : policy;
        leases = leases == null ? List.of() : List.copyOf(leases);
        unfinishedRollback = unfinishedRollback == null ? "" : unfinishedRollback;
        halfBack = halfBack == null ? List.of() : List.copyOf(halfBack);
        succeeded = succeeded == null ? List.of() : List.copyOf(succeeded);
    }

    public static Mirror of(long number, String hash, Instant time, State state) {
        return new Mirror(
                number,
                hash,
                time,
                state.base(),
                state.live().version(),
                state.live().commit(),
                state.live().since(),
                state.live().targets(),
                state.lastKnownGood().map(State.Succeeded::version).orElse(""),
                state.bad(),
                state.lock(),
                state.openGrant()
                        .map(grant -> grant.version()
                                + grant.lastBegun()
                                        .map(step -> ", last step: " + step.title())
                                        .orElse(", no step begun"))
                        .orElse(""),
                state.history().subList(0, Math.min(HISTORY, state.history().size())),
                state.freeze(),
                state.freezeState(),
                state.suspended(),
                state.policy(),
                state.leases(),
                state.unfinishedRollback().map(State.Succeeded::version).orElse(""),
                state.unfinishedRollback()
                        .map(to -> state.halfBackTo(to.version()))
                        .orElse(List.of()),
                state.succeeded().stream()
                        .map(State.Succeeded::version)
                        .distinct()
                        .toList());
    }

    /** The freeze, unless it is over by then. */
    Optional<State.Freeze> frozen(Instant time) {
        return freeze.stream().filter(each -> time.isBefore(each.until())).findFirst();
    }
}
