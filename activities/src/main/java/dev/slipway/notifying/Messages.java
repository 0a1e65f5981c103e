package dev.slipway.notifying;

import dev.slipway.ledger.Head;
import dev.slipway.plan.Approval;
import dev.slipway.plan.Durations;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.Scope;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseActivities.NotifyRequest;
import dev.slipway.served.Served;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.MalformedStatement;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What people are told, in the words of the record; nothing where the record does not say so. An event is one method here,
 * one line in {@link #underWay}, and where it is no word of a plan's {@code on} itself one in {@link #topics}.
 */
final class Messages {

    static final String DECIDED = "decided";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    /** After these ends nobody is needed for what was asked on the way, where it is safe to leave it so. */
    private static final Set<Outcome> QUIET = EnumSet.of(Outcome.SUCCEEDED, Outcome.FAILED, Outcome.CANCELLED);

    /** How far back the steps of a release that has ended are looked for. */
    private static final int LOOKED_AT = 100;

    /** By which words of a plan's {@code on} an event is chosen. */
    static Set<String> topics(String event) {
        return switch (event) {
            case "reminder", "undecided", "asked" -> Set.of("waiting");
            case "deployed" -> Set.of("deployed", "started");
            case "budget-passed" -> Set.of("rolled-back", "rollback-failed");
            default -> Set.of(event);
        };
    }

    Optional<Notification> of(Served served, NotifyRequest request) {
        Head head = served.record().head();
        Optional<Statement> asked = kept(served, request.request())
                .filter(statement -> statement.kind() == Kind.REQUEST
                        || statement.kind() == Kind.ROLLBACK
                        || statement.kind() == Kind.RUN
                        || statement.kind() == Kind.RESTORE);
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        boolean isOutcome =
                Arrays.stream(Outcome.values()).anyMatch(one -> one.event().equals(request.event()));
        if (isOutcome) {
            return head.state()
                    .ended(request.request())
                    .filter(ended -> Outcome.valueOf(ended.outcome()).event().equals(request.event()))
                    .map(ended -> outcome(served, request, head, ended)
                            // a rollback by hand deploys no commit
                            .commit(
                                    asked.get().kind() == Kind.REQUEST
                                            ? served.plan(ended.plan())
                                                    .map(ReleasePlan::commit)
                                                    .orElse("")
                                            : ""));
        }
        if (request.event().equals("budget-passed")) {
            return head.state()
                    .openGrant()
                    .filter(grant -> grant.id().equals(request.request()))
                    .map(grant -> overBudget(served, request, grant));
        }
        boolean isRelease = asked.get().kind() == Kind.REQUEST || asked.get().kind() == Kind.RUN;
        if (!isRelease || !asked.get().plan().equals(request.plan())) {
            return Optional.empty();
        }
        return served.plan(request.plan()).flatMap(plan -> underWay(
                        served, request, new Release(plan, asked.get(), head))
                // a phase alone deploys no commit
                .map(notification -> notification.commit(asked.get().kind() == Kind.REQUEST ? plan.commit() : "")));
    }

    /** A release that has not ended, with what is known of it. */
    private record Release(ReleasePlan plan, Statement asked, Head head) {

        Optional<Grant> grant() {
            return head.state().openGrant().filter(grant -> grant.id().equals(asked.id()));
        }

        String label(Served served) {
            String phase = Scope.of(Optional.of(asked)).phase();
            return served.name() + " " + plan.version() + (phase.isEmpty() ? "" : " (" + phase + " alone)");
        }
    }

    private static Optional<Notification> underWay(Served served, NotifyRequest request, Release release) {
        return switch (request.event()) {
            case "waiting", "reminder" -> waiting(served, request, release);
            case "started" -> started(served, request, release);
            case "deployed" -> deployed(served, request, release);
            case "undecided" -> undecided(served, request, release);
            case "asked" -> asked(served, request, release);
            default -> Optional.empty();
        };
    }

    private static Optional<Notification> waiting(Served served, NotifyRequest request, Release release) {
        Statement asked = release.asked();
        State state = release.head().state();
        boolean stillWaits = !state.spent(asked.id())
                && state.ended(asked.id()).isEmpty()
                && served.record().now().isBefore(asked.expires());
        if (!stillWaits) {
            return Optional.empty();
        }
        Approval approval = release.plan().approval(asked.lane());
        String lane = asked.lane() == Lane.HOTFIX ? " (hotfix)" : "";
        boolean again = request.event().equals("reminder");
        Duration time = again ? approval.remind() : approval.expires();
        return Optional.of(new Draft(
                        // after another release it is reviewed again, and waits for approvals anew
                        request.request() + "/" + request.event() + "/"
                                + state.base().substring(0, 16),
                        request)
                .about(
                        release.plan().version(),
                        release.label(served) + lane + (again ? " still waits" : " waits") + " for approval by "
                                + String.join(", ", approval.from()))
                .line(approval.quorum() > 1 ? approval.quorum() + " of them have to say yes" : "")
                .line(askedBy(asked))
                .line("within " + Durations.text(time) + ", and before " + TIME.format(asked.expires()))
                .type("slipway approve " + served.name() + "@" + release.plan().version()));
    }

    private static Optional<Notification> started(Served served, NotifyRequest request, Release release) {
        return release.grant().map(grant -> {
            List<String> approvers = grant.approvals().stream()
                    .flatMap(id -> kept(served, id).stream())
                    .map(Statement::by)
                    .distinct()
                    .toList();
            return new Draft(request)
                    .about(grant.version(), release.label(served) + " has started")
                    .line(askedBy(release.asked()))
                    .line(approvers.isEmpty() ? "" : "approved by " + String.join(", ", approvers))
                    .line(
                            grant.previousVersion().isEmpty()
                                    ? "nothing was live before"
                                    : "before it was " + grant.previousVersion());
        });
    }

    private static Optional<Notification> deployed(Served served, NotifyRequest request, Release release) {
        return release.grant().filter(Messages::allDeployed).map(grant -> {
            boolean watched = grant.steps().stream().anyMatch(step -> step.kind() == StepKind.WATCH);
            List<String> undo = byHand(grant);
            return new Draft(request)
                    .about(
                            grant.version(),
                            release.label(served) + " is deployed" + (watched ? " and being watched" : ""))
                    .line(
                            grant.previousVersion().isEmpty()
                                    ? "nothing was live before"
                                    : "before it was " + grant.previousVersion())
                    .line(undo.isEmpty() ? "there is nothing that a command could go back to" : "")
                    .undo(undo);
        });
    }

    private static Optional<Notification> undecided(Served served, NotifyRequest request, Release release) {
        return release.grant().filter(Messages::watches).map(grant -> new Draft(request)
                .about(grant.version(), release.label(served) + ": the watch can't decide")
                .line(String.join(", ", release.plan().rollback().by())
                        + " decide: finish it, watch longer, or roll it back")
                .line("where nobody does within "
                        + Durations.text(release.plan().patience()) + ", it is rolled back")
                .type("slipway finish " + served.name() + "@" + grant.version())
                .type("slipway extend " + served.name() + "@" + grant.version() + " --for 10m")
                .type("slipway rollback " + served.name())
                .undo(byHand(grant)));
    }

    /** A step that did not come to its end, in a plan that asks what is to become of it. */
    private static Optional<Notification> asked(Served served, NotifyRequest request, Release release) {
        return release.grant().flatMap(grant -> grant.lastBegun()
                .filter(step -> step.state() == Step.StepState.FAILED || step.state() == Step.StepState.BEGAN)
                .map(step -> new Draft(request.request() + "/asked/" + step.number() + "/" + step.attempt(), request)
                        .about(
                                grant.version(),
                                release.label(served) + " failed at " + step.title() + " and asks what to do")
                        .line(step.summary())
                        .line(String.join(", ", release.plan().rollback().by())
                                + " decide: try again, roll back, or give up, within "
                                + Durations.text(release.plan().patience()))
                        .line(
                                step.kind() == StepKind.DEPLOY || step.kind() == StepKind.VERIFY
                                        ? "where nobody does, it is rolled back"
                                        : "where nobody does, it stops, and nothing is deployed")
                        .type("slipway retry " + served.name() + "@" + grant.version())
                        .type("slipway rollback " + served.name())
                        .type("slipway give-up " + served.name() + "@" + grant.version())
                        .undo(byHand(grant))));
    }

    private static Notification overBudget(Served served, NotifyRequest request, Grant grant) {
        Optional<ReleasePlan> plan = served.plan(grant.plan());
        boolean byHand = grant.kind().equals(Grant.ROLLBACK);
        Notification told = new Draft(request)
                .about(
                        grant.version(),
                        served.name() + ": the rollback to " + (byHand ? grant.version() : grant.previousVersion())
                                + " takes longer than "
                                + plan.map(of -> Durations.text(of.rollback().within()))
                                        .orElse("it may"))
                .line("it goes on; look at what holds it up");
        for (Map.Entry<String, String> contact :
                plan.map(ReleasePlan::contact).orElse(Map.of()).entrySet()) {
            told = told.line("contact, " + contact.getKey() + ": " + contact.getValue());
        }
        return told.type("slipway status " + served.name()).undo(byHand(grant));
    }

    private static Notification outcome(Served served, NotifyRequest request, Head head, State.Ended ended) {
        Outcome outcome = Outcome.valueOf(ended.outcome());
        Optional<ReleasePlan> plan = served.plan(ended.plan());
        boolean locked = head.state()
                .locked()
                .filter(lock -> lock.release().equals(served.name() + "@" + ended.version()))
                .isPresent();
        Notification told = new Draft(request)
                .about(ended.version(), headline(served, ended, outcome))
                .line(ended.text());
        for (String undone : undone(served, ended.request())) {
            told = told.line("undone: " + undone);
        }
        if (!ended.changed().isEmpty()) {
            told = told.line("changed: " + String.join("; ", ended.changed()));
        }
        if (outcome == Outcome.ROLLBACK_FAILED) {
            for (String target : serves(served, ended.request())) {
                told = told.line(target);
            }
        }
        if (outcome == Outcome.ROLLBACK_FAILED || !ended.safe()) {
            for (Map.Entry<String, String> contact :
                    plan.map(ReleasePlan::contact).orElse(Map.of()).entrySet()) {
                told = told.line("contact, " + contact.getKey() + ": " + contact.getValue());
            }
        }
        if (outcome == Outcome.ROLLBACK_FAILED) {
            told = told.type("slipway rollback " + served.name() + " --resume");
        }
        if (!ended.safe()) {
            told = told.line("it is not safe to leave it so").type("slipway status " + served.name());
        }
        if (locked) {
            told = told.line("the environment is locked until somebody who has looked unlocks it")
                    .type("slipway unlock " + served.name());
        }
        return told.line(states(served, ended.request()))
                .undo(leftToUndo(served, ended.request()))
                .about(told.subject(), QUIET.contains(outcome) && ended.safe());
    }

    /** A rollback by hand is known by where it went to: that version is the good one. */
    private static String headline(Served served, State.Ended ended, Outcome outcome) {
        if (!ended.workflow().startsWith("rollback:")) {
            return served.name() + " " + ended.version()
                    + (ended.phase().isEmpty() ? " " : " (" + ended.phase() + " alone) ") + outcome.words();
        }
        return served.name()
                + (outcome == Outcome.ROLLED_BACK
                        ? " was rolled back to " + ended.version()
                        : ": the rollback to " + ended.version() + " failed");
    }

    /** Of a word about the environment itself, as it stands in the record. */
    static Notification of(Served served, Entry entry) {
        Notification told = Notification.of(
                entry.event().facts().getOrDefault("statements", "") + "/" + DECIDED,
                DECIDED,
                served.settings().service(),
                served.settings().environment(),
                "",
                served.name() + ": " + entry.event().text());
        return entry.event().kind() == Event.Kind.UNLOCKED
                ? told.about(entry.event().release(), true).alsoOver(lockedBesides(served, entry))
                : told;
    }

    /** A lock covers what failed under it as well, such as the rollback by hand of what was locked first. */
    private static List<String> lockedBesides(Served served, Entry unlocked) {
        Instant since = served.record()
                .find(
                        LOOKED_AT,
                        entry -> entry.event().kind() == Event.Kind.UNLOCKED && entry.number() < unlocked.number())
                .map(before -> before.entry().time())
                .orElse(Instant.EPOCH);
        return served.record().head().state().history().stream()
                .filter(ended -> ended.time().isAfter(since) && !ended.time().isAfter(unlocked.time()))
                .filter(ended -> !QUIET.contains(Outcome.valueOf(ended.outcome())) || !ended.safe())
                .map(ended -> served.name() + "@" + ended.version())
                .filter(subject -> !subject.equals(unlocked.event().release()))
                .distinct()
                .toList();
    }

    static String askedBy(Statement asked) {
        return "asked by " + asked.by() + (asked.reason().isBlank() ? "" : ": " + asked.reason());
    }

    private static boolean watches(Grant grant) {
        return grant.steps().stream()
                .anyMatch(step -> step.kind() == StepKind.WATCH && step.state() == Step.StepState.BEGAN);
    }

    private static boolean allDeployed(Grant grant) {
        return grant.steps().stream()
                .filter(step -> step.kind() == StepKind.DEPLOY)
                .allMatch(step -> step.state() == Step.StepState.DONE);
    }

    /** Newest deed first. */
    private static List<String> byHand(Grant grant) {
        List<String> undo = new ArrayList<>();
        for (int at = grant.steps().size() - 1; at >= 0; at--) {
            Step step = grant.steps().get(at);
            if (step.leftSomething() && !step.appliedNothing() && !step.undo().isEmpty()) {
                undo.add(step.undo());
            }
        }
        return undo;
    }

    /** What the closing entry leaves to a person's hands. */
    private static List<String> leftToUndo(Served served, String request) {
        return served.record()
                .closing(request)
                .map(closed -> closed.entry()
                        .event()
                        .facts()
                        .getOrDefault("undo", "")
                        .lines()
                        .toList())
                .orElse(List.of());
    }

    /** What serves on each target, as the targets themselves said after a rollback that failed. */
    private static List<String> serves(Served served, String request) {
        return served.record()
                .find(
                        LOOKED_AT,
                        entry -> entry.event().kind() == Event.Kind.SURVEYED
                                && entry.event()
                                        .facts()
                                        .getOrDefault("request", "")
                                        .equals(request))
                .map(entry -> entry.entry().event().facts().entrySet().stream()
                        .filter(fact -> fact.getKey().startsWith("target "))
                        .map(Map.Entry::getValue)
                        .toList())
                .orElse(List.of());
    }

    /** What became of every step; empty where none was to be done. */
    private static String states(Served served, String request) {
        return granted(served, request)
                .map(grant -> grant.steps().stream()
                        .map(step -> step.title() + " " + state(step))
                        .collect(Collectors.joining(", ", "steps: ", "")))
                .orElse("");
    }

    private static String state(Step step) {
        return switch (step.state()) {
            case PLANNED -> "not reached";
            case BEGAN -> "broken off";
            case DONE -> step.facts().containsKey("skipped") ? "skipped" : "done";
            case FAILED -> "failed";
            case UNDONE -> "undone";
        };
    }

    /** The grant of a request, as the record knew it just before the end. */
    private static Optional<Grant> granted(Served served, String request) {
        return served.record()
                .find(LOOKED_AT, entry -> entry.state()
                        .openGrant()
                        .filter(grant -> grant.id().equals(request))
                        .isPresent())
                .flatMap(head -> head.state().openGrant());
    }

    /** What was taken back, as the record knew it just before the end. */
    private static List<String> undone(Served served, String request) {
        return granted(served, request)
                .map(grant -> grant.steps().stream()
                        .filter(step -> step.state() == Step.StepState.UNDONE)
                        .map(step -> step.summary().isEmpty() ? step.title() : step.summary())
                        .toList())
                .orElse(List.of());
    }

    static Optional<Statement> kept(Served served, String id) {
        return served.record().kept(id).flatMap(Messages::statement);
    }

    private static Optional<Statement> statement(String text) {
        try {
            return Optional.of(Statement.parse(text));
        } catch (MalformedStatement e) {
            return Optional.empty();
        }
    }

    /** Where a message begins. */
    private record Draft(String key, NotifyRequest request) {

        Draft(NotifyRequest request) {
            this(request.request() + "/" + request.event(), request);
        }

        Notification about(String version, String headline) {
            return Notification.of(key, request.event(), request.service(), request.environment(), version, headline);
        }
    }
}
