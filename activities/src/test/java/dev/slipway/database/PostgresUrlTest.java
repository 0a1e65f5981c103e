package dev.slipway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "postgres://ana:pw@db.example.com:6543/shop ana pw db.example.com 6543 shop",
                "postgresql://ana:pw@db.example.com/shop ana pw db.example.com 5432 shop",
                "POSTGRESQL://ana:pw@db/shop ana pw db 5432 shop",
                "postgresql://ana:p@ss:w#r%d[1]@db/shop ana p@ss:w#r%d[1] db 5432 shop",
                "postgresql://ana:p%40s%2Fs+%25@db/shop ana p@s/s+% db 5432 shop",
                "postgresql://ana:p/w?x@db/shop ana p/w?x db 5432 shop",
                "postgresql://ana%40corp:pw@[::1]:5433/shop ana@corp pw ::1 5433 shop",
                "postgresql://ana:pw@a:1,b:2/shop ana pw a,b 1,2 shop",
                "postgresql://ana:pw@db ana pw db 5432 ana",
                "postgresql://db/shop?user=ana&password=p@w ana p@w db 5432 shop",
                "postgresql:///shop?host=db&port=7&user=ana&password=pw ana pw db 7 shop",
                "postgresql://ana:pw@db/sh%20op ana pw db 5432 'sh op'",
                "jdbc:postgresql://db:5433/shop?user=ana&password=pw ana pw db 5433 shop",
                "jdbc:postgresql:shop?user=ana&password=pw ana pw localhost 5432 shop",
            })
    void readsEveryForm(String text, String user, String password, String host, String port, String database) {
        PostgresUrl url = PostgresUrl.parse(text);

        assertThat(url.libpqEnvironment())
                .containsEntry("PGUSER", user)
                .containsEntry("PGPASSWORD", password)
                .containsEntry("PGHOST", host)
                .containsEntry("PGPORT", port)
                .containsEntry("PGDATABASE", database);
        assertThat(url.properties()).containsEntry("user", user).containsEntry("password", password);
        assertThat(url.jdbcUrl()).startsWith("jdbc:postgresql://").doesNotContain(password);
        assertThat(url.toString()).doesNotContain(password).contains(user).contains(database);
    }

    @Test
    void leavesOutWhatOnlyOtherToolsKnow() {
        PostgresUrl url = PostgresUrl.parse(
                "postgresql://ana:pw@db/shop?pgbouncer=true&schema=public&connection_limit=1&pool_timeout=0&sslmode=require");

        assertThat(url.libpqEnvironment()).containsEntry("PGSSLMODE", "require").hasSize(8);
        assertThat(url.properties()).containsOnlyKeys("user", "password", "sslmode");
    }

    @Test
    void tellsBothDriversTheSame() {
        PostgresUrl url =
                PostgresUrl.parse("postgresql://ana:pw@ep-x.neon.tech/shop?sslmode=verify-full&channel_binding=require"
                        + "&options=endpoint%3Dep-x&target_session_attrs=read-write&application_name=a%20b");

        assertThat(url.libpqEnvironment())
                .containsEntry("PGCHANNELBINDING", "require")
                .containsEntry("PGOPTIONS", "endpoint=ep-x")
                .containsEntry("PGTARGETSESSIONATTRS", "read-write")
                .containsEntry("PGAPPNAME", "a b");
        assertThat(url.properties())
                .containsEntry("sslmode", "verify-full")
                .containsEntry("channelBinding", "require")
                .containsEntry("targetServerType", "primary")
                .containsEntry("ApplicationName", "a b");
        assertThat(org.postgresql.PGProperty.forName("channelBinding")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hunter2",
                "mysql://ana:hunter2@db/shop",
                "postgresql:ana:hunter2@db/shop",
                "postgresql://ana:hunter2@db:port/shop",
                "postgresql://ana:hunter2@db:99999/shop",
                "postgresql://ana:hunter2@%2Fvar%2Frun/shop",
                "postgresql://ana:hunter2@db/shop?sslmod=require",
                "postgresql://ana:hunter2@d b/shop",
            })
    void refusesWhatIsNoUrlWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> PostgresUrl.parse(text))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageStartingWith("the value is no PostgreSQL URL: ")
                .hasMessageNotContaining("hunter2");
    }
}
