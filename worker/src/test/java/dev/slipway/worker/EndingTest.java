package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.ThrowAwayCluster;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndingTest {

    @TempDir
    private Path folder;

    @Test
    void endsAProcessThatNeverHadACluster() throws Exception {
        assertThat(endedBySignal("none", 0)).isEqualTo(7);
    }

    @Test
    void leavesNoTemplateOfAClusterWhenASignalEndsTheProcess() throws Exception {
        // PostgreSQL runs as a user of its own where this runs as root
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(endedBySignal("cluster", 1)).isEqualTo(7);

        assertThat(entries()).isZero();
    }

    /** The exit code of a process of ours that has so many folders when it is ended. */
    private int endedBySignal(String has, long folders) throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Djava.io.tmpdir=" + folder,
                        Ended.class.getName(),
                        has)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader reader = jvm.inputReader()) {
            assertThat(reader.lines().anyMatch("there"::equals)).isTrue();
            assertThat(entries()).isEqualTo(folders);

            jvm.destroy();

            assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return jvm.exitValue();
        } finally {
            jvm.destroyForcibly().waitFor();
        }
    }

    private long entries() throws Exception {
        try (var all = Files.list(folder)) {
            return all.filter(each -> each.getFileName().toString().startsWith("slipway-"))
                    .count();
        }
    }

    /** A process of ours until somebody ends it; one that had a throw-away PostgreSQL keeps the template for the next. */
    static final class Ended {

        public static void main(String[] arguments) throws Exception {
            try (Ending ignored = new Ending(7)) {
                if (arguments[0].equals("cluster")) {
                    ThrowAwayCluster.start().close();
                }
                System.out.println("there");
                new CountDownLatch(1).await();
            }
        }
    }
}
