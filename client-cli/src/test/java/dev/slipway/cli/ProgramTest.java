package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ProgramTest {

    private static ProcessBuilder shell(String script) {
        return new ProcessBuilder("sh", "-c", script);
    }

    @Test
    void givesWhatAProgramPrintsHoweverMuchThatIs() throws IOException {
        assertThat(Program.output(shell("echo here"), Duration.ofSeconds(20))).contains("here\n");
        assertThat(Program.output(shell("head -c 300000 /dev/zero"), Duration.ofSeconds(20)))
                .hasValueSatisfying(out -> assertThat(out).hasSize(300_000));
    }

    @Test
    void givesNothingOfOneThatFails() throws IOException {
        assertThat(Program.output(shell("echo half; exit 3"), Duration.ofSeconds(20)))
                .isEmpty();
        assertThatThrownBy(() -> Program.output(new ProcessBuilder("no-such-program"), Duration.ofSeconds(20)))
                .isInstanceOf(IOException.class);
    }

    @Test
    @Timeout(30)
    void endsOneThatHangs() throws IOException {
        long marked = 600_000 + ProcessHandle.current().pid();
        for (String hangs : new String[] {"sleep %d", "echo half; sleep %d & wait"}) {
            assertThat(Program.output(shell(hangs.formatted(marked)), Duration.ofMillis(300)))
                    .as(hangs)
                    .isEmpty();
        }
        assertThat(Program.output(shell("sleep %d & echo done".formatted(marked)), Duration.ofSeconds(20)))
                .as("what it has left behind holds nobody up")
                .contains("done\n");
        ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(words -> words.contains("sleep " + marked))
                        .isPresent())
                .forEach(ProcessHandle::destroyForcibly);
    }
}
