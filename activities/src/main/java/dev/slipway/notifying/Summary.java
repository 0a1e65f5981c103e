package dev.slipway.notifying;

import dev.slipway.notifying.SummaryMarks.Point;
import dev.slipway.plan.Approval;
import dev.slipway.plan.Channel;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.release.Outcome;
import dev.slipway.served.Served;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What happened in an environment between two places of its record, in its words and for a person who has one minute. */
final class Summary {

    static final String EVENT = "summary";

    /** So many entries are looked through; a release has about ten. */
    private static final int LOOKED_AT = 5000;

    /** So many of the newest happenings are told one by one. */
    private static final int MOST = 30;

    private static final int MOST_WAITING = 10;

    private final Served served;
    private final ReleasePlan plan;
    private final Point after;
    private final Point to;
    private final DateTimeFormatter time;

    /** @param plan the one in force: its zone is the one that people think in */
    Summary(Served served, ReleasePlan plan, Point after, Point to) {
        this.served = served;
        this.plan = plan;
        this.after = after;
        this.to = to;
        this.time = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm").withZone(ZoneId.of(plan.zone()));
    }

    /**
     * One thing that happened.
     *
     * @param topics the words of a plan's {@code on} that choose it
     * @param what it is counted as
     */
    private record Happening(Set<String> topics, String what, String line) {}

    /** What was read of the record, newest first. */
    private static final class Read {
        private State state = State.empty();
        private final List<Happening> happenings = new ArrayList<>();
        private final Set<String> over = new HashSet<>();
        private boolean more;
    }

    /** @return empty where nothing happened that the channel is for */
    Optional<Notification> of(String key, Channel channel) {
        Read read = read();
        List<Happening> happened = read.happenings.stream()
                .filter(each -> channel.on().isEmpty() || channel.on().stream().anyMatch(each.topics()::contains))
                .toList();
        List<Statement> waiting = channel.on().isEmpty() || channel.on().contains("waiting")
                ? Asked.waiting(served, read.state, to.until())
                : List.of();
        if (happened.isEmpty() && waiting.isEmpty()) {
            return Optional.empty();
        }
        Notification told = Notification.of(
                key,
                EVENT,
                served.settings().service(),
                served.settings().environment(),
                read.state.live().version(),
                headline(happened, waiting.size()));
        told = told.line(
                read.state.live().version().isEmpty()
                        ? "nothing is live"
                        : "live: " + read.state.live().version());
        for (State.Lock lock : read.state.lock()) {
            told = told.line("locked since " + at(lock.since()) + ": " + lock.reason())
                    .type("slipway unlock " + served.name());
        }
        for (State.Freeze freeze : read.state.frozen(to.until()).stream().toList()) {
            told = told.line("frozen until " + at(freeze.until()) + " by " + freeze.by() + ": " + freeze.reason());
        }
        for (Statement asked : waiting.subList(0, Math.min(MOST_WAITING, waiting.size()))) {
            told = waits(told, asked);
        }
        int left = happened.size() - MOST;
        if (left > 0 || read.more) {
            told = told.line("earlier: " + (read.more ? "more than can be told" : left + " more") + " here")
                    .type("slipway history " + served.name());
        }
        List<Happening> newest = new ArrayList<>(happened.subList(0, Math.min(MOST, happened.size())));
        Collections.reverse(newest);
        for (Happening each : newest) {
            told = told.line(each.line());
        }
        return Optional.of(told.about(served.name(), false));
    }

    private Read read() {
        Read read = new Read();
        long[] looked = {0};
        boolean[] newest = {true};
        served.record().walk(LOOKED_AT, head -> {
            Entry entry = head.entry();
            looked[0]++;
            if (entry.number() > to.number()) {
                return true;
            }
            if (newest[0]) {
                read.state = entry.state();
                newest[0] = false;
            }
            boolean isNew = entry.number() > after.number() || entry.time().isAfter(after.time());
            if (isNew) {
                happened(read, entry);
            }
            read.more = isNew && looked[0] == LOOKED_AT;
            return isNew;
        });
        return read;
    }

