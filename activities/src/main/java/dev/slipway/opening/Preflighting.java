package dev.slipway.opening;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.Findings;
import dev.slipway.database.backup.BackupFailed;
import dev.slipway.database.backup.BackupStore;
import dev.slipway.database.backup.BackupStores;
import dev.slipway.database.migrations.MigrationFailed;
import dev.slipway.database.migrations.MigrationStatus;
import dev.slipway.database.migrations.MigrationTools;
import dev.slipway.database.preflight.Preflight;
import dev.slipway.deploy.Deployer;
import dev.slipway.deploy.Deployers;
import dev.slipway.gates.Gates;
import dev.slipway.ledger.Head;
import dev.slipway.notifying.Asked;
import dev.slipway.notifying.Notifying;
import dev.slipway.plan.Database;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Target;
import dev.slipway.plan.Times;
import dev.slipway.process.Pulse;
import dev.slipway.record.AlreadyLive;
import dev.slipway.record.Scope;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.release.Approvals;
import dev.slipway.release.ReleaseActivities.PreflightResult;
import dev.slipway.secrets.SecretCheck;
import dev.slipway.served.Served;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import dev.slipway.watching.MetricSources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything that would stop a release later, looked for before anybody is asked; all of it at once. */
public final class Preflighting {

    private final PlannedDatabases databases;
    private final MigrationsLook migrations;
    private final MetricSources sources;
    private final Gates gates;
    private final Notifying notifying;
    private final Deployers deployers;
    private final PlanOfSource planOfSource = new PlanOfSource();

    public Preflighting(
            Connections connections,
            Preflight databases,
            MigrationTools tools,
            MetricSources sources,
            Gates gates,
            Notifying notifying,
            Deployers deployers) {
        this.notifying = notifying;
        this.deployers = deployers;
        this.gates = gates;
        this.databases = new PlannedDatabases(connections, databases);
        this.migrations = new MigrationsLook(tools);
        this.sources = sources;
    }

    /**
     * @throws dev.slipway.database.DatabaseUnavailable where a database is not there for the moment
     */
    public PreflightResult look(
            Served served, ReleasePlan plan, SignedStatement request, boolean searchAttributes, Pulse pulse) {
        Head head = served.record().head();
        Authority authority = Authority.of(served, head.state());
        Lane lane = request.statement().map(Statement::lane).orElse(Lane.NORMAL);
        List<String> problems = new ArrayList<>(Approvals.problemsOfRequest(
                plan, authority.people(plan), request, served.record().now()));
        String key = served.key().publicKey().line();
        if (!problems.isEmpty()) {
            // nothing more is looked up for somebody who may not ask
            return new PreflightResult(problems, List.of(), List.of(), searchAttributes, key);
        }
        Scope scope = Scope.of(request);
        Optional<Head> looked = scope.preflightOnly() ? PreflightRun.before(served, request) : Optional.empty();
        if (looked.isPresent()) {
            // the answer was lost, and only that
            return new PreflightResult(
                    List.of(),
                    List.of(),
                    List.of(looked.get().signed()),
                    searchAttributes,
                    key,
                    Map.of(),
                    PreflightRun.untried(looked.get()));
        }
        if (head.state().spent(request.id())) {
            return new PreflightResult(
                    List.of("this request was used up already; ask anew"), List.of(), List.of(), searchAttributes, key);
        }
        List<String> notes = new ArrayList<>();
        problems.addAll(planOfSource.problems(served, plan, lane));
        if (!problems.isEmpty()) {
            // what stands in no source is nobody's plan, and learns nothing about secrets
            return new PreflightResult(problems, notes, List.of(), searchAttributes, key);
        }
        problems.addAll(problemsOfRights(served, plan, request, authority));
        Optional<SignedText> already = scope.whole() ? alreadyLive(served, head, plan, request) : Optional.empty();
        if (already.isPresent() && problems.isEmpty()) {
            return new PreflightResult(List.of(), notes, List.of(already.get()), searchAttributes, key);
        }
        if (scope.whole()) {
            againAllowed(head.state(), plan, request, problems);
        }
        boolean untried = lookAtTheWorld(served, plan, problems, notes, pulse);
        head.state()
                .locked()
                .ifPresent(lock -> notes.add(served.name() + " is locked since " + Times.text(lock.since()) + ": "
                        + lock.reason() + "; the release waits until `slipway unlock " + served.name() + "`"));
        if (problems.isEmpty()) {
            keep(served, head.state(), plan, request);
        }
        return new PreflightResult(
                problems.stream().map(served.secrets()::redact).toList(),
                notes,
                scope.preflightOnly() && problems.isEmpty()
                        ? List.of(new PreflightRun().recorded(served, plan, request, untried))
                        : List.of(),
                searchAttributes,
                key,
                authority.people(plan),
                untried);
    }

    private List<String> problemsOfRights(
            Served served, ReleasePlan plan, SignedStatement request, Authority authority) {
        Lane lane = request.statement().map(Statement::lane).orElse(Lane.NORMAL);
        List<String> problems = new ArrayList<>(authority.problems(plan, lane));
        if (Scope.of(request).needsApproval()) {
            problems.addAll(authority.unreachable(
                    plan, lane, request.statement().map(Statement::by).orElse("")));
        }
        problems.addAll(gates.problems(served, plan, lane));
        return problems;
    }

