package dev.slipway.database.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SchemaPictureTest {

    @Test
    void saysWhatWasChangedByHand() {
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start()) {
            PostgresUrl url = PostgresUrl.parse(cluster.createDatabase("shop"));
            cluster.execute("shop", """
                    CREATE TABLE t (id int PRIMARY KEY, a int, gone int);
                    CREATE VIEW v AS SELECT a FROM t;
                    CREATE TYPE mood AS ENUM ('sad');
                    CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
                    """);
            SchemaPicture before = SchemaPicture.of(url);
            KeptSchema all = new KeptSchema(
                    "1.4.0",
                    Instant.parse("2026-11-20T09:00:00.5Z"),
                    Optional.of(List.of(new AppliedFile("1", "V1__t.sql", "a".repeat(64)))),
                    before);
            assertThat(KeptSchema.parse(all.text())).contains(all);
            SchemaPicture kept = KeptSchema.parse(all.text()).orElseThrow().picture();
            cluster.execute("shop", "CREATE TABLE _prisma_migrations (id int)");
            assertThat(kept.changed(SchemaPicture.of(url))).isEmpty();

            cluster.execute("shop", "ALTER TABLE t DROP COLUMN gone, ADD COLUMN b text");
            cluster.execute("shop", "CREATE INDEX by_b ON t (b)");
            cluster.execute("shop", "ALTER TYPE mood ADD VALUE 'happy'");
            cluster.execute("shop", "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'");
            cluster.execute("shop", "CREATE OR REPLACE VIEW v AS SELECT a, b FROM t");

            assertThat(kept.changed(SchemaPicture.of(url)))
                    .isEqualTo("column public.t.b is new, column public.t.gone is gone, function public.f() is another,"
                            + " index public.by_b is new, type public.mood is another, view public.v is another");
        }
    }
}