    private void happened(Read read, Entry entry) {
        Event event = entry.event();
        String request = event.facts().getOrDefault("request", "");
        switch (event.kind()) {
            case CLOSED ->
                entry.state().ended(request).ifPresent(ended -> {
                    Outcome outcome = Outcome.valueOf(ended.outcome());
                    read.over.add(request);
                    read.happenings.add(new Happening(
                            Set.of("started", "deployed", outcome.event()), outcome.words(), ended(ended, outcome)));
                });
            case REJECTED -> {
                if (read.over.add(request)) {
                    read.happenings.add(new Happening(
                            Set.of(Outcome.REJECTED.event()),
                            Outcome.REJECTED.words(),
                            at(entry.time()) + " " + version(event) + event.text()));
                }
            }
            case OPENED -> {
                if (read.over.add(request)) {
                    read.happenings.add(
                            new Happening(Set.of("started", "deployed"), "begun", begun(read.state, entry, request)));
                }
            }
            case LOCKED -> word(read, entry, "locked: " + event.text());
            case UNLOCKED, ADOPTED, RECONCILED, POLICY, FROZEN, UNFROZEN, SUSPENDED -> word(read, entry, event.text());
            case REVOKED -> word(read, entry, version(event) + event.text());
            case CREATED, BEGAN, DONE, FAILED, UNDONE, VERIFIED, RETRIED, EXTENDED, SURVEYED, STOPPED -> {
                // how a release goes on is told by how it ends
            }
        }
    }

    private void word(Read read, Entry entry, String text) {
        read.happenings.add(new Happening(Set.of(Messages.DECIDED), "said about it", at(entry.time()) + " " + text));
    }

    private String begun(State now, Entry entry, String request) {
        Optional<Grant> grant =
                entry.state().openGrant().filter(open -> open.id().equals(request));
        boolean back = grant.filter(open -> open.kind().equals(Grant.ROLLBACK)).isPresent();
        boolean goesOn =
                now.openGrant().filter(open -> open.id().equals(request)).isPresent();
        return at(entry.time()) + " " + (back ? "rollback by hand to " : "")
                + grant.map(Grant::version).orElse("a release") + " has begun" + (goesOn ? ", and goes on" : "")
                + by(request);
    }

    private String ended(State.Ended ended, Outcome outcome) {
        boolean back = Messages.kept(served, ended.request())
                .filter(asked -> asked.kind() == Kind.ROLLBACK)
                .isPresent();
        String what = back
                ? "rollback by hand to " + ended.version() + " "
                        + (outcome == Outcome.ROLLED_BACK
                                ? "is done"
                                : outcome == Outcome.ROLLBACK_FAILED ? "failed" : outcome.words())
                : ended.version() + " " + outcome.words();
        return at(ended.started()) + " to " + at(ended.time()).substring(11) + " " + what + by(ended.request())
                + (ended.text().isBlank() ? "" : ": " + ended.text())
                + (ended.safe() ? "" : "; it is not safe to leave it so");
    }

    private String by(String request) {
        return Messages.kept(served, request)
                .map(asked -> ", asked by " + asked.by())
                .orElse("");
    }

    private static String version(Event event) {
        int at = event.release().indexOf('@');
        return at < 0 ? "" : event.release().substring(at + 1) + " ";
    }

    private Notification waits(Notification told, Statement asked) {
        Approval approval =
                served.plan(asked.plan()).map(of -> of.approval(asked.lane())).orElse(Approval.none());
        boolean people = approval.quorum() > 0;
        Notification more = told.line("waits: " + asked.version() + ", asked for at " + at(asked.time()) + " by "
                + asked.by() + ", has not begun"
                + (people ? "; approval is by " + String.join(", ", approval.from()) : "") + "; until "
                + at(asked.expires()));
        return people ? more.type("slipway approve " + served.name() + "@" + asked.version()) : more;
    }

    private String headline(List<Happening> newestFirst, int waiting) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (int at = newestFirst.size() - 1; at >= 0; at--) {
            counts.merge(newestFirst.get(at).what(), 1, Integer::sum);
        }
        if (waiting > 0) {
            counts.put(waiting == 1 ? "waits" : "wait", waiting);
        }
        return served.name() + " since " + at(after.until()) + " " + plan.zone() + ": "
                + counts.entrySet().stream()
                        .map(each -> each.getValue() + " " + each.getKey())
                        .collect(Collectors.joining(", "));
    }

    private String at(Instant instant) {
        return time.format(instant);
    }
}
