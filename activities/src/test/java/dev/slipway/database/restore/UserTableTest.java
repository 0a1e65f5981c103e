package dev.slipway.database.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.Connections;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class UserTableTest {

    @Test
    void takesItsTimeWhateverTheDatabaseIsSetTo() throws Exception {
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start()) {
            PostgresUrl shop = PostgresUrl.parse(cluster.createDatabase("shop"));
            try (Connection connection = Connections.standard().open(shop);
                    Statement statement = connection.createStatement()) {
                statement.execute("ALTER DATABASE shop SET statement_timeout = '7s'");
                statement.execute("ALTER DATABASE shop SET idle_in_transaction_session_timeout = '8s'");
            }
            try (Connection connection = Connections.patient().open(shop)) {
                UserTable.prepare(connection);

                assertThat(Connections.text(connection, "SHOW statement_timeout"))
                        .isEqualTo("0");
                assertThat(Connections.text(connection, "SHOW idle_in_transaction_session_timeout"))
                        .isEqualTo("0");
            }
        }
    }
}
