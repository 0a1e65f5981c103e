package dev.slipway.database.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.Connections;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is left of an index is told from what somebody makes just now. */
class ConcurrentIndexTest {

    private static final String CREATE = "CREATE INDEX CONCURRENTLY by_id ON t (id)";

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
