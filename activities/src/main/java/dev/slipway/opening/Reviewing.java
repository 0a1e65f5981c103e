package dev.slipway.opening;

import dev.slipway.database.Connections;
import dev.slipway.database.backup.ScratchCopies;
import dev.slipway.database.migrations.MigrationTools;
import dev.slipway.database.preflight.Preflight;
import dev.slipway.database.reference.ReferenceData;
import dev.slipway.gates.Gates;
import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.process.Pulse;
import dev.slipway.record.Review;
import dev.slipway.record.Scope;
import dev.slipway.record.State;
import dev.slipway.record.StepKind;
import dev.slipway.release.ReleaseActivities.ReviewRequest;
import dev.slipway.release.ReleaseActivities.ReviewResult;
import dev.slipway.served.Served;
import dev.slipway.source.Source;
import dev.slipway.trust.MalformedStatement;
import dev.slipway.trust.Statement;
import java.util.List;
import java.util.Optional;
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

    /** What a person reads before saying yes, signed by the environment's key. */
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
        Review review = review(served, request, new Gathered(plan, asked, scope, found, told), pulse);
        String text = review.text();
        served.record().keep(text);
        return new ReviewResult(
                served.record().sign(text),
                review.hash(),
                review.authors(),
                told.warnings().stream().map(served.secrets()::redact).toList());
    }

    /** What a review is made of, beside the record. */
    private record Gathered(ReleasePlan plan, Statement asked, Scope scope, Facts.Found found, Rehearsing.Told told) {}

    private Review review(Served served, ReviewRequest request, Gathered gathered, Pulse pulse) {
        ReleasePlan plan = gathered.plan();
        Scope scope = gathered.scope();
        Facts.Found found = gathered.found();
        Rehearsing.Told told = gathered.told();
        Head head = served.record().head();
        State.Live live = head.state().live();
        List<Source.Commit> commits = served.source().between(live.commit(), plan.commit());
        return new Review(
                Review.FORMAT,
                plan.service(),
                plan.environment(),
                plan.version(),
                plan.commit(),
                plan.digest(),
                request.request(),
                gathered.asked().by(),
                head.state().base(),
                found.hash(),
                head.state().policy(),
                new Review.Live(live.version(), live.commit(), live.since()),
                scope.has(StepKind.BACKUP) ? ReviewLines.backups(plan) : List.of(),
                scope.has(StepKind.MIGRATE) ? told.migrations() : List.of(),
                scope.has(StepKind.REFERENCE_DATA) ? found.referenceData() : List.of(),
                scope.whole() ? ReviewLines.targets(plan, head.state()) : List.of(),
                scope.whole() ? ReviewLines.config(plan, served.plan(live.plan())) : List.of(),
                scope.whole() ? ReviewLines.watch(plan) : List.of(),
                scope.changesSomething() ? ReviewLines.notUndone(plan, told) : List.of(),
                served.record().now(),
                gathered.asked().lane().word(),
                commits.stream()
                        .limit(MOST_COMMITS)
                        .map(commit -> new Review.Commit(commit.id(), commit.author(), commit.subject()))
                        .toList(),
                authors(plan, commits),
                gates.look(served, plan, gathered.asked().lane(), pulse).passed(),
                Stream.of(
                                databases.look(served, plan).warnings(),
                                found.notes(),
                                told.warnings(),
                                scope.whole() ? ReviewLines.unknown(plan, head.state()) : List.<String>of(),
                                scope.whole() ? ReviewLines.halfBack(plan, head.state()) : List.<String>of())
                        .flatMap(List::stream)
                        .map(served.secrets()::redact)
                        .toList(),
                told.rehearsals(),
                scope.phase(),
                found.promotions());
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
}
