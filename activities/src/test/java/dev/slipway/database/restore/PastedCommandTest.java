package dev.slipway.database.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.PostgresUrl;
import org.junit.jupiter.api.Test;

final class PastedCommandTest {

    @Test
    void namesServerPortAndLoginAndWhatTheServerInsistsOn() {
        PostgresUrl url = PostgresUrl.parse(
                "postgresql://shop:s3cret@db.example.com:6432/shop?sslmode=require&sslrootcert=/etc/worker/root.crt");

        assertThat(PastedCommand.of(url, "psql", "-d shop_restored_1"))
                .isEqualTo("PGSSLMODE=require psql -h db.example.com -p 6432 -U shop -d shop_restored_1");
    }

    @Test
    void trustsWhatEverySystemTrustsWhereTheUrlSaysSo() {
        PostgresUrl url = PostgresUrl.parse("postgresql://shop@db.example.com/shop?sslrootcert=system");

        assertThat(PastedCommand.of(url, "psql", "-d shop"))
                .isEqualTo("PGSSLMODE=verify-full PGSSLROOTCERT=system psql -h db.example.com -p 5432 -U shop -d shop");
    }

    @Test
    void canBePastedWhateverIsInTheNames() {
        PostgresUrl url = PostgresUrl.parse("postgresql://the%20shop@one,two:6432/shop?options=-c%20role%3Downer");

        assertThat(PastedCommand.of(url, "pg_dump", "shop"))
                .isEqualTo("PGOPTIONS='-c role=owner' pg_dump -h 'one,two' -p '5432,6432' -U 'the shop' shop");
    }
}
