package dev.slipway.watching;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.ledger.EnvironmentRecord;
import dev.slipway.served.Served;
import dev.slipway.trust.Json;
import dev.slipway.watch.Measurement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every measurement of a watch, as lines of JSON in numbered pieces beside the record: what a verdict rests on, for whoever
 * asks later. Nothing is judged by them, so a store that is away for a while only delays them.
 */
public final class Samples {

    private static final Logger LOG = LoggerFactory.getLogger(Samples.class);

    /** Fewer than a state remembers: what a worker that dies has not kept yet, its successor finds there. */
    private static final int PIECE = 50;

    /** A store that is away for hours must not fill the memory. */
    private static final int MOST_WAITING = 20_000;

    private final EnvironmentRecord record;
    private final String watch;
    private final UnaryOperator<String> redact;
    private final Executor keeper;
    /** Held by the one who writes a piece; nobody who holds it may be waited for by a round. */
    private final Object store = new Object();

    private final List<String> waiting = new ArrayList<>();
    private boolean asked;
    private int pieces;
    private Instant newest;

    /**
     * @param grant id of the grant whose watch this is
     * @param pieces how many are kept already
     * @param keeper writes pieces while the watch goes on
     */
    Samples(Served served, String grant, int step, int pieces, Executor keeper) {
        this.keeper = keeper;
        this.record = served.record();
        this.watch = name(grant, step);
        this.redact = served.secrets()::redact;
        this.pieces = pieces;
        this.newest = pieces == 0 ? Instant.EPOCH : newestOf(record.named(watch + pieces));
    }

    private static String name(String grant, int step) {
        return "samples-" + grant + "-" + step + "-";
    }

    private static Instant newestOf(Optional<String> piece) {
        return piece.flatMap(text -> text.lines().reduce((first, last) -> last))
                .map(Samples::parsed)
                .map(Measurement::time)
                .orElse(Instant.EPOCH);
    }

    /**
     * Takes what is new, and waits for no store.
     *
     * @param last the newest measurements of whole rounds, oldest first
     */
    void round(List<Measurement> last) {
        if (due(last)) {
            keeper.execute(this::keep);
        }
    }

    private synchronized boolean due(List<Measurement> last) {
        Instant before = newest;
        for (Measurement each : last) {
            if (each.time().isAfter(before) && waiting.size() < MOST_WAITING) {
                waiting.add(redact.apply(line(each)));
                newest = each.time().isAfter(newest) ? each.time() : newest;
            }
        }
        boolean due = waiting.size() >= PIECE && !asked;
        asked |= due;
        return due;
    }

    /** The watch is over, or this part of it; waits for the store. */
    void over(List<Measurement> last) {
        due(last);
        keep();
    }

    /** How many pieces are kept. */
    synchronized int pieces() {
        return pieces;
    }

    private void keep() {
        synchronized (store) {
            List<String> lines = taken();
            if (lines.isEmpty()) {
                return;
            }
            String text = String.join("\n", lines) + "\n";
            int number = pieces();
            try {
                // where a worker that died was there before, its piece stays, and what both have is told once
                do {
                    number++;
                } while (!record.keepFirst(watch + number, text).equals(text));
                kept(lines.size(), number);
            } catch (RuntimeException away) {
                LOG.warn("measurements wait to be kept: {}", away.getMessage());
            }
        }
    }

    private synchronized List<String> taken() {
        asked = false;
        return List.copyOf(waiting);
    }

    private synchronized void kept(int lines, int number) {
        waiting.subList(0, lines).clear();
        pieces = number;
    }

    /** All lines that were kept of a watch, each once; empty where there are none. */
    public static String of(EnvironmentRecord record, String grant, int step) {
        Set<String> lines = new LinkedHashSet<>();
        int number = 1;
        for (Optional<String> piece = record.named(name(grant, step) + number);
                piece.isPresent();
                piece = record.named(name(grant, step) + number)) {
            piece.get().lines().forEach(lines::add);
            number++;
        }
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private static String line(Measurement measurement) {
        try {
            return Json.mapper().writeValueAsString(measurement);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a measurement is always JSON", e);
        }
    }

    private static Measurement parsed(String line) {
        try {
            return Json.mapper().readValue(line, Measurement.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a kept measurement is no JSON: " + e.getOriginalMessage(), e);
        }
    }
}
