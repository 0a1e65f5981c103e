package dev.slipway.notifying;

import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Entry;
import dev.slipway.record.Grant;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What people are told, in the words of the record; nothing where the record does not say so. */
final class Messages {

    static final String DECIDED = "decided";

    /** By which word of a plan's {@code on} an event is chosen. */
    static String topic(String event) {
        return switch (event) {
            case "reminder", "undecided" -> "waiting";
            case "deployed" -> "started";
            default -> event;
        };
    }

    Optional<Notification> of(Served served, NotifyRequest request) {
        Head head = served.record().head();
        Optional<Statement> asked = served.record()
                .kept(request.request())
                .flatMap(Messages::statement)
                .filter(statement -> statement.kind() == Kind.REQUEST || statement.kind() == Kind.ROLLBACK);
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        boolean isOutcome =
                Arrays.stream(Outcome.values()).anyMatch(one -> one.event().equals(request.event()));
        if (isOutcome) {
            return head.state()
                    .ended(request.request())
                    .filter(ended -> Outcome.valueOf(ended.outcome()).event().equals(request.event()))
                    .map(ended -> notification(request, ended.version(), outcome(served, ended), List.of()));
        }
        if (asked.get().kind() != Kind.REQUEST || !asked.get().plan().equals(request.plan())) {
            return Optional.empty();
        }
        Optional<ReleasePlan> plan = served.plan(request.plan());
        return plan.flatMap(of -> switch (request.event()) {
            case "waiting", "reminder" ->
                stillWaits(served, asked.get(), head)
                        ? Optional.of(keyed(
                                // after another release it is reviewed again, and waits for approvals anew
                                request.request() + "/" + request.event() + "/"
                                        + head.state().base().substring(0, 16),
                                request,
                                of.version(),
                                waiting(served, of, asked.get().lane(), request.event()),
                                List.of()))
                        : Optional.empty();
            case "deployed" -> deployed(served, request, head);
            case "undecided" ->
                openGrant(request, head)
                        .filter(Messages::watches)
                        .map(grant -> notification(request, of.version(), undecided(served, of), List.of()));
            default -> Optional.<Notification>empty();
        });
    }

    private static String outcome(Served served, State.Ended ended) {
        StringBuilder text = new StringBuilder();
        text.append(served.name()).append(' ').append(ended.version()).append(' ');
        text.append(Outcome.valueOf(ended.outcome()).words()).append(": ").append(ended.text());
        if (!ended.changed().isEmpty()) {
            text.append(". Changed: ").append(String.join("; ", ended.changed()));
        }
        if (!ended.safe()) {
            text.append(". It is not safe to leave it so: look with `slipway status ")
                    .append(served.name())
                    .append('`');
        }
        return text.toString();
    }

    private static String waiting(Served served, ReleasePlan plan, Lane lane, String event) {
        return served.name() + " " + plan.version()
                + (lane == Lane.HOTFIX ? " (hotfix)" : "")
                + (event.equals("reminder") ? " still waits for approval by " : " waits for approval by ")
                + names(plan.approval(lane).from()) + ": `slipway approve " + served.name() + "@" + plan.version()
                + "`";
    }

    private static String undecided(Served served, ReleasePlan plan) {
        return served.name() + " " + plan.version() + ": the watch can't decide; "
                + names(plan.rollback().by())
                + " decide: `slipway finish " + served.name() + "@" + plan.version()
                + "` or `slipway rollback " + served.name() + "`";
    }

    private static boolean stillWaits(Served served, Statement asked, Head head) {
        return !head.state().spent(asked.id())
                && head.state().ended(asked.id()).isEmpty()
                && served.record().now().isBefore(asked.expires());
    }

    private static Optional<Grant> openGrant(NotifyRequest request, Head head) {
        return head.state().openGrant().filter(grant -> grant.id().equals(request.request()));
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

    private static Optional<Statement> statement(String text) {
        try {
            return Optional.of(Statement.parse(text));
        } catch (MalformedStatement e) {
            return Optional.empty();
        }
    }

    private static Optional<Notification> deployed(Served served, NotifyRequest request, Head head) {
        return openGrant(request, head).filter(Messages::allDeployed).map(grant -> {
            List<String> undo = new ArrayList<>();
            for (int at = grant.steps().size() - 1; at >= 0; at--) {
                Step step = grant.steps().get(at);
                if (step.leftSomething() && !step.undo().isEmpty()) {
                    undo.add(step.undo());
                }
            }
            return notification(request, grant.version(), text(served, grant), undo);
        });
    }

    private static String text(Served served, Grant grant) {
        return served.name() + " " + grant.version() + " is deployed and being watched"
                + (grant.previousVersion().isEmpty() ? "" : "; before it was " + grant.previousVersion());
    }

    private static Notification notification(NotifyRequest request, String version, String text, List<String> undo) {
        return keyed(request.request() + "/" + request.event(), request, version, text, undo);
    }

    private static Notification keyed(
            String key, NotifyRequest request, String version, String text, List<String> undo) {
        return new Notification(key, request.event(), request.service(), request.environment(), version, text, undo);
    }

    private static String names(List<String> people) {
        return people.stream().collect(Collectors.joining(", "));
    }
    /** Of a word about the environment itself, as it stands in the record. */
    static Notification of(Served served, Entry entry) {
        return new Notification(
                entry.event().facts().getOrDefault("statements", "") + "/" + DECIDED,
                DECIDED,
                served.settings().service(),
                served.settings().environment(),
                "",
                served.name() + ": " + entry.event().text(),
                List.of());
    }
}
