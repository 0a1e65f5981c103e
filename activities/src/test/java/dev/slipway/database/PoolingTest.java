package dev.slipway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.preflight.Inspection;
import dev.slipway.database.preflight.Preflight;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PoolingTest {

    private static ThrowAwayCluster cluster;

    private final Pooling pooling = new Pooling(Connections.standard());

    @BeforeAll
    static void startCluster() {
        cluster = ThrowAwayCluster.start();
        cluster.createDatabase("shop");
    }

    @AfterAll
    static void closeCluster() {
        cluster.close();
    }

    @Test
    void hasNothingAgainstADirectConnection() {
        assertThatCode(() -> pooling.refuse(PostgresUrl.parse(cluster.url("shop")), "a backup"))
                .doesNotThrowAnyException();
    }

    @Test
    void letsAPoolerServeThatKeepsTheBackendForASession() throws Exception {
        try (SmallPooler pooler = new SmallPooler(SmallPooler.Mode.SESSION, cluster.port())) {
            assertThatCode(() -> pooling.refuse(pooler.url("shop"), "a backup")).doesNotThrowAnyException();
            assertThat(preflight().look(Inspection.of(pooler.url("shop"))).problems())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SmallPooler.Mode.class,
            names = {"TRANSACTION", "STATEMENT"})
    void refusesOneThatDoesNot(SmallPooler.Mode mode) throws Exception {
        try (SmallPooler pooler = new SmallPooler(mode, cluster.port())) {
            assertThatThrownBy(() -> pooling.refuse(pooler.url("shop"), "a restore"))
                    .isInstanceOf(DatabaseRefused.class)
                    .hasMessageStartingWith("a restore: postgresql://postgres@127.0.0.1:")
                    .hasMessageContaining("is a pooler in transaction mode");
        }
    }

    @ParameterizedTest
    @EnumSource(Inspection.Use.class)
    void refusesItForEveryStep(Inspection.Use use) throws Exception {
        try (SmallPooler pooler = new SmallPooler(SmallPooler.Mode.TRANSACTION, cluster.port())) {
            Inspection asked = new Inspection(pooler.url("shop"), Set.of(use), List.of(), List.of());

            assertThat(preflight().look(asked).problems())
                    .singleElement()
                    .asString()
                    .contains("is a pooler in transaction mode")
                    .contains("direct-url");
        }
    }

    @Test
    void refusesItAsTheSourceOfReferenceData() throws Exception {
        PostgresUrl target = PostgresUrl.parse(cluster.createDatabase("target"));
        try (SmallPooler pooler = new SmallPooler(SmallPooler.Mode.TRANSACTION, cluster.port())) {
            assertThat(preflight().problemsOfSource(pooler.url("shop"), target))
                    .singleElement()
                    .asString()
                    .contains("is a pooler in transaction mode");
        }
    }

    @Test
    void seesThroughAPoolerWhoseDatabaseItIs() throws Exception {
        try (SmallPooler pooler = new SmallPooler(SmallPooler.Mode.TRANSACTION, cluster.port())) {
            assertThat(preflight().leadElsewhere(pooler.url("shop"), PostgresUrl.parse(cluster.url("shop"))))
                    .isEmpty();
        }
    }

    private static Preflight preflight() {
        return new Preflight(Connections.standard(), PostgresBinaries.find());
    }
}
