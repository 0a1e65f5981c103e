package dev.slipway.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class DatabaseUrlTest {

    @Test
    void readsAUrlAsHostingServicesGiveIt() {
        assertThat(DatabaseUrl.parse("postgres://ana:sail@db.example.com:6543/shop?sslmode=require"))
                .isEqualTo(
                        new DatabaseUrl("jdbc:postgresql://db.example.com:6543/shop?sslmode=require", "ana", "sail"));
    }

    @Test
    void readsPasswordsWithSignsThatMeanSomethingInUrls() {
        assertThat(DatabaseUrl.parse("postgresql://ana:p@s/s+%2Fw%40rd@db/shop").password())
                .isEqualTo("p@s/s+/w@rd");
    }

    @Test
    void takesAJdbcUrlAsItIs() {
        assertThat(DatabaseUrl.parse("jdbc:postgresql://db/shop?user=ana").jdbc())
                .isEqualTo("jdbc:postgresql://db/shop?user=ana");
    }

    @Test
    void refusesAnotherDatabaseWithoutRepeatingItsPassword() {
        assertThatThrownBy(() -> DatabaseUrl.parse("mysql://ana:sail@db/shop"))
                .hasMessageContaining("DATABASE_URL")
                .hasMessageNotContaining("sail");
    }

    @Test
    void saysItsPasswordToNobody() {
        assertThat(DatabaseUrl.parse("postgres://ana:sail@db/shop").toString()).doesNotContain("sail");
        assertThat(DatabaseUrl.parse("jdbc:postgresql://db/shop?password=sail").toString())
                .doesNotContain("sail");
    }
}
