package dev.slipway.notifying;

import dev.slipway.ledger.Head;
import dev.slipway.notifying.NotificationChannel.NotSent;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.process.Pulse;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseActivities.NotifyRequest;
import dev.slipway.release.ReleaseActivities.NotifyResult;
import dev.slipway.secrets.SecretUnavailable;
import dev.slipway.served.Served;
import dev.slipway.trust.Json;
import dev.slipway.trust.Kind;
import dev.slipway.trust.MalformedStatement;
import dev.slipway.trust.Sha256;
import dev.slipway.trust.Statement;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;

/**
 * Tells people what happened: from the record, never from what the activity was handed, so that nobody who can only reach
 * Temporal can put words into a notification. A channel that fails is reported, never a reason to stop.
 */
public final class Notifying {

    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final OkHttpClient client;
    private final Duration limit;
    private final Duration pause;

    public Notifying(OkHttpClient client) {
        this(client, LIMIT, PAUSE);
    }

    Notifying(OkHttpClient client, Duration limit, Duration pause) {
        this.client = client;
        this.limit = limit;
        this.pause = pause;
    }

    public NotifyResult tell(Served served, NotifyRequest request, Pulse pulse) {
        Optional<Notification> notification = compose(served, request);
        Optional<ReleasePlan> plan = planOf(served, request);
        if (notification.isEmpty()
                && served.record().head().state().ended(request.request()).isPresent()) {
            // the release was over before it could be told that it is under way; its end is told
            return new NotifyResult(List.of(), List.of());
        }
        if (notification.isEmpty() || plan.isEmpty()) {
            return new NotifyResult(List.of(), List.of("nothing in the record says '" + request.event() + "'"));
        }
        List<String> sent = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        int number = 0;
        for (ReleasePlan.Channel channel : plan.get().channels()) {
            number++;
            if (!channel.on().isEmpty() && !channel.on().contains(request.event())) {
                continue;
            }
            try {
                NotificationChannel to = channel(served, channel);
                if (once(served, notification.get().key() + " " + number)) {
                    continue;
                }
                send(to, notification.get(), pulse);
                mark(served, notification.get().key() + " " + number);
                sent.add(to.name());
            } catch (NotSent | SecretUnavailable e) {
                failed.add(e.getMessage());
            }
        }
        return new NotifyResult(sent, failed);
    }

    private NotificationChannel channel(Served served, ReleasePlan.Channel channel) {
        return channel.log()
                ? new LogChannel()
                : new WebhookChannel(served.secrets().resolve(channel.webhook()), client, limit, Json.mapper());
    }

    private void send(NotificationChannel channel, Notification notification, Pulse pulse) throws NotSent {
        for (int attempt = 1; ; attempt++) {
            try {
                channel.send(notification);
                return;
            } catch (NotSent failure) {
                if (attempt == TRIES || !failure.again()) {
                    throw failure;
                }
                pulse.beat(channel.name() + ": " + failure.getMessage());
                try {
                    Thread.sleep(pause.toMillis());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw failure;
                }
            }
        }
    }

    /** A mark after the sending: after a crash in between it is sent again, with the same key. */
    private static boolean once(Served served, String key) {
        return Files.exists(markFile(served, key));
    }

    private static void mark(Served served, String key) {
        Path file = markFile(served, key);
        try {
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        } catch (FileAlreadyExistsException already) {
            // another attempt sent it too; the receiver has the key
        } catch (IOException e) {
            throw new dev.slipway.steps.Unavailable("'" + file + "' can't be written: " + e.getMessage());
        }
    }

    private static Path markFile(Served served, String key) {
        return served.settings().state().resolve("notified").resolve(Sha256.hex(key));
    }

    private static Optional<ReleasePlan> planOf(Served served, NotifyRequest request) {
        Head head = served.record().head();
        Optional<String> ended = head.state().ended(request.request()).map(State.Ended::plan);
        return served.plan(ended.orElse(request.plan()));
    }

    private Optional<Notification> compose(Served served, NotifyRequest request) {
        Head head = served.record().head();
        Optional<Statement> asked = served.record()
                .kept(request.request())
                .flatMap(Notifying::statement)
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
            case "waiting" ->
                stillWaits(served, asked.get(), head)
                        ? Optional.of(keyed(
                                // after another release it is reviewed again, and waits for approvals anew
                                request.request() + "/waiting/"
                                        + head.state().base().substring(0, 16),
                                request,
                                of.version(),
                                waiting(served, of),
                                List.of()))
                        : Optional.empty();
            case "deployed" -> deployed(served, request, head);
            case "undecided" ->
                openGrant(request, head)
                        .filter(Notifying::watches)
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

    private static String waiting(Served served, ReleasePlan plan) {
        return served.name() + " " + plan.version() + " waits for approval by "
                + names(plan.approval().from()) + ": `slipway approve " + served.name() + "@" + plan.version() + "`";
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
        return openGrant(request, head).filter(Notifying::allDeployed).map(grant -> {
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
}
