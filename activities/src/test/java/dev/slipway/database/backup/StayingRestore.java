package dev.slipway.database.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What keeps every restore of a database in the middle of its pg_restore, so that something can be killed right there. */
public final class StayingRestore implements AutoCloseable {

    private final Path file;

    public StayingRestore() throws IOException {
        // servers may run as another user, and see that it is there nevertheless
        this.file = Files.createTempFile("slipway-stay-", "");
        Files.delete(file);
    }

    /** A table with an index that is not made for as long as restores stay. */
    public String sql() {
        return """
                CREATE FUNCTION stay(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$BEGIN
                    WHILE (pg_stat_file('%s', true)).size IS NOT NULL LOOP PERFORM pg_sleep(0.02); END LOOP;
                    RETURN n; END$$;
                CREATE TABLE stays AS SELECT 1 AS n;
                CREATE INDEX ON stays (public.stay(n));
                """.formatted(file);
    }

    /** From now on restores stay. */
    public void begins() throws IOException {
        Files.createFile(file);
    }

    public void ends() throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void close() throws IOException {
        ends();
    }
}
