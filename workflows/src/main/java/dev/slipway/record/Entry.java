package dev.slipway.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
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

    /** Whose entry a signed line says to be, in whatever format the rest of it is. */
    public record Label(int format, String service, String environment, long number) {
        public Label {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
        }
    }

    /** Reads no more than whose entry it is. */
    public static Label label(String text) {
        return read(Json.mapper().readerFor(Label.class), text);
    }

    /**
     * A member of the signed line that this version does not know, such as {@code state.leases}; none where it knows all. An
     * entry holds the whole state, so whoever went on from one with such a member would leave out what a newer version
     * judges by.
     */
    public static Optional<String> unknown(String text) {
        try {
            return Json.unknown(text, Entry.class);
        } catch (JsonProcessingException e) {
            throw noEntry(e);
        }
    }

    /**
     * Reads an entry from its signed line; the signature has been judged before. Members that this version does not know are
     * left out: enough to show what is there, and too little to go on from it ({@link #unknown}).
     */
    public static Entry parse(String text) {
        return read(Json.mapper().readerFor(Entry.class), text);
    }

    private static <T> T read(ObjectReader reader, String text) {
        try {
            T read = reader.readValue(text);
            return Optional.ofNullable(read).orElseThrow(() -> new IllegalArgumentException("this is no record entry"));
        } catch (JsonProcessingException e) {
            throw noEntry(e);
        }
    }

    private static IllegalArgumentException noEntry(JsonProcessingException e) {
        return new IllegalArgumentException("this is no record entry: " + e.getOriginalMessage());
    }
}
