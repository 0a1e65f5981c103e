package dev.slipway.watching;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.ledger.EnvironmentRecord;
import dev.slipway.served.Served;
import dev.slipway.trust.Json;
import dev.slipway.watch.Measurement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
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

    /**
     * @param grant id of the grant whose watch this is
     * @param pieces how many are kept already
     * @param known what the watch that this one goes on from measured last, oldest first; what of it is not kept yet waits
     * @param keeper writes pieces while the watch goes on
     */
    Samples(Served served, String grant, int step, int pieces, List<Measurement> known, Executor keeper) {
        this.keeper = keeper;
        this.record = served.record();
        this.watch = name(grant, step);
        this.redact = served.secrets()::redact;
        this.pieces = pieces;
        List<String> lines = known.stream().map(this::line).toList();
        waiting.addAll(lines.subList(alreadyKept(lines), lines.size()));
    }

    private static String name(String grant, int step) {
        return "samples-" + grant + "-" + step + "-";
    }

    /**
     * How many of the lines are kept. By the lines and not by their times, for a worker's clock may be behind that of the one
     * before; and what is redacted may no longer be read as JSON.
     */
    private int alreadyKept(List<String> lines) {
        Set<String> piece = pieces == 0
                ? Set.of()
                : record.named(watch + pieces)
                        .map(text -> text.lines().collect(Collectors.toSet()))
                        .orElse(Set.of());
        int kept = lines.size();
        while (kept > 0 && !piece.contains(lines.get(kept - 1))) {
            kept--;
        }
        return kept;
    }

    /**
     * Takes what is new, and waits for no store.
     *
     * @param measured in this round, in order
     */
    void round(List<Measurement> measured) {
        if (due(measured)) {
            keeper.execute(this::keep);
        }
    }

    private synchronized boolean due(List<Measurement> measured) {
        for (Measurement each : measured) {
            if (waiting.size() < MOST_WAITING) {
                waiting.add(line(each));
            }
        }
        boolean due = waiting.size() >= PIECE && !asked;
        asked |= due;
        return due;
    }

    /**
     * The watch is over, or this part of it; waits for the store.
     *
     * @param measured since the last round
     */
    void over(List<Measurement> measured) {
        due(measured);
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

    private String line(Measurement measurement) {
        try {
            return redact.apply(Json.mapper().writeValueAsString(measurement));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a measurement is always JSON", e);
        }
    }
}
