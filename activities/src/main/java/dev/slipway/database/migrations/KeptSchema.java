package dev.slipway.database.migrations;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a database's schema was when a release had migrated it, as a text that is kept beside the record by its hash: names,
 * types and hashes, so that everybody may read it who may read the record.
 *
 * @param version whose migrations were the last ones
 * @param taken when, to the second
 * @param applied every migration that is applied; empty where a command migrates, and nobody knows
 */
public record KeptSchema(String version, Instant taken, Optional<List<AppliedFile>> applied, SchemaPicture picture) {

    private static final String TAKEN = "taken ";
    private static final String SERVER = "server ";
    private static final String COUNT = "migrations ";
    private static final String APPLIED = "migration\t";

    public KeptSchema {
        taken = taken.truncatedTo(ChronoUnit.SECONDS);
        applied = applied.map(List::copyOf);
    }

    public String text() {
        List<String> lines = new ArrayList<>(List.of(version, TAKEN + taken, SERVER + picture.server()));
        applied.ifPresent(all -> {
            lines.add(COUNT + all.size());
            all.forEach(one -> lines.add(APPLIED + one.version() + "\t" + one.file() + "\t" + one.hash()));
        });
        lines.addAll(picture.lines());
        return String.join("\n", lines) + "\n";
    }

    /** Back from {@link #text}; empty for what is none, or is one of another version that this one can't read. */
    public static Optional<KeptSchema> parse(String text) {
        try {
            return Optional.of(read(text));
        } catch (DateTimeParseException | NumberFormatException | ArrayIndexOutOfBoundsException unreadable) {
            return Optional.empty();
        }
    }

    private static KeptSchema read(String text) {
        Instant taken = Instant.EPOCH;
        int server = 0;
        boolean known = false;
        List<AppliedFile> applied = new ArrayList<>();
        List<String> objects = new ArrayList<>();
        for (String line : text.lines().skip(1).toList()) {
            if (line.startsWith(TAKEN)) {
                taken = Instant.parse(line.substring(TAKEN.length()));
            } else if (line.startsWith(SERVER)) {
                server = Integer.parseInt(line.substring(SERVER.length()));
            } else if (line.startsWith(COUNT)) {
                known = true;
            } else if (line.startsWith(APPLIED)) {
                String[] parts = line.split("\t", -1);
                applied.add(new AppliedFile(parts[1], parts[2], parts[3]));
            } else {
                objects.add(line);
            }
        }
        return new KeptSchema(
                text.lines().findFirst().orElse(""),
                taken,
                known ? Optional.of(applied) : Optional.empty(),
                new SchemaPicture(server, objects));
    }
}
