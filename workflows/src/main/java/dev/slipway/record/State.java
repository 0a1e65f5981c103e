package dev.slipway.record;

import dev.slipway.trust.CanonicalJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whole truth about one environment after an entry of its record.
 *
 * @param grants how many grants were ever opened: each {@code opened} changes the base, and so voids every other review
 * @param live what serves now
 * @param succeeded versions that succeeded, newest first, at most {@value #KEPT}
 * @param bad versions that were rolled back or left by hand
 * @param grant the open grant, none or one
 * @param lock none or one
 * @param freeze none or one
 * @param suspended the SHA-256 of keys that count no more
 * @param policy digest of the policy in force, empty for the worker's floor alone
 * @param spent statements that can't be used again, until they expire
 * @param backups newest first, at most {@value #KEPT}
 * @param history how releases and rollbacks ended, newest first, at most {@value #KEPT}
 */
public record State(
        long grants,
        Live live,
        List<Succeeded> succeeded,
        List<BadMark> bad,
        List<Grant> grant,
        List<Lock> lock,
        List<Freeze> freeze,
        List<String> suspended,
        String policy,
        List<Spent> spent,
        List<KeptBackup> backups,
        List<Ended> history) {

    static final int KEPT = 50;

    /**
     * What serves now.
     *
     * @param version empty where nothing was released yet
     * @param targets target to the exact id that serves
     */
    public record Live(String version, String plan, String commit, Instant since, Map<String, String> targets) {
        public Live {
            version = version == null ? "" : version;
            plan = plan == null ? "" : plan;
            commit = commit == null ? "" : commit;
            since = since == null ? Instant.EPOCH : since;
            targets = targets == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(targets));
        }

        public static Live nothing() {
            return new Live("", "", "", Instant.EPOCH, Map.of());
        }
    }

    /** A version that once ended SUCCEEDED, with the exact ids to go back to. */
    public record Succeeded(String version, String plan, String commit, Instant time, Map<String, String> targets) {
        public Succeeded {
            version = version == null ? "" : version;
            plan = plan == null ? "" : plan;
            time = time == null ? Instant.EPOCH : time;
            commit = commit == null ? "" : commit;
            targets = targets == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(targets));
        }
    }

    /** A version that nobody should go back to without naming it. */
    public record BadMark(String version, String reason, Instant time) {
        public BadMark {
            version = version == null ? "" : version;
            time = time == null ? Instant.EPOCH : time;
            reason = reason == null ? "" : reason;
        }
    }

    /**
     * Why no change begins until a person has looked.
     *
     * @param id what an unlock statement is about: the hash of the entry before the locking one
     */
    public record Lock(String id, String reason, Instant since, String release) {
        public Lock {
            id = id == null ? "" : id;
            since = since == null ? Instant.EPOCH : since;
            reason = reason == null ? "" : reason;
            release = release == null ? "" : release;
        }
    }

    /** No change begins until the freeze ends, except what is going back. */
    public record Freeze(String reason, Instant since, Instant until, String by) {
        public Freeze {
            reason = reason == null ? "" : reason;
            since = since == null ? Instant.EPOCH : since;
            until = until == null ? Instant.EPOCH : until;
            by = by == null ? "" : by;
        }
    }

    /** A statement that can't be used again. */
    public record Spent(String id, Instant until) {
        public Spent {
            id = id == null ? "" : id;
            until = until == null ? Instant.EPOCH : until;
        }
    }

    /**
     * How a release or a rollback ended.
     *
     * @param request id of the signed statement that asked for it
     * @param workflow id of its workflow
     * @param outcome name of the outcome
     * @param changed what is different from before, in words; empty where nothing is
     */
    public record Ended(
            String version,
            String plan,
            String request,
            String workflow,
            String outcome,
            String text,
            List<String> changed,
            boolean safe,
            String by,
            Instant started,
            Instant time) {
        public Ended {
            version = version == null ? "" : version;
            request = request == null ? "" : request;
            outcome = outcome == null ? "" : outcome;
            time = time == null ? Instant.EPOCH : time;
            plan = plan == null ? "" : plan;
            workflow = workflow == null ? "" : workflow;
            text = text == null ? "" : text;
            by = by == null ? "" : by;
            started = started == null ? Instant.EPOCH : started;
            changed = changed == null ? List.of() : List.copyOf(changed);
        }
    }

    /** A verified backup. */
    public record KeptBackup(String database, String dump, String sha256, Instant time, String version) {
        public KeptBackup {
            database = database == null ? "" : database;
            dump = dump == null ? "" : dump;
            sha256 = sha256 == null ? "" : sha256;
            time = time == null ? Instant.EPOCH : time;
            version = version == null ? "" : version;
        }
    }

    public State {
        live = live == null ? Live.nothing() : live;
        succeeded = succeeded == null ? List.of() : List.copyOf(succeeded);
        bad = bad == null ? List.of() : List.copyOf(bad);
        grant = grant == null ? List.of() : List.copyOf(grant);
        lock = lock == null ? List.of() : List.copyOf(lock);
        freeze = freeze == null ? List.of() : List.copyOf(freeze);
        suspended = suspended == null ? List.of() : List.copyOf(suspended);
        policy = policy == null ? "" : policy;
        spent = spent == null ? List.of() : List.copyOf(spent);
        backups = backups == null ? List.of() : List.copyOf(backups);
        history = history == null ? List.of() : List.copyOf(history);
    }

    public static State empty() {
        return new State(
                0,
                Live.nothing(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                "",
                List.of(),
                List.of(),
                List.of());
    }

    /** Hash of what a release builds on. An approval is bound to it, so nobody approves one state and changes another. */
    public String base() {
        return CanonicalJson.sha256(new Base(grants, live, bad));
    }

    private record Base(long grants, Live live, List<BadMark> bad) {}

    public Optional<Grant> openGrant() {
        return grant.stream().findFirst();
    }

    public Optional<Lock> locked() {
        return lock.stream().findFirst();
    }

    public boolean spent(String statement) {
        return spent.stream().anyMatch(each -> each.id().equals(statement));
    }

    public boolean markedBad(String version) {
        return bad.stream().anyMatch(mark -> mark.version().equals(version));
    }

    /** The newest succeeded version before the live one that is not marked bad. */
    public Optional<Succeeded> lastKnownGood() {
        int at = 0;
        for (int index = 0; index < succeeded.size(); index++) {
            if (succeeded.get(index).version().equals(live.version())) {
                at = index + 1;
            }
        }
        return succeeded.subList(at, succeeded.size()).stream()
                .filter(each -> !markedBad(each.version()))
                .findFirst();
    }

    public Optional<Succeeded> succeeded(String version) {
        return succeeded.stream().filter(each -> each.version().equals(version)).findFirst();
    }

    public State withGrant(Grant open) {
        boolean isNew = openGrant().map(old -> !old.id().equals(open.id())).orElse(true);
        return new State(
                isNew ? grants + 1 : grants,
                live,
                succeeded,
                bad,
                List.of(open),
                lock,
                freeze,
                suspended,
                policy,
                spent,
                backups,
                history);
    }

    public State withoutGrant() {
        return new State(
                grants, live, succeeded, bad, List.of(), lock, freeze, suspended, policy, spent, backups, history);
    }

    public State withLive(Live now) {
        return new State(grants, now, succeeded, bad, grant, lock, freeze, suspended, policy, spent, backups, history);
    }

    public State withSucceeded(Succeeded version) {
        List<Succeeded> next = new ArrayList<>(succeeded);
        next.removeIf(each -> each.version().equals(version.version()));
        next.add(0, version);
        List<BadMark> stillBad = bad.stream()
                .filter(mark -> !mark.version().equals(version.version()))
                .toList();
        return new State(
                grants,
                live,
                next.subList(0, Math.min(KEPT, next.size())),
                stillBad,
                grant,
                lock,
                freeze,
                suspended,
                policy,
                spent,
                backups,
                history);
    }

    public State withBad(BadMark mark) {
        List<BadMark> next = new ArrayList<>(bad);
        next.removeIf(each -> each.version().equals(mark.version()));
        next.add(0, mark);
        return new State(
                grants,
                live,
                succeeded,
                next.subList(0, Math.min(KEPT, next.size())),
                grant,
                lock,
                freeze,
                suspended,
                policy,
                spent,
                backups,
                history);
    }

    public State withLock(Lock why) {
        return new State(
                grants, live, succeeded, bad, grant, List.of(why), freeze, suspended, policy, spent, backups, history);
    }

    public State withoutLock() {
        return new State(
                grants, live, succeeded, bad, grant, List.of(), freeze, suspended, policy, spent, backups, history);
    }

    /** The freeze that holds at this time. */
    public Optional<Freeze> frozen(Instant now) {
        return freeze.stream().filter(each -> now.isBefore(each.until())).findFirst();
    }

    /** What a freeze or its end is about. */
    public String freezeState() {
        return CanonicalJson.sha256(freeze);
    }

    public State withFreeze(Freeze why) {
        return new State(
                grants, live, succeeded, bad, grant, lock, List.of(why), suspended, policy, spent, backups, history);
    }

    public State withoutFreeze() {
        return new State(
                grants, live, succeeded, bad, grant, lock, List.of(), suspended, policy, spent, backups, history);
    }

    public State withSuspended(String key) {
        List<String> next = new ArrayList<>(suspended);
        next.remove(key);
        next.add(key);
        return new State(grants, live, succeeded, bad, grant, lock, freeze, next, policy, spent, backups, history);
    }

    public State withPolicy(String digest) {
        return new State(grants, live, succeeded, bad, grant, lock, freeze, suspended, digest, spent, backups, history);
    }

    /** Adds spent statements and forgets those that have expired anyway. */
    public State withSpent(List<Spent> more, Instant now) {
        List<Spent> next = new ArrayList<>();
        spent.stream().filter(each -> each.until().isAfter(now)).forEach(next::add);
        next.addAll(more);
        return new State(grants, live, succeeded, bad, grant, lock, freeze, suspended, policy, next, backups, history);
    }

    public State withBackup(KeptBackup backup) {
        List<KeptBackup> next = new ArrayList<>(backups);
        next.removeIf(each -> each.dump().equals(backup.dump()));
        next.add(0, backup);
        return new State(
                grants,
                live,
                succeeded,
                bad,
                grant,
                lock,
                freeze,
                suspended,
                policy,
                spent,
                next.subList(0, Math.min(KEPT, next.size())),
                history);
    }

    public State withEnded(Ended ended) {
        List<Ended> next = new ArrayList<>(history);
        next.add(0, ended);
        return new State(
                grants,
                live,
                succeeded,
                bad,
                grant,
                lock,
                freeze,
                suspended,
                policy,
                spent,
                backups,
                next.subList(0, Math.min(KEPT, next.size())));
    }

    /** How the release that this request asked for has ended. */
    public Optional<Ended> ended(String request) {
        return history.stream().filter(each -> each.request().equals(request)).findFirst();
    }
}
