package dev.slipway.database.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.Connections;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is left of an index is told from what somebody makes just now. */
class ConcurrentIndexTest {

    private static final String CREATE = "CREATE INDEX CONCURRENTLY by_id ON t (id)";

    /** PostgreSQL's own names are the judge: each unnamed index is made, and made invalid. */
    @Test
    void tellsAnUnnamedIndexFromOthersThatAreInvalid() throws Exception {
        List<String> statements = List.of(
                "CREATE INDEX CONCURRENTLY ON t (id)",
                "CREATE INDEX CONCURRENTLY ON t (id)",
                "CREATE UNIQUE INDEX CONCURRENTLY ON public.t (id, \"Name\" DESC) INCLUDE (note)",
                "CREATE INDEX CONCURRENTLY ON t (lower(note))",
                "CREATE INDEX CONCURRENTLY ON ONLY t USING btree (note COLLATE \"C\" text_pattern_ops) WHERE id > 1",
                "CREATE INDEX CONCURRENTLY ON \"A table with a very long name, as some generators make them\""
                        + " (a_column_with_a_very_long_name_too, \"Größe in Millimetern, ohne Rand, mit Überstand\")");
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start()) {
            PostgresUrl url = PostgresUrl.parse(cluster.createDatabase("shop"));
            cluster.execute("shop", "CREATE TABLE t (id int, \"Name\" text, note text)");
            cluster.execute(
                    "shop",
                    "CREATE TABLE \"A table with a very long name, as some generators make them\""
                            + " (a_column_with_a_very_long_name_too int, \"Größe in Millimetern, ohne Rand, mit Überstand\" int)");
            cluster.execute("shop", "CREATE INDEX by_hand ON t (id)");
            cluster.execute("shop", "CREATE INDEX t_other_idx ON t (note)");
            try (Connection session = Connections.standard().open(url)) {
                for (String sql : statements) {
                    cluster.execute("shop", "UPDATE pg_index SET indisvalid = true");
                    String before = Connections.text(session, "SELECT max(oid) FROM pg_class WHERE relkind = 'i'");
                    cluster.execute("shop", sql);
                    cluster.execute(
                            "shop",
                            "UPDATE pg_index SET indisvalid = false FROM pg_class c WHERE c.oid = indexrelid AND (c.oid > "
                                    + before + " OR c.relname IN ('by_hand', 't_other_idx'))");
                    String made = Connections.text(
                            session,
                            "SELECT string_agg(format('%I.%I', 'public', relname), ' ') FROM pg_class WHERE relkind = 'i' AND"
                                    + " oid > " + before);

                    assertThat(new ConcurrentIndex(SqlScript.parse("x.sql", sql)
                                            .statements()
                                            .get(0))
                                    .invalid(session))
                            .as(sql)
                            .containsExactly(made);
                }
            }
        }
    }

    @Test
    void leavesOutWhatIsBeingBuilt() throws Exception {
        ConcurrentIndex index = new ConcurrentIndex(
                SqlScript.parse("x.sql", CREATE).statements().get(0));
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start()) {
            PostgresUrl url = PostgresUrl.parse(cluster.createDatabase("shop"));
            cluster.execute("shop", "CREATE TABLE t (id int)");
            try (Connection session = Connections.standard().open(url);
                    Connection writer = Connections.standard().open(url);
                    Statement write = writer.createStatement()) {
                writer.setAutoCommit(false);
                write.execute("INSERT INTO t VALUES (1)");
                CompletableFuture<Void> build = CompletableFuture.runAsync(() -> cluster.execute("shop", CREATE));
                long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
                while (!Connections.text(
                                session, "SELECT count(*) FROM pg_stat_progress_create_index WHERE index_relid > 0")
                        .equals("1")) {
                    assertThat(System.nanoTime()).as("the index is begun").isLessThan(end);
                }

                assertThat(index.invalid(session)).isEmpty();

                Connections.text(session, "SELECT pg_terminate_backend(pid)::text FROM pg_stat_progress_create_index");
                assertThat(build).failsWithin(20, TimeUnit.SECONDS);
                assertThat(index.invalid(session)).containsExactly("public.by_id");
            }
        }
    }
}
