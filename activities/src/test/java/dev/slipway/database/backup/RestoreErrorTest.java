package dev.slipway.database.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RestoreErrorTest {

    @Test
    void showsOfAProgramsLastLinesNoRow() {
        List<String> lines = List.of(
                "pg_restore: error: COPY failed for table \"people\": ERROR:  invalid input syntax for type integer: \"ana\"",
                "CONTEXT:  COPY people, line 1, column id: \"ana\"",
                "DETAIL:  Key (email)=(ana) already exists.",
                "pg_restore: error: a worker process died unexpectedly");

        assertThat(RestoreError.shown(lines))
                .startsWith("pg_restore: error: COPY failed for table \"people\": ERROR:  invalid input syntax")
                .endsWith(" | pg_restore: error: a worker process died unexpectedly")
                .doesNotContain("ana");
    }
}
