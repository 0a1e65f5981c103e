package dev.slipway.notifying;

import dev.slipway.ledger.EnvironmentRecord;
import dev.slipway.ledger.Head;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What all workers together know of one channel's summaries: small texts beside the record, each written once and never
 * again. {@code summary-<channel>-begin} says from where it tells, {@code …-<date>-<try>} who sends the summary of a day, and
 * {@code …-<date>-sent} how far that has come.
 */
final class SummaryMarks {

    /** Who has said that it sends, and not that it has, is taken for dead after this. A channel is waited for two minutes. */
    private static final Duration TAKEN_OVER = Duration.ofMinutes(15);

    /** After so many tries of a day, what happened is left to the next one. */
    private static final int TRIES = 4;

    private final EnvironmentRecord record;
    private final String name;

    /** @param channel what is the same for the same channel in every plan */
    SummaryMarks(EnvironmentRecord record, String channel) {
        this.record = record;
        this.name = "summary-" + channel + "-";
    }

    /**
     * A place in the record, everything up to which is told.
     *
     * @param number of the last entry
     * @param time of the last entry: a record that was adopted may have gone back in its numbers, and never in its time
     * @param until when it was looked at
     */
    record Point(long number, Instant time, Instant until) {

        static Point of(Head head, Instant now) {
            return new Point(head.entry().number(), head.entry().time(), now);
        }

        private static Point parse(String[] words, int at) {
            return new Point(Long.parseLong(words[at]), Instant.parse(words[at + 1]), Instant.parse(words[at + 2]));
        }

        private String text() {
            return number + " " + time + " " + until;
        }
    }

    /**
     * Where the summaries begin.
     *
     * @param since when the channel was first seen; what was due before is none of its days
     */
    record Begin(Instant since, Point after) {}

    /** Where they begin, for all who ask: what the first one says. */
    Begin begin(Instant now, Supplier<Point> after) {
        String place = name + "begin";
        String[] words = record.named(place)
                .orElseGet(() -> record.keepFirst(place, now + " " + after.get().text()))
                .split(" ");
        return new Begin(Instant.parse(words[0]), Point.parse(words, 1));
    }

    /** How a day's summary may be gone about. */
    sealed interface Turn {

        /**
         * It is this worker's.
         *
         * @param to how far it tells: the same for everybody who tries, so that whoever drops a second message with the
         *     same key drops nothing else
         */
        record Mine(Point to) implements Turn {}

        /** Somebody else is at it. */
        record Anothers() implements Turn {}

        /** It was sent, or tried often enough. */
        record Over() implements Turn {}
    }

    Turn turn(LocalDate date, Instant now, Supplier<Point> head) {
        if (sent(date).isPresent()) {
            return new Turn.Over();
        }
        Optional<Point> to = Optional.empty();
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            String place = name + date + "-" + attempt;
            Optional<String> taken = record.named(place);
            if (taken.isEmpty()) {
                String mine =
                        UUID.randomUUID() + " " + now + " " + to.orElseGet(head).text();
                return record.keepFirst(place, mine).equals(mine)
                        ? new Turn.Mine(Point.parse(mine.split(" "), 2))
                        : new Turn.Anothers();
            }
            String[] words = taken.get().split(" ");
            if (now.isBefore(Instant.parse(words[1]).plus(TAKEN_OVER))) {
                return new Turn.Anothers();
            }
            to = Optional.of(Point.parse(words, 2));
        }
        return new Turn.Over();
    }

    void sent(LocalDate date, Point to) {
        record.keepFirst(name + date + "-sent", to.text());
    }

    private Optional<Point> sent(LocalDate date) {
        return record.named(name + date + "-sent").map(text -> Point.parse(text.split(" "), 0));
    }

    /** How far the last summary before that day has come. */
    Point before(LocalDate date, Begin begin) {
        // a day earlier than any that it could be, in whatever zone
        LocalDate first = begin.since().atZone(ZoneOffset.UTC).toLocalDate().minusDays(1);
        for (LocalDate day = date.minusDays(1); !day.isBefore(first); day = day.minusDays(1)) {
            Optional<Point> sent = sent(day);
            if (sent.isPresent()) {
                return sent.get();
            }
        }
        return begin.after();
    }
}
