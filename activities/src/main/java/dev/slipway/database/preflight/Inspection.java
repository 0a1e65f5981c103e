package dev.slipway.database.preflight;

import dev.slipway.database.PostgresUrl;
import dev.slipway.database.backup.DumpOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What a release is going to do through one connection string, so that only that is asked for.
 *
 * @param uses the steps that go through it
 * @param stores directories of this machine that a backup is written to; none where it goes elsewhere
 * @param tables tables that reference data is promoted into, as they stand in the catalogue
 * @param dump how a backup is made
 * @param role whom migrations and reference data run as; empty for the login itself
 */
public record Inspection(
        PostgresUrl url, Set<Use> uses, List<Path> stores, List<String> tables, DumpOptions dump, String role) {

    /** A step that relies on a database. */
    public enum Use {
        BACKUP,
        MIGRATE,
        REFERENCE_DATA
    }

    public Inspection {
        uses = Set.copyOf(uses);
        stores = List.copyOf(stores);
        tables = List.copyOf(tables);
    }

    /** With a usual dump. */
    public Inspection(PostgresUrl url, Set<Use> uses, List<Path> stores, List<String> tables) {
        this(url, uses, stores, tables, DumpOptions.usual(), "");
    }

    /** What changes something, without its details. */
    public static Inspection of(PostgresUrl url) {
        return new Inspection(url, Set.of(Use.MIGRATE, Use.REFERENCE_DATA), List.of(), List.of());
    }

    boolean changes() {
        return uses.contains(Use.MIGRATE) || uses.contains(Use.REFERENCE_DATA);
    }
}
