package dev.slipway.restore;

import dev.slipway.plan.Durations;
import dev.slipway.record.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a drill has measured, as its entry of the record keeps it.
 *
 * @param drill its name, such as {@code drill-1a2b3c4d}
 * @param database the one of the plan
 * @param backup its file
 * @param seconds from the first byte read to the last table compared
 * @param bytes of the backup
 * @param ageSeconds of the backup, when the drill was asked for
 * @param rto what the plan asks for, such as {@code 1h}; empty where it asks for none
 * @param rpo the same
 * @param met whether it was restored, and within both
 * @param missed why not; empty where it was
 * @param notes in what the copy differs from the original
 */
public record Measured(
        String drill,
        String database,
        String backup,
        double seconds,
        long bytes,
        long ageSeconds,
        String rto,
        String rpo,
        boolean met,
        String missed,
        List<String> notes) {

    public Measured {
        drill = drill == null ? "" : drill;
        database = database == null ? "" : database;
        backup = backup == null ? "" : backup;
        rto = rto == null ? "" : rto;
        rpo = rpo == null ? "" : rpo;
        missed = missed == null ? "" : missed;
        notes = notes == null ? List.of() : List.copyOf(notes);
    }

    /**
     * Reads an entry's event.
     *
     * @throws IllegalArgumentException where it is none of a drill
     */
    public static Measured of(Event event) {
        if (event.kind() != Event.Kind.DRILLED) {
            throw new IllegalArgumentException("'" + event.kind() + "' is no entry of a drill");
        }
        Map<String, String> facts = event.facts();
        return new Measured(
                facts.getOrDefault("name", ""),
                facts.getOrDefault("database", ""),
                facts.getOrDefault("dump", ""),
                Double.parseDouble(facts.getOrDefault("seconds", "0")),
                Long.parseLong(facts.getOrDefault("bytes", "0")),
                Long.parseLong(facts.getOrDefault("age-seconds", "0")),
                facts.getOrDefault("rto", ""),
                facts.getOrDefault("rpo", ""),
                "true".equals(facts.get("met")),
                facts.getOrDefault("missed", ""),
                facts.getOrDefault("notes", "").lines().toList());
    }

    /** For the entry. */
    public Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("name", drill);
        facts.put("database", database);
        facts.put("dump", backup);
        facts.put("bytes", Long.toString(bytes));
        facts.put("seconds", tenths());
        facts.put("age-seconds", Long.toString(ageSeconds));
        facts.put("rto", rto);
        facts.put("rpo", rpo);
        facts.put("met", Boolean.toString(met));
        if (!missed.isEmpty()) {
            facts.put("missed", missed);
        }
        if (!notes.isEmpty()) {
            facts.put("notes", String.join("\n", notes));
        }
        return facts;
    }

    /** With tenths: small databases take less than one. */
    public String tenths() {
        return tenths(Duration.ofMillis(Math.round(seconds * 1000)));
    }

    /** Seconds with tenths. */
    public static String tenths(Duration duration) {
        return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
    }

    /** One line for each of the two, then the notes. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        boolean nothing = !met && seconds == 0 && bytes == 0;
        lines.add(
                nothing
                        ? "RTO none: nothing was restored" + asked(rto, "rto")
                        : "RTO " + tenths() + " s, " + bytes + " bytes" + asked(rto, "rto"));
        lines.add("RPO " + Durations.text(Duration.ofSeconds(Math.max(1, ageSeconds)))
                + ", the age of the newest backup that was meant" + asked(rpo, "rpo"));
        lines.addAll(notes);
        return lines;
    }

    private static String asked(String limit, String key) {
        return limit.isEmpty() ? " (the plan asks for no " + key + ")" : " (the plan asks for " + limit + ")";
    }
}
