package dev.slipway.record;

import dev.slipway.plan.Times;
import dev.slipway.trust.CanonicalJson;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

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
 * @param backups newest first, at most {@value #KEPT} of each database
 * @param history how releases and rollbacks ended, newest first, at most {@value #KEPT}
 * @param leases steps of ended grants that may still be acting somewhere, the last to end first, at most {@value #KEPT}
 * @param halfBack targets that did not go back when they should have: target to the version that it was to go back to
 * @param schemas what each migrated database looked like when its last migration was done: its name to the hash of a kept
 *     text
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
        List<Ended> history,
        List<Lease> leases,
        Map<String, String> halfBack,
        Map<String, String> schemas) {

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
     * @param phase the only one that was run; empty for a whole release and for what is none
     * @param grant kind of the grant that was opened for it; empty where none was
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
            Instant time,
            String phase,
            String grant) {

        /** Of what opened nothing. */
        public Ended(
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
            this(version, plan, request, workflow, outcome, text, changed, safe, by, started, time, "", "");
        }

        public Ended {
            phase = phase == null ? "" : phase;
            grant = grant == null ? "" : grant;
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

        /** Whether it was a rollback by hand, also one that opened nothing. Its version is where it went. */
        public boolean byHand() {
            return grant.equals(Grant.ROLLBACK) || workflow.startsWith("rollback:");
        }
    }

    /**
     * A verified backup.
     *
     * @param version of the release before which it was taken; empty for that of a phase that was run alone, which is the
     *     one before no release
     */
    public record KeptBackup(String database, String dump, String sha256, Instant time, String version) {
        public KeptBackup {
            database = database == null ? "" : database;
            dump = dump == null ? "" : dump;
            sha256 = sha256 == null ? "" : sha256;
            time = time == null ? Instant.EPOCH : time;
            version = version == null ? "" : version;
        }

        /** When one of this version was taken, in words. */
        public static String when(String version) {
            return version.isEmpty() ? "by run" : "before " + version;
        }
    }

    /**
     * The time of a step that had begun, and was neither done nor undone, or that somebody had begun to undo, when its grant
     * was ended. Its worker may only have been cut off, so that it acts on, up to the end of the step's own time; its later
     * entries are refused anyway.
     *
     * @param release for instance {@code shop/production@1.4.0}
     * @param step its number in the ended grant
     * @param title for instance {@code deploy web} or {@code undo deploy web}
     * @param until by the clock of the worker that began it
     */
    public record Lease(String release, int step, String title, Instant until) {
        public Lease {
            release = release == null ? "" : release;
            title = title == null ? "" : title;
            until = until == null ? Instant.EPOCH : until;
        }

        /** What holds things up, and until when. */
        public String words() {
            return "'" + title + "' of " + release + " may still be acting on a worker that was cut off, until "
                    + Times.text(shown(until));
        }

        /** Whole seconds, none of them too early. */
        public static Instant shown(Instant until) {
            return until.plusNanos(999_999_999).truncatedTo(ChronoUnit.SECONDS);
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
        leases = leases == null ? List.of() : List.copyOf(leases);
        halfBack = halfBack == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(halfBack));
        schemas = schemas == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(schemas));
    }

    /** A state in the making: what is added to a state is named here, and in no {@code with…}. */
    private static final class Next {
        private long grants;
        private Live live = Live.nothing();
        private List<Succeeded> succeeded = List.of();
        private List<BadMark> bad = List.of();
        private List<Grant> grant = List.of();
        private List<Lock> lock = List.of();
        private List<Freeze> freeze = List.of();
        private List<String> suspended = List.of();
        private String policy = "";
        private List<Spent> spent = List.of();
        private List<KeptBackup> backups = List.of();
        private List<Ended> history = List.of();
        private List<Lease> leases = List.of();
        private Map<String, String> halfBack = Map.of();
        private Map<String, String> schemas = Map.of();

        private static Next after(State state) {
            Next next = new Next();
            next.grants = state.grants;
            next.live = state.live;
            next.succeeded = state.succeeded;
            next.bad = state.bad;
            next.grant = state.grant;
            next.lock = state.lock;
            next.freeze = state.freeze;
            next.suspended = state.suspended;
            next.policy = state.policy;
            next.spent = state.spent;
            next.backups = state.backups;
            next.history = state.history;
            next.leases = state.leases;
            next.halfBack = state.halfBack;
            next.schemas = state.schemas;
            return next;
        }

        private State state() {
            return new State(
                    grants, live, succeeded, bad, grant, lock, freeze, suspended, policy, spent, backups, history,
                    leases, halfBack, schemas);
        }
    }

    private State with(Consumer<Next> change) {
        Next next = Next.after(this);
        change.accept(next);
        return next.state();
    }

    public static State empty() {
        return new Next().state();
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

    /** The version that targets should have gone back to and did not; empty where none is half back. */
    public Optional<Succeeded> unfinishedRollback() {
        return halfBack.values().stream().findFirst().flatMap(this::succeeded);
    }

    /** The targets that should have gone back to this version and did not. */
    public List<String> halfBackTo(String version) {
        return halfBack.entrySet().stream()
                .filter(each -> each.getValue().equals(version))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether a change of this target was cut off, or failed, so that nobody knows what it serves. */
    public boolean servesUnknown(String target) {
        return halfBack.containsKey(target)
                && live.targets().getOrDefault(target, "").isEmpty();
    }

    /** The exact id that a target goes back to where nobody knows what it serves: what it served before that. */
    public Optional<String> servedBefore(String target) {
        return Stream.of(halfBack.getOrDefault(target, ""), live.version())
                .flatMap(version -> succeeded(version).stream())
                .map(version -> version.targets().getOrDefault(target, ""))
                .filter(id -> !id.isEmpty())
                .findFirst();
    }

    /** Whether a version that succeeded served from this target by this very id. */
    public boolean everServed(String target, String id) {
        return succeeded.stream()
                .anyMatch(version -> id.equals(version.targets().get(target)));
    }

    public State withHalfBack(Map<String, String> now) {
        return with(next -> next.halfBack = now);
    }

    /** What a database looks like after its migration, by the hash of a kept text. */
    public State withSchema(String database, String picture) {
        Map<String, String> all = new LinkedHashMap<>(schemas);
        all.put(database, picture);
        return with(next -> next.schemas = all);
    }

    /** Of these targets it is known again what they serve. */
    public State withoutHalfBack(Collection<String> targets) {
        Map<String, String> left = new LinkedHashMap<>(halfBack);
        left.keySet().removeAll(targets);
        return withHalfBack(left);
    }

    public Optional<Succeeded> succeeded(String version) {
        return succeeded.stream().filter(each -> each.version().equals(version)).findFirst();
    }

    public State withGrant(Grant open) {
        boolean isNew = openGrant().map(old -> !old.id().equals(open.id())).orElse(true);
        return with(next -> {
            next.grants = isNew ? grants + 1 : grants;
            next.grant = List.of(open);
        });
    }

    /**
     * Ends the open grant. What it had begun, and neither done nor undone, or begun to undo, may still be acting where its
     * worker was only cut off: that is remembered.
     *
     * @param release whose grant it is, for instance {@code shop/production@1.4.0}
     */
    public State withoutGrant(String release) {
        List<Lease> running = new ArrayList<>(leases);
        openGrant().stream().flatMap(ended -> ended.steps().stream()).forEach(step -> {
            if (step.underWay()) {
                running.add(new Lease(release, step.number(), step.underWayTitle(), step.lease()));
            }
            if (step.actingUntil().isAfter(Instant.EPOCH)) {
                running.add(new Lease(release, step.number(), step.title(), step.actingUntil()));
            }
        });
        running.sort(Comparator.comparing(Lease::until).reversed());
        return with(next -> {
            next.grant = List.of();
            next.leases = kept(running);
        });
    }

    /** What of ended grants may still be acting at this time. */
    public List<Lease> leases(Instant now) {
        return leases.stream().filter(each -> now.isBefore(each.until())).toList();
    }

    /** The same, without what this time has made meaningless. */
    public State at(Instant now) {
        List<Lease> running = leases(now);
        return running.size() == leases.size() ? this : with(next -> next.leases = running);
    }

    public State withLive(Live now) {
        return with(next -> next.live = now);
    }

    public State withSucceeded(Succeeded version) {
        List<BadMark> stillBad = bad.stream()
                .filter(mark -> !mark.version().equals(version.version()))
                .toList();
        return with(next -> {
            next.succeeded = newest(version, succeeded, each -> each.version().equals(version.version()));
            next.bad = stillBad;
        });
    }

    public State withBad(BadMark mark) {
        return with(next -> next.bad = newest(mark, bad, each -> each.version().equals(mark.version())));
    }

    public State withLock(Lock why) {
        return with(next -> next.lock = List.of(why));
    }

    public State withoutLock() {
        return with(next -> next.lock = List.of());
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
        return with(next -> next.freeze = List.of(why));
    }

    public State withoutFreeze() {
        return with(next -> next.freeze = List.of());
    }

    public State withSuspended(String key) {
        List<String> keys = new ArrayList<>(suspended);
        keys.remove(key);
        keys.add(key);
        return with(next -> next.suspended = keys);
    }

    public State withPolicy(String digest) {
        return with(next -> next.policy = digest);
    }

    /** Adds spent statements and forgets those that have expired anyway. */
    public State withSpent(List<Spent> more, Instant now) {
        List<Spent> still = new ArrayList<>();
        spent.stream().filter(each -> each.until().isAfter(now)).forEach(still::add);
        still.addAll(more);
        return with(next -> next.spent = still);
    }

    public State withBackup(KeptBackup backup) {
        Map<String, Integer> ofEach = new HashMap<>();
        List<KeptBackup> all = new ArrayList<>();
        all.add(backup);
        backups.stream().filter(each -> !each.dump().equals(backup.dump())).forEach(all::add);
        // each database for itself: one that is backed up often pushes out none of another
        all.removeIf(each -> ofEach.merge(each.database(), 1, Integer::sum) > KEPT);
        return with(next -> next.backups = all);
    }

    public State withEnded(Ended ended) {
        return with(next -> next.history = newest(ended, history, each -> false));
    }

    /** The newest end of a release of this version that was opened: what was refused, or was only a phase, is none. */
    public Optional<Ended> released(String version) {
        return history.stream()
                .filter(each -> each.version().equals(version) && each.grant().equals(Grant.RELEASE))
                .findFirst();
    }

    /** How the release that this request asked for has ended. */
    public Optional<Ended> ended(String request) {
        return history.stream().filter(each -> each.request().equals(request)).findFirst();
    }

    /** Before all others, instead of those that it takes the place of. */
    private static <T> List<T> newest(T first, List<T> others, Predicate<T> replaced) {
        List<T> all = new ArrayList<>(others);
        all.removeIf(replaced);
        all.add(0, first);
        return kept(all);
    }

    private static <T> List<T> kept(List<T> all) {
        return all.subList(0, Math.min(KEPT, all.size()));
    }
}
