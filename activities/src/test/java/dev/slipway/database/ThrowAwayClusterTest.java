package dev.slipway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThrowAwayClusterTest {

    @Test
    void runsTwoAtOnceAndSurvivesAnOutage() throws Exception {
        try (ThrowAwayCluster one = ThrowAwayCluster.start();
                ThrowAwayCluster two = ThrowAwayCluster.start()) {
            PostgresUrl url = PostgresUrl.parse(one.createDatabase("shop"));
            one.execute("shop", "CREATE TABLE t AS SELECT 42 AS n");
            assertThat(one.port()).isNotEqualTo(two.port());

            one.stop();
            assertThatThrownBy(() -> Connections.standard().open(url))
                    .isInstanceOf(DatabaseUnavailable.class)
                    .hasMessageContaining("127.0.0.1:" + one.port() + "/shop");
            one.startAgain();

            try (var connection = Connections.standard().open(url)) {
                assertThat(Connections.text(connection, "SELECT n FROM t")).isEqualTo("42");
            }
        }
    }

    @Test
    void stopsWhenItsJvmIsKilled() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ClusterVictim.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        PostgresUrl url;
        String directory;
        try (BufferedReader reader = jvm.inputReader()) {
            url = PostgresUrl.parse(reader.readLine());
            try (var connection = Connections.standard().open(url)) {
                directory = Path.of(Connections.text(connection, "SHOW data_directory"))
                        .getParent()
                        .toString();
            }
        } finally {
            jvm.destroyForcibly().waitFor();
        }

        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (answers(url)) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
        Path leftOver = Path.of(directory);
        assertThat(leftOver).exists();
        ThrowAwayCluster.start().close();
        assertThat(leftOver).doesNotExist();
    }

    private static boolean answers(PostgresUrl url) throws Exception {
        try {
            Connections.standard().open(url).close();
            return true;
        } catch (DatabaseUnavailable gone) {
            return gone.getMessage().contains("57P03");
        }
    }
}
