package dev.slipway.notifying;

import dev.slipway.ledger.Head;
import dev.slipway.notifying.SummaryMarks.Begin;
import dev.slipway.notifying.SummaryMarks.Point;
import dev.slipway.notifying.SummaryMarks.Turn;
import dev.slipway.plan.Channel;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Entry;
import dev.slipway.record.State;
import dev.slipway.release.ReleaseActivities.NotifyResult;
import dev.slipway.served.Served;
import dev.slipway.served.ServedEnvironments;
import dev.slipway.trust.CanonicalJson;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the channels that want it, once a day, of what has happened in an environment since they were told last. The record
 * is what is told from, and beside it stands what was told: any worker goes on where any other one ended.
 */
public final class DailySummaries {

    private static final Logger LOG = LoggerFactory.getLogger(DailySummaries.class);

    /** How far back the first summary of a channel may begin, in entries. */
    private static final int LOOKED_AT = 2000;

    private final ServedEnvironments environments;
    private final Notifying notifying;

    /** The newest day of each channel with which nothing is left to do. */
    private final Map<String, LocalDate> over = new ConcurrentHashMap<>();

    /** What has gone wrong with each environment, to be said once. */
    private final Map<String, String> trouble = new ConcurrentHashMap<>();

    public DailySummaries(ServedEnvironments environments, Notifying notifying) {
        this.environments = environments;
        this.notifying = notifying;
    }

    /** Sends what is due. Nothing that goes wrong with one environment keeps another one's from being sent. */
    public void look() {
        for (Served served : environments.all()) {
            try {
                look(served);
                trouble.remove(served.name());
            } catch (RuntimeException e) {
                String what = String.valueOf(e.getMessage());
                if (!what.equals(trouble.put(served.name(), what))) {
                    LOG.warn("{}: no daily summary for now; it is tried again: {}", served.name(), what);
                }
            }
        }
    }

    private void look(Served served) {
        Optional<Head> head = served.record().headIfAny();
        // what nobody has released yet says nothing about whom to tell
        Optional<ReleasePlan> inForce =
                head.map(newest -> newest.state().live().plan()).flatMap(served::plan);
        if (inForce.isEmpty()) {
            return;
        }
        Map<String, Integer> same = new HashMap<>();
        for (Channel channel : inForce.get().channels()) {
            if (channel.daily()) {
                String id = id(channel, same);
                look(served, head.get(), inForce.get(), channel, id);
            }
        }
    }

    private void look(Served served, Head head, ReleasePlan plan, Channel channel, String id) {
        Instant now = served.record().now();
        Slot slot = Slot.at(now, LocalTime.parse(channel.at()), ZoneId.of(plan.zone()));
        String key = served.name() + "/summary/" + id;
        if (slot.date().equals(over.get(key))) {
            return;
        }
        SummaryMarks marks = new SummaryMarks(served.record(), id);
        Begin begin = marks.begin(now, () -> start(served, head, slot));
        if (!slot.due().isAfter(begin.since())) {
            over.put(key, slot.date());
            return;
        }
        Turn turn = marks.turn(slot.date(), now, () -> Point.of(head, now));
        if (turn instanceof Turn.Over) {
            over.put(key, slot.date());
        } else if (turn instanceof Turn.Mine mine) {
            Summary summary = new Summary(served, plan, marks.before(slot.date(), begin), mine.to());
            Optional<Notification> told = summary.of(key + "/" + slot.date(), channel);
            if (told.isEmpty() || send(served, channel, told.get())) {
                marks.sent(slot.date(), mine.to());
            }
        }
    }

    private boolean send(Served served, Channel channel, Notification summary) {
        NotifyResult result = notifying.tell(served, channel, summary);
        result.failed()
                .forEach(failure -> LOG.warn(
                        "{}: the daily summary was not sent; what it says goes into the next one: {}",
                        served.name(),
                        failure));
        return result.failed().isEmpty();
    }

    /**
     * Where a channel begins that was never told: with the day, or with the release that brought it, whichever is earlier. In
     * an environment where nothing was live before, that is everything.
     */
    private static Point start(Served served, Head head, Slot slot) {
        State.Live live = head.state().live();
        Instant released = head.state().history().stream()
                .filter(ended ->
                        ended.version().equals(live.version()) && ended.plan().equals(live.plan()))
                .map(State.Ended::started)
                .findFirst()
                .orElse(live.since());
        Instant from = released.isBefore(slot.due()) ? released : slot.due();
        Point[] after = {new Point(0, Instant.EPOCH, from)};
        served.record().walk(LOOKED_AT, each -> {
            Entry entry = each.entry();
            boolean told = !entry.time().isBefore(from)
                    || entry.state().live().version().isEmpty();
            if (!told) {
                after[0] = new Point(entry.number(), entry.time(), from);
            }
            return told;
        });
        return after[0];
    }

    /** Where it goes to, whatever else the plan says of it: a channel goes on where it was when the time changes. */
    private static String id(Channel channel, Map<String, Integer> same) {
        String where = CanonicalJson.sha256(new Channel(
                        channel.webhook(),
                        channel.log(),
                        channel.slack(),
                        channel.email(),
                        channel.pagerDuty(),
                        channel.github(),
                        List.of(),
                        ""))
                .substring(0, 16);
        int number = same.merge(where, 1, Integer::sum);
        return number == 1 ? where : where + "." + number;
    }
}