    /**
     * Secrets, channels, stores, databases, rules and targets.
     *
     * @return whether migrations are pending that nobody has tried
     */
    private boolean lookAtTheWorld(
            Served served, ReleasePlan plan, List<String> problems, List<String> notes, Pulse pulse) {
        SecretCheck.Found secrets = new SecretCheck(served.secrets()).look(plan.secrets());
        problems.addAll(secrets.problems());
        notes.addAll(secrets.notes());
        problems.addAll(notifying.problems(served, plan));
        stores(served, plan, problems);
        boolean untried = false;
        if (problems.isEmpty()) {
            Findings found = databases.look(served, plan);
            problems.addAll(found.problems());
            notes.addAll(found.warnings());
            if (problems.isEmpty()) {
                untried = migrations(served, plan, problems, notes);
            }
            rules(served, plan, problems);
            targets(served, plan, problems, notes, pulse);
        }
        return untried;
    }

    private static void keep(Served served, State state, ReleasePlan plan, SignedStatement request) {
        served.keep(plan);
        served.keepFiles(
                plan, served.source().judged(plan.commit(), plan.source().path()));
        served.keep(request);
        if (!Scope.of(request).preflightOnly()) {
            Asked.note(served, state, plan, request.id());
        }
    }

    /** The worker's signed word for this request that this very plan is live, with every target as it was then. */
    private static Optional<SignedText> alreadyLive(
            Served served, Head head, ReleasePlan plan, SignedStatement request) {
        State state = head.state();
        boolean live = state.live().version().equals(plan.version())
                && state.live().plan().equals(plan.digest())
                && state.succeeded(plan.version())
                        .filter(then -> then.targets().equals(state.live().targets()))
                        .isPresent()
                && state.locked().isEmpty()
                && state.openGrant().isEmpty();
        if (!live) {
            return Optional.empty();
        }
        AlreadyLive said = new AlreadyLive(
                AlreadyLive.KIND,
                plan.service(),
                plan.environment(),
                plan.version(),
                plan.digest(),
                request.id(),
                head.entry().number(),
                served.record().now());
        return Optional.of(served.record().sign(said.text()));
    }

    static void againAllowed(State state, ReleasePlan plan, SignedStatement request, List<String> problems) {
        boolean again = request.statement()
                .filter(asked -> asked.what().equals("{\"again\":true}"))
                .filter(asked -> !asked.reason().isBlank())
                .isPresent();
        if (again) {
            return;
        }
        if (state.succeeded(plan.version()).isPresent()) {
            problems.add(plan.version() + " was released here before; to release it again say `--again --reason …`");
        }
        if (state.markedBad(plan.version())) {
            problems.add(plan.version() + " is marked bad here ("
                    + state.bad().stream()
                            .filter(mark -> mark.version().equals(plan.version()))
                            .findFirst()
                            .map(State.BadMark::reason)
                            .orElse("")
                    + "); to release it nevertheless say `--again --reason …`");
        }
    }

    private static void stores(Served served, ReleasePlan plan, List<String> problems) {
        plan.databases().values().stream()
                .flatMap(database -> database.backupIfAny().stream())
                .map(Database.Backup::store)
                .distinct()
                .forEach(store -> BackupStores.of(served.settings(), store)
                        .ifPresentOrElse(
                                there -> prove(store, there, problems),
                                () -> problems.add("the worker's file has no store '" + store + "'; it has "
                                        + served.settings().storage().stores().keySet())));
    }

    /** A bucket that may not be written is found before anybody is asked; an outage of it is waited out. */
    private static void prove(String name, BackupStore store, List<String> problems) {
        try {
            store.prove();
        } catch (BackupFailed e) {
            problems.add("store " + name + ": " + e.getMessage());
        }
    }

    /**
     * Files that were edited, came too late, or stopped half-way would stop the release only after the approval.
     * Whether any are pending.
     */
    private boolean migrations(Served served, ReleasePlan plan, List<String> problems, List<String> notes) {
        try {
            Map<String, MigrationsLook.Seen> all = migrations.look(served, plan);
            all.forEach((name, seen) -> {
                MigrationStatus status = seen.status();
                status.problems().forEach(problem -> problems.add("database " + name + ": " + problem));
                status.notes().forEach(note -> notes.add("database " + name + ": " + note));
            });
            return all.values().stream()
                    .anyMatch(seen -> !seen.status().pending().isEmpty());
        } catch (MigrationFailed | DatabaseRefused e) {
            problems.add(e.getMessage());
            return false;
        }
    }

    private void targets(Served served, ReleasePlan plan, List<String> problems, List<String> notes, Pulse pulse) {
        for (Target target : plan.deploy()) {
            Deployer.Look look = deployers.of(target).look(served, plan, pulse);
            problems.addAll(look.problems());
            notes.addAll(look.notes());
        }
    }

    private void rules(Served served, ReleasePlan plan, List<String> problems) {
        if (!plan.watch().wanted()) {
            return;
        }
        try {
            sources.fit(plan, served.secrets());
        } catch (IllegalArgumentException e) {
            problems.add("watch: " + e.getMessage());
        }
    }
}
