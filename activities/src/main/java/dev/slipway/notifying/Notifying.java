package dev.slipway.notifying;

import dev.slipway.ledger.Head;
import dev.slipway.notifying.NotificationChannel.NotSent;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.process.Pulse;
import dev.slipway.record.Entry;
import dev.slipway.record.State;
import dev.slipway.release.ReleaseActivities.NotifyRequest;
import dev.slipway.release.ReleaseActivities.NotifyResult;
import dev.slipway.secrets.SecretUnavailable;
import dev.slipway.served.Served;
import dev.slipway.trust.Json;
import dev.slipway.trust.Sha256;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import okhttp3.OkHttpClient;

/**
 * Tells people what happened: from the record, never from what the activity was handed, so that nobody who can only reach
 * Temporal can put words into a notification. A channel that fails is reported, never a reason to stop.
 */
public final class Notifying {

    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Messages messages = new Messages();
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
        Optional<Notification> notification = messages.of(served, request);
        Optional<ReleasePlan> plan = planOf(served, request);
        if (notification.isEmpty()
                && served.record().head().state().ended(request.request()).isPresent()) {
            // the release was over before it could be told that it is under way; its end is told
            return new NotifyResult(List.of(), List.of());
        }
        if (notification.isEmpty() || plan.isEmpty()) {
            return new NotifyResult(List.of(), List.of("nothing in the record says '" + request.event() + "'"));
        }
        String topic = Messages.topic(request.event());
        return tell(
                served,
                plan.get().channels(),
                channel -> channel.on().isEmpty() || channel.on().contains(topic),
                notification.get(),
                pulse);
    }

    /**
     * Tells of a word about the environment itself, by the channels of the plan that holds there.
     *
     * @param loud whether it goes to every channel, whatever that is for
     */
    public NotifyResult tell(Served served, Entry entry, Optional<ReleasePlan> plan, boolean loud, Pulse pulse) {
        return tell(
                served,
                plan.map(ReleasePlan::channels).orElse(List.of()),
                channel -> loud || channel.on().isEmpty() || channel.on().contains(Messages.DECIDED),
                Messages.of(served, entry),
                pulse);
    }

    private NotifyResult tell(
            Served served,
            List<ReleasePlan.Channel> channels,
            Predicate<ReleasePlan.Channel> wanted,
            Notification notification,
            Pulse pulse) {
        List<String> sent = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        int number = 0;
        for (ReleasePlan.Channel channel : channels) {
            number++;
            if (!wanted.test(channel)) {
                continue;
            }
            try {
                NotificationChannel to = channel(served, channel);
                if (once(served, notification.key() + " " + number)) {
                    continue;
                }
                send(to, notification, pulse);
                mark(served, notification.key() + " " + number);
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
}
