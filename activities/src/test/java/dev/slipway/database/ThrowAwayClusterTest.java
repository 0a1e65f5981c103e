package dev.slipway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
    void takesAwayWhatDeadOnesHaveLeftBesideWhatNobodyCanRead() throws Exception {
        List<Path> left = new ArrayList<>();
        List<Path> unreadable = new ArrayList<>();
        try {
            for (int each = 0; each < 10; each++) {
                left.add(owned("999999999 2020-01-01T00:00:00Z\n"));
                unreadable.add(owned("\n"));
            }

            ThrowAwayCluster.start().close();

            assertThat(left).noneMatch(Files::exists);
            assertThat(unreadable).allMatch(Files::exists);
        } finally {
            for (Path one : unreadable) {
                FileTree.delete(one);
            }
        }
    }

    private static Path owned(String owner) throws IOException {
        Path directory = Files.createTempDirectory(ThrowAwayCluster.place(), "slipway-postgres-");
        Files.writeString(directory.resolve("owner"), owner);
        return directory;
    }

    @Test
    void stopsWhenItsJvmIsKilled() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dslipway.clusters=" + ThrowAwayCluster.place(),
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
            LockSupport.parkNanos(10_000_000);
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
