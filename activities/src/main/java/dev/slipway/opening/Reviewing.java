package dev.slipway.opening;

import dev.slipway.database.Connections;
import dev.slipway.database.backup.ScratchCopies;
import dev.slipway.database.migrations.MigrationTools;
import dev.slipway.database.preflight.Preflight;
import dev.slipway.database.reference.ReferenceData;
import dev.slipway.database.rehearsal.MigrationClass;
import dev.slipway.gates.Gates;
import dev.slipway.ledger.Head;
import dev.slipway.plan.Database;
import dev.slipway.plan.Durations;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Sizes;
import dev.slipway.process.Pulse;
import dev.slipway.record.Review;
import dev.slipway.record.Scope;
import dev.slipway.record.StepKind;
import dev.slipway.release.ReleaseActivities.ReviewRequest;
import dev.slipway.release.ReleaseActivities.ReviewResult;
import dev.slipway.served.Served;
import dev.slipway.source.Source;
import dev.slipway.trust.MalformedStatement;
import dev.slipway.trust.Statement;
import dev.slipway.watch.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Gathers what a person needs to say yes. Reads only, and runs nothing of the plan but its pending migrations, on a
 * throw-away copy of a backup that can reach nothing.
 */
public final class Reviewing {

    /** More would make the review too large to travel; the checkout has them all. */
    private static final int MOST_COMMITS = 100;

    private final Facts facts;
    private final Gates gates;
    private final PlannedDatabases databases;
    private final Rehearsing rehearsing;

    public Reviewing(
            MigrationTools tools,
            ReferenceData promotion,
            Gates gates,
            Connections connections,
            Preflight preflight,
            ScratchCopies scratch) {
        this.facts = new Facts(tools, promotion);
        this.gates = gates;
        this.databases = new PlannedDatabases(connections, preflight);
        this.rehearsing = new Rehearsing(tools, promotion, scratch);
    }

    public ReviewResult review(Served served, ReviewRequest request, Pulse pulse) {
        long began = System.nanoTime();
        ReleasePlan plan = served.plan(request.plan())
                .orElseThrow(() -> new Refused(List.of("the plan was not seen by a preflight of this environment")));
        Statement asked = served.record()
                .kept(request.request())
                .map(Reviewing::statement)
                .orElseThrow(() -> new Refused(List.of("the request was not seen by a preflight of this environment")));
        Scope scope = Scope.of(Optional.of(asked));
        Facts.Found found = facts.find(served, plan, scope, pulse);
        if (!found.problems().isEmpty()) {
            throw new Refused(found.problems());
        }
        Rehearsing.Told told =
                rehearsing.tell(served, plan, scope.has(StepKind.MIGRATE) ? found.pending() : List.of(), began, pulse);
        if (!told.problems().isEmpty()) {
            throw new Refused(told.problems());
        }
        Head head = served.record().head();
        List<Source.Commit> commits =
                served.source().between(head.state().live().commit(), plan.commit());
        List<String> authors = authors(plan, commits);
        Review review = new Review(
                Review.FORMAT,
                plan.service(),
                plan.environment(),
                plan.version(),
                plan.commit(),
                plan.digest(),
                request.request(),
                asked.by(),
                head.state().base(),
                found.hash(),
                head.state().policy(),
                new Review.Live(
                        head.state().live().version(),
                        head.state().live().commit(),
                        head.state().live().since()),
                scope.has(StepKind.BACKUP) ? backups(plan) : List.of(),
                scope.has(StepKind.MIGRATE) ? told.migrations() : List.of(),
                scope.has(StepKind.REFERENCE_DATA) ? found.referenceData() : List.of(),
                scope.whole() ? targets(plan, head) : List.of(),
                scope.whole() ? config(plan, live(served, head)) : List.of(),
                scope.whole() ? watch(plan) : List.of(),
                scope.changesSomething() ? notUndone(plan, told) : List.of(),
                served.record().now(),
                asked.lane().word(),
                commits.stream()
                        .limit(MOST_COMMITS)
                        .map(commit -> new Review.Commit(commit.id(), commit.author(), commit.subject()))
                        .toList(),
                authors,
                gates.look(served, plan, asked.lane(), pulse).passed(),
                Stream.of(databases.look(served, plan).warnings(), found.notes(), told.warnings())
                        .flatMap(List::stream)
                        .map(served.secrets()::redact)
                        .toList(),
                told.rehearsals(),
                scope.phase(),
                found.promotions());
        String text = review.text();
        served.record().keep(text);
        return new ReviewResult(
                served.record().sign(text),
                review.hash(),
                authors,
                told.warnings().stream().map(served.secrets()::redact).toList());
    }

