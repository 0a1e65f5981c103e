package dev.slipway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionsTest {

    private static final PostgresUrl SHOP = PostgresUrl.parse("postgresql://ana:hunter2@db/shop");

    @ParameterizedTest
    @CsvSource({
        "08006, true",
        "08001, true",
        "08004, false",
        "57P01, true",
        "57P03, true",
        "53300, true",
        "55P03, true",
        "40P01, true",
        "28P01, false",
        "3D000, false",
        "42P01, false",
        "23505, false",
        "53100, false"
    })
    void knowsWhatIsWorthTryingAgain(String state, boolean passing) {
        RuntimeException failure = Connections.failure(SHOP, "asked", new SQLException("no\nmore", state));

        assertThat(failure)
                .isInstanceOf(passing ? DatabaseUnavailable.class : DatabaseRefused.class)
                .hasMessage("postgresql://ana@db:5432/shop: asked: no (SQLSTATE " + state + ")");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERROR: invalid input syntax for type integer: \"ana@example.org\"",
                "ERROR: invalid input syntax for type integer: \"a\" ana@example.org \"b\"",
                "ERROR: invalid input syntax for type integer: \"ana@example.org\nmore",
                "FEHLER: ungültige Eingabesyntax für Typ integer: »ana@example.org«"
            })
    void showsNoValueThatTheServerQuotes(String said) {
        assertThat(Connections.reason(new SQLException(said, "22P02")))
                .endsWith(": \"…\"")
                .doesNotContain("ana");
    }

    @Test
    void showsNamesWhereTheServerQuotesThem() {
        String said = "ERROR: duplicate key value violates unique constraint \"people_email\"";

        assertThat(Connections.reason(new SQLException(said + "\n  Detail: Key (email)=(ana@example.org)", "23505")))
                .isEqualTo(said);
    }

    @Test
    void doesNotWaitForAServerThatNeverAnswers() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            PostgresUrl url = PostgresUrl.parse("postgresql://ana@127.0.0.1:" + silent.getLocalPort() + "/shop");

            assertThatThrownBy(() -> new Connections(Duration.ofSeconds(1), Duration.ofSeconds(1)).open(url))
                    .isInstanceOf(DatabaseUnavailable.class);
        }
    }

    @Test
    void isUnavailableWhenTheServerHasNoConnectionLeft() throws Exception {
        List<Connection> all = new ArrayList<>();
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start(
                PostgresBinaries.find().withServer(), Map.of("max_connections", "5", "max_wal_senders", "0"))) {
            PostgresUrl url = PostgresUrl.parse(cluster.url("postgres"));

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 6; i++) {
                            all.add(Connections.standard().open(url));
                        }
                    })
                    .isInstanceOf(DatabaseUnavailable.class)
                    .hasMessageContaining("53300");
        }
    }
}
