package dev.slipway.restore;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.trust.CanonicalJson;
import dev.slipway.trust.Json;
import dev.slipway.trust.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a person needs to see to say yes to a restore, found by the worker and signed with the environment's key: what was
 * restored, how it differs from what is there, and what would be lost. A yes signs the hash of this text.
 *
 * @param format 1
 * @param kind always {@value #KIND}: no other signed text is taken for one
 * @param request id of the statement that asked for the restore
 * @param name of the restore, such as {@code restore-1a2b3c4d}: the version of its grant
 * @param database the one of the plan
 * @param backup its file
 * @param sha256 of the backup
 * @param taken when it was taken
 * @param version of the release before which it was taken; empty where it was taken by a phase alone
 * @param restored name of the new database that holds it
 * @param way how it would take the place of what is there
 * @param tables those that differ, or all that are chosen
 * @param equal how many tables hold the same rows on both sides
 * @param lost what would be lost, in words
 * @param notes what else is worth knowing, in words
 * @param until a yes after this does not count
 */
public record Comparison(
        int format,
        String kind,
        String service,
        String environment,
        String request,
        String name,
        String database,
        String backup,
        String sha256,
        Instant taken,
        String version,
        String restored,
        String way,
        List<Table> tables,
        int equal,
        List<String> lost,
        List<String> notes,
        long bytes,
        Duration took,
        Instant time,
        Instant until) {

    public static final int FORMAT = 1;
    public static final String KIND = "slipway-comparison";

    /**
     * How one table differs.
     *
     * @param now rows in the present database; -1 where it has no such table
     * @param inBackup rows in the backup; -1 where it has no such table
     * @param added rows that only the present database has; -1 where they were not counted
     * @param gone rows that only the backup has; -1 where they were not counted
     * @param changed rows that differ; -1 where they were not counted
     */
    public record Table(String name, long now, long inBackup, long added, long gone, long changed) {
        public Table {
            name = name == null ? "" : name;
        }

        public boolean counted() {
            return added >= 0;
        }

        /** For instance {@code 12 rows added, 1 deleted and 3 changed since}. */
        public String words() {
            if (now < 0) {
                return "not there any more; the backup has " + inBackup + " rows";
            }
            if (inBackup < 0) {
                return "not in the backup; " + now + " rows";
            }
            String rows = now + " rows now, " + inBackup + " in the backup";
            return counted()
                    ? rows + ": " + added + " added, " + gone + " deleted and " + changed + " changed since"
                    : rows + " (not compared row by row)";
        }
    }

    public Comparison {
        kind = text(kind);
        service = text(service);
        environment = text(environment);
        request = text(request);
        name = text(name);
        database = text(database);
        backup = text(backup);
        sha256 = text(sha256);
        taken = taken == null ? Instant.EPOCH : taken;
        version = text(version);
        restored = text(restored);
        way = text(way);
        tables = tables == null ? List.of() : List.copyOf(tables);
        lost = lost == null ? List.of() : List.copyOf(lost);
        notes = notes == null ? List.of() : List.copyOf(notes);
        took = took == null ? Duration.ZERO : took;
        time = time == null ? Instant.EPOCH : time;
        until = until == null ? Instant.EPOCH : until;
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }

    public String text() {
        return CanonicalJson.text(this) + "\n";
    }

    /** What a yes is about. */
    public String hash() {
        return Sha256.hex(text());
    }

    public static Comparison parse(String text) {
        try {
            return Optional.ofNullable(Json.mapper().readValue(text, Comparison.class))
                    .filter(read -> read.format == FORMAT && read.kind.equals(KIND))
                    .orElseThrow(() -> new IllegalArgumentException("this is no comparison"));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this is no comparison: " + e.getOriginalMessage());
        }
    }
}