    /** Those of the plan's people whose addresses stand in the commits. */
    private static List<String> authors(ReleasePlan plan, List<Source.Commit> commits) {
        TreeSet<String> authors = new TreeSet<>();
        plan.identities().forEach((person, known) -> {
            if (commits.stream()
                    .anyMatch(commit -> known.emails().stream().anyMatch(commit.email()::equalsIgnoreCase))) {
                authors.add(person);
            }
        });
        return List.copyOf(authors);
    }

    private static Statement statement(String statement) {
        try {
            return Statement.parse(statement);
        } catch (MalformedStatement e) {
            throw new Refused(List.of("the kept request is no statement: " + e.getMessage()));
        }
    }

    private static List<String> backups(ReleasePlan plan) {
        List<String> lines = new ArrayList<>();
        plan.databases().forEach((name, database) -> database.backupIfAny()
                .ifPresentOrElse(
                        backup -> lines.add(name + " to " + backup.store() + ", " + proof(backup)),
                        () -> lines.add(name + ": no backup")));
        return lines;
    }

    private static String proof(Database.Backup backup) {
        if (!backup.verify().equals("restore")) {
            return "read back whole";
        }
        return "restored and compared"
                + backup.unless().stream()
                        .findFirst()
                        .map(unless -> "; only read back whole where it is "
                                + (unless.largerThan() > 0 ? "larger than " + Sizes.text(unless.largerThan()) : "")
                                + (unless.largerThan() > 0
                                                && !unless.longerThan().isZero()
                                        ? " or "
                                        : "")
                                + (unless.longerThan().isZero()
                                        ? ""
                                        : "slower than " + Durations.text(unless.longerThan())))
                        .orElse("");
    }

    private static List<String> targets(ReleasePlan plan, Head head) {
        return plan.deploy().stream()
                .map(target -> {
                    String live = head.state().live().targets().getOrDefault(target.name(), "");
                    return target.name() + " to " + plan.version()
                            + (live.isEmpty()
                                    ? ", the record knows of nothing to go back to"
                                    : ", back to " + live + " if it goes wrong");
                })
                .toList();
    }

    /** The plan that serves now, where the record has kept it. */
    private static Optional<ReleasePlan> live(Served served, Head head) {
        return served.plan(head.state().live().plan());
    }

    /** Names, with what is different from what serves now; never a value. */
    private static List<String> config(ReleasePlan plan, Optional<ReleasePlan> live) {
        Map<String, String> now = named(plan);
        List<String> lines = new ArrayList<>();
        if (live.isEmpty()) {
            return List.copyOf(now.keySet());
        }
        Map<String, String> before = named(live.get());
        now.forEach((name, value) -> lines.add(
                name + (!before.containsKey(name) ? " (new)" : before.get(name).equals(value) ? "" : " (changed)")));
        before.keySet().stream().filter(name -> !now.containsKey(name)).forEach(name -> lines.add(name + " (removed)"));
        return lines;
    }

    private static Map<String, String> named(ReleasePlan plan) {
        Map<String, String> named = new TreeMap<>();
        plan.deploy().forEach(target -> target.config()
                .forEach((name, value) -> named.put(target.name() + ": " + name, value)));
        return named;
    }

    private static List<String> watch(ReleasePlan plan) {
        return plan.watch().rollbackWhen().stream()
                .map(rule -> Rule.parse(rule).words())
                .toList();
    }

    private static List<String> notUndone(ReleasePlan plan, Rehearsing.Told told) {
        List<String> lines = new ArrayList<>();
        if (!told.migrations().isEmpty()) {
            lines.add("migrations stay applied when the deployment is rolled back");
        }
        told.rehearsals().stream()
                .filter(rehearsal -> rehearsal.kind().equals(MigrationClass.ONE_WAY.word()))
                .forEach(rehearsal -> lines.add("the migrations of " + rehearsal.database()
                        + " are one-way: the version that is live now may not run on the new schema"));
        if (plan.databases().values().stream()
                .anyMatch(database -> database.referenceDataIfAny().isPresent())) {
            lines.add("reference data stays promoted");
        }
        return lines;
    }
}
