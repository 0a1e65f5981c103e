package dev.slipway.notifying;

import dev.slipway.deciding.Deciding;
import dev.slipway.opening.Authority;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.process.Pulse;
import dev.slipway.record.Entry;
import dev.slipway.release.ReleaseActivities.NotifyResult;
import dev.slipway.served.Served;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people of a word about an environment as soon as it stands in the record, by the worker itself: who can only reach
 * Temporal cannot keep it from them. Nobody waits for a channel.
 */
public final class Announcing {

    private static final Logger LOG = LoggerFactory.getLogger(Announcing.class);

    private final Notifying notifying;
    private final ExecutorService beside = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "announcing");
        thread.setDaemon(true);
        return thread;
    });

    public Announcing(Notifying notifying) {
        this.notifying = notifying;
    }

    public void tell(Served served, Entry entry) {
        LOG.warn("{}: {}", served.name(), entry.event().text());
        boolean loud = List.of(entry.event().facts().getOrDefault("by", "").split(", "))
                .contains(Deciding.RECOVERY);
        beside.execute(() -> {
            try {
                Optional<ReleasePlan> plan =
                        Authority.of(served, served.record().head().state()).plan();
                NotifyResult result = notifying.tell(served, entry, plan, loud, Pulse.unheard());
                result.failed().forEach(failure -> LOG.warn("{}: not told: {}", served.name(), failure));
            } catch (RuntimeException e) {
                LOG.warn("{}: not told", served.name(), e);
            }
        });
    }
}
