package dev.slipway.notifying;

import dev.slipway.ledger.Head;
import dev.slipway.notifying.NotificationChannel.NotSent;
import dev.slipway.plan.Channel;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.process.Pulse;
import dev.slipway.record.Entry;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.release.ReleaseActivities.NotifyRequest;
import dev.slipway.release.ReleaseActivities.NotifyResult;
import dev.slipway.secrets.SecretUnavailable;
import dev.slipway.served.Served;
import dev.slipway.steps.Unavailable;
import dev.slipway.trust.Sha256;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import okhttp3.OkHttpClient;

/**
 * Tells people what happened: from the record, never from what the activity was handed, so that nobody who can only reach
 * Temporal can put words into a notification. Every channel is told beside the others; one that fails is reported, never a
 * reason to stop.
 */
public final class Notifying {

    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** The longest that a channel is waited for between two tries, also where it asks for more. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** All tries and pauses of a channel, within what the activity has. */
    private static final Duration LONGEST = Duration.ofSeconds(100);

    private final Messages messages = new Messages();
    private final Channels channels;
    private final Duration pause;
    private final ExecutorService beside = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "notifying");
        thread.setDaemon(true);
        return thread;
    });

    public Notifying(OkHttpClient client) {
        this(client, LIMIT, PAUSE);
    }

    Notifying(OkHttpClient client, Duration limit, Duration pause) {
        this.channels = new Channels(client, limit, Clock.systemUTC());
        this.pause = pause;
    }

    /** What of a plan's channels would fail later. */
    public List<String> problems(Served served, ReleasePlan plan) {
        return channels.problems(served, plan.channels());
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
        return tell(
                served,
                plan.get().channels(),
                channel -> Channels.wants(channel, notification.get(), false),
                notification.get(),
                pulse);
    }

    /**
     * Tells of a word about the environment itself, by the channels of the plan that holds there.
     *
     * @param loud whether it goes to every channel, whatever that is for
     */
    public NotifyResult tell(Served served, Entry entry, Optional<ReleasePlan> plan, boolean loud, Pulse pulse) {
        Notification notification = Messages.of(served, entry);
        return tell(
                served,
                plan.map(ReleasePlan::channels).orElse(List.of()),
                channel -> Channels.wants(channel, notification, loud),
                notification,
                pulse);
    }

    /** Tells one channel, whatever that is for, and returns when that is done or given up. */
    NotifyResult tell(Served served, Channel channel, Notification notification) {
        return tell(served, List.of(channel), each -> true, notification, Pulse.unheard());
    }

    /** How it went with one channel; a failure begins with which channel it was. */
    private sealed interface Told {
        record Sent(String name) implements Told {}

        record Before(String name) implements Told {}

        record Failed(String why) implements Told {}
    }

    private NotifyResult tell(
            Served served, List<Channel> all, Predicate<Channel> wanted, Notification notification, Pulse pulse) {
        Notification bounded = notification.bounded(served.secrets()::redact);
        List<Future<Told>> telling = new ArrayList<>();
        int number = 0;
        for (Channel channel : all) {
            number++;
            if (wanted.test(channel)) {
                int place = number;
                telling.add(beside.submit(() -> tell(served, channel, bounded, place)));
            }
        }
        List<String> sent = new ArrayList<>();
        List<String> before = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        Instant end = Instant.now().plus(LONGEST);
        try {
            for (Future<Told> one : telling) {
                Told told = await(one, end, pulse);
                if (told instanceof Told.Sent now) {
                    sent.add(now.name());
                } else if (told instanceof Told.Before already) {
                    before.add(already.name());
                } else if (told instanceof Told.Failed failure) {
                    failed.add(failure.why());
                }
            }
        } finally {
            telling.forEach(one -> one.cancel(true));
        }
        return new NotifyResult(sent, failed, before);
    }

    private static Told await(Future<Told> telling, Instant end, Pulse pulse) {
        while (true) {
            try {
                return telling.get(500, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                pulse.beat("tells people");
                if (Instant.now().isAfter(end)) {
                    return new Told.Failed("a channel did not come to an end within " + LONGEST.toSeconds() + " s");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                pulse.beat("tells people");
                return new Told.Failed("the worker was stopped before people were told");
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException unexpected) {
                    throw unexpected;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** @param place where the channel stands in the plan's {@code notify}, from 1 */
    private Told tell(Served served, Channel channel, Notification notification, int place) {
        String key = notification.key() + " " + place;
        String which = "notify " + place;
        try {
            NotificationChannel to = channels.of(served, channel);
            which += " (" + to.name() + ")";
            if (Files.exists(markFile(served, key))) {
                return new Told.Before(to.name());
            }
            send(to, notification);
            mark(served, key);
            return new Told.Sent(to.name());
        } catch (NotSent | SecretUnavailable e) {
            return new Told.Failed(which + ": " + served.secrets().redact(e.getMessage()));
        }
    }

    private void send(NotificationChannel channel, Notification notification) throws NotSent {
        Instant end = Instant.now().plus(PATIENCE);
        for (int attempt = 1; ; attempt++) {
            try {
                channel.send(notification);
                return;
            } catch (NotSent failure) {
                Duration wait = failure.after()
                        .filter(asked -> asked.compareTo(pause) > 0)
                        .orElse(pause.multipliedBy(attempt));
                if (attempt == TRIES
                        || !failure.again()
                        || Instant.now().plus(wait).isAfter(end)) {
                    throw failure;
                }
                try {
                    Thread.sleep(wait.toMillis());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw failure;
                }
            }
        }
    }

    /** A mark after the sending: after a crash in between it is sent again, with the same key. */
    private static void mark(Served served, String key) {
        Path file = markFile(served, key);
        try {
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        } catch (FileAlreadyExistsException already) {
            // another attempt sent it too; the receiver has the key
        } catch (IOException e) {
            throw new Unavailable("'" + file + "' can't be written: " + e.getMessage());
        }
    }

    private static Path markFile(Served served, String key) {
        return served.settings().storage().state().resolve("notified").resolve(Sha256.hex(key));
    }

    private static Optional<ReleasePlan> planOf(Served served, NotifyRequest request) {
        Head head = served.record().head();
        Optional<String> ended = head.state().ended(request.request()).map(State.Ended::plan);
        // a rollback by hand names no plan: it goes by the one of the version that it goes back to
        Optional<String> open = head.state()
                .openGrant()
                .filter(grant -> grant.id().equals(request.request()))
                .map(Grant::plan);
        return served.plan(ended.or(() -> open).orElse(request.plan()));
    }
}
