package dev.slipway.database.rehearsal;

import dev.slipway.database.migrations.SchemaPicture;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What came of a rehearsal.
 *
 * @param files those that ran to their end, in order
 * @param failed what stopped the next one: where, and the meaning of the server's code; it would do so in earnest
 * @param unprotected new tables without row-level security, with their schemas
 * @param notes in what the copy was not like the database, for people
 * @param afterwards what would stop the release once they are applied
 * @param before what the copy's schema was before the pending files
 * @param after what it was after them; the same as before where one failed
 * @param took from the first file to the end of the comparisons
 */
public record Rehearsed(
        List<RehearsedFile> files,
        Optional<String> failed,
        List<String> unprotected,
        List<String> notes,
        List<String> afterwards,
        SchemaPicture before,
        SchemaPicture after,
        Duration took) {

    public Rehearsed {
        files = List.copyOf(files);
        unprotected = List.copyOf(unprotected);
        notes = List.copyOf(notes);
        afterwards = List.copyOf(afterwards);
    }

    /** That of the worst file; what did not run to its end has no way back. */
    public MigrationClass kind() {
        return failed.isPresent()
                ? MigrationClass.ONE_WAY
                : files.stream().map(RehearsedFile::kind).reduce(MigrationClass.REVERSIBLE, MigrationClass::or);
    }
}
