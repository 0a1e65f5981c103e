package dev.slipway.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.trust.CanonicalJson;
import dev.slipway.trust.Json;
import dev.slipway.trust.Sha256;
import java.time.Instant;
import java.util.Optional;

/**
 * One link of an environment's record.
 *
 * <p>As text it is one line of canonical JSON with a final newline; that line is what the environment's key signs, and
 * its SHA-256 is what the next entry holds as {@code previous}. In a store the armored signature follows the line.
 *
 * @param format 1
 * @param number from 1, without gaps
 * @param previous hash of the entry before, 64 zeros for the first
 * @param time the worker's clock
 * @param event what happened
 * @param state everything that is true after it
 */
public record Entry(
        int format,
        String service,
        String environment,
        long number,
        String previous,
        Instant time,
        Event event,
        State state) {
    public Entry {
        service = service == null ? "" : service;
        environment = environment == null ? "" : environment;
        previous = previous == null ? "" : previous;
        time = time == null ? Instant.EPOCH : time;
    }

    public static final int FORMAT = 1;
    public static final String NO_PREVIOUS = "0".repeat(64);

    /** The signed line, with its newline. */
    public String text() {
        return CanonicalJson.text(this) + "\n";
    }

    /** SHA-256 of the signed line. */
    public String hash() {
        return Sha256.hex(text());
    }

    /** Reads an entry from its signed line; the signature has been judged before. */
    public static Entry parse(String text) {
        try {
            return Optional.ofNullable(Json.mapper().readValue(text, Entry.class))
                    .orElseThrow(() -> new IllegalArgumentException("this is no record entry"));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this is no record entry: " + e.getOriginalMessage());
        }
    }
}
