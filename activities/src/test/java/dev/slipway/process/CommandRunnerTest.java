package dev.slipway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandRunnerTest {

    /** A child, a grandchild, and a grandchild that ignores TERM; each writes its id into a file of its own. */
    static final String FAMILY = """
            echo $$ > child
            (echo $BASHPID > grandchild; exec /bin/sleep 300) &
            (trap '' TERM; echo $BASHPID > deaf; while :; do /bin/sleep 300; done) &
            wait
            """;

    private final CommandRunner runner = new CommandRunner();

    @TempDir
    Path directory;

    @Test
    void keepsTheExitCode() {
        assertThat(runner.run(bash("exit 7"), Pulse.unheard()).exitCode()).isEqualTo(7);
        assertThat(runner.run(bash("kill -KILL $$"), Pulse.unheard()).exitCode())
                .isEqualTo(137);
        CommandResult good = runner.run(bash("exit 0"), Pulse.unheard());
        assertThat(good.succeeded()).isTrue();
        assertThat(good.lastLines()).isEmpty();
    }

    @Test
    void keepsWhatTheCommandSaid() {
        CommandResult result = runner.run(bash("echo out; echo err >&2; printf unfinished"), Pulse.unheard());

        assertThat(result.output()).isEqualTo("out\nunfinished");
        assertThat(result.outputCut()).isFalse();
        assertThat(result.lastLines()).containsExactlyInAnyOrder("out", "err", "unfinished");
    }

    @Test
    void keepsOnlyTheLastLinesOfALongSpeech() {
        CommandResult result = runner.run(
                bash("for i in {1..20000}; do echo $i; echo e$i >&2; done; printf '%3000d' 1"), Pulse.unheard());

        assertThat(result.lastLines()).hasSize(200).anyMatch(line -> line.length() == 2000);
        assertThat(result.output()).hasSize(64 * 1024);
        assertThat(result.outputCut()).isTrue();
    }

    @Test
    void aProgramWhoseFileIsStillHeldOpenIsStartedAsSoonAsItIsNot() throws IOException {
        Path tool = directory.resolve("tool");
        Files.writeString(tool, "#!/bin/sh\necho ran >> ran\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
        FileChannel held = FileChannel.open(tool, StandardOpenOption.WRITE);
        AtomicInteger beats = new AtomicInteger();

        CommandResult result = runner.run(command(List.of("./tool"), Map.of()), progress -> {
            if (beats.incrementAndGet() == 3) {
                try {
                    held.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });

        assertThat(result.succeeded()).as(result.lastLines().toString()).isTrue();
        assertThat(Files.readAllLines(directory.resolve("ran"))).containsExactly("ran");
    }

    @Test
    void passesArgumentsAsTheyAre() {
        List<String> words = List.of("a b", "$HOME", "'", "\"", "*", "", "; echo x", "--", "-n", "ü\nß");
        List<String> argv = new ArrayList<>(List.of("printf", "[%s]"));
        argv.addAll(words);

        assertThat(runner.run(command(argv, Map.of()), Pulse.unheard()).output())
                .isEqualTo("[a b][$HOME]['][\"][*][][; echo x][--][-n][ü\nß]");
    }

    @Test
    void givesTheChildItsOwnEnvironmentAndNothingElse() {
        Map<String, String> given = Map.of(
                "TOKEN", "s3cret $HOME", "child", "kept", "code", "kept", "BASH_ENV", "/etc/passwd", "LANG", "C");

        List<String> lines = runner.run(command(List.of("env"), given), Pulse.unheard())
                .output()
                .lines()
                .filter(line -> !line.startsWith("PATH=") && !line.startsWith("HOME=") && !line.startsWith("TMPDIR="))
                .toList();

        assertThat(lines)
                .containsExactlyInAnyOrder(
                        "TOKEN=s3cret $HOME", "child=kept", "code=kept", "BASH_ENV=/etc/passwd", "LANG=C");
    }

    @Test
    void givesTheChildNoInput() {
        assertThat(runner.run(command(List.of("cat"), Map.of()), Pulse.unheard())
                        .succeeded())
                .isTrue();
    }

    @Test
    void namesAProgramThatIsNotThere() {
        assertThatThrownBy(() -> runner.run(command(List.of("no-such-program"), Map.of()), Pulse.unheard()))
                .isInstanceOf(CommandNotStarted.class)
                .hasMessageStartingWith("command \"no-such-program\": no such program on this worker's PATH");
        assertThatThrownBy(() -> runner.run(command(List.of("./switch"), Map.of()), Pulse.unheard()))
                .isInstanceOf(CommandNotStarted.class)
                .hasMessageContaining("does not exist on this worker");
    }

    @Test
    void findsAProgramInItsDirectory() throws IOException {
        Path script = Files.writeString(directory.resolve("switch"), "#!/bin/sh\necho switched to $1\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();

        assertThat(runner.run(command(List.of("./switch", "1.4.0"), Map.of()), Pulse.unheard())
                        .output())
                .isEqualTo("switched to 1.4.0\n");
    }

    @Test
    void stopsTheWholeFamilyWhenItsTimeIsOver() {
        Command command = new Command(
                List.of("bash", "-c", FAMILY), directory, Map.of(), Duration.ofSeconds(1), Duration.ofMillis(300));

        CommandResult result = runner.run(command, Pulse.unheard());

        assertThat(result.timedOut()).isTrue();
        assertThat(result.succeeded()).isFalse();
        assertThat(result.took()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(8));
        awaitFamilyGone(directory);
    }

    @Test
    void killsAChildThatIgnoresTerm() {
        Command command = new Command(
                List.of("bash", "-c", "trap '' TERM; echo $$ > child; while :; do /bin/sleep 1; done"),
                directory,
                Map.of(),
                Duration.ofSeconds(1),
                Duration.ofMillis(300));

        CommandResult result = runner.run(command, Pulse.unheard());

        assertThat(result.timedOut()).isTrue();
        assertThat(result.exitCode()).isEqualTo(137);
        await(() -> gone(directory.resolve("child")));
    }

    @Test
    void stopsTheWholeFamilyWhenTheCallerIsCancelled() {
        Pulse cancelled = progress -> {
            if (familyStarted(directory)) {
                throw new WorkInterrupted("cancelled");
            }
        };

        assertThatThrownBy(() -> runner.run(bash(FAMILY), cancelled))
                .isInstanceOf(WorkInterrupted.class)
                .hasMessage("cancelled");
        awaitFamilyGone(directory);
    }

    @Test
    void beatsAtLeastOnceASecond() {
        List<String> beats = new CopyOnWriteArrayList<>();

        runner.run(bash("/bin/sleep 2"), beats::add);

        assertThat(beats).hasSizeGreaterThanOrEqualTo(3).allMatch(beat -> beat.startsWith("bash has "));
    }

    @Test
    void leavesNoProcessWhenItsJvmIsKilled() throws Exception {
        Process jvm = victim("family");
        try {
            await(() -> familyStarted(directory));
        } finally {
            jvm.destroyForcibly().waitFor();
        }

        awaitFamilyGone(directory);
    }

    @Test
    void leavesNoProcessWhenItsSupervisorIsKilled() throws Exception {
        Path mark = directory.resolve("mark");
        CompletableFuture<CommandResult> run =
                CompletableFuture.supplyAsync(() -> runner.run(bash(FAMILY), Optional.of(mark), Pulse.unheard()));
        await(() -> familyStarted(directory));

        ProcessHandle.of(ProcessMark.read(mark).orElseThrow().pid())
                .orElseThrow()
                .destroyForcibly();

        assertThat(run.get(20, TimeUnit.SECONDS).exitCode()).isEqualTo(137);
        awaitFamilyGone(directory);
    }

    @Test
    void goesOnWhenASignalMeansTheWholeTerminalOrUnit() throws Exception {
        Path mark = directory.resolve("mark");
        CompletableFuture<CommandResult> run = CompletableFuture.supplyAsync(() -> runner.run(
                bash("echo $$ > child; until [ -e go ]; do /bin/sleep 0.05; done; kill -TERM $$"),
                Optional.of(mark),
                Pulse.unheard()));
        await(() -> pid(directory.resolve("child")).isPresent());
        long supervisor = ProcessMark.read(mark).orElseThrow().pid();

        for (String signal : List.of("HUP", "INT", "TERM", "TERM")) {
            assertThat(runner.run(command(List.of("kill", "-" + signal, "" + supervisor), Map.of()), Pulse.unheard())
                            .succeeded())
                    .isTrue();
        }
        Files.createFile(directory.resolve("go"));

        assertThat(run.get(20, TimeUnit.SECONDS).exitCode()).isEqualTo(143);
        assertThat(gone(directory.resolve("child"))).isTrue();
    }

    @Test
    void letsASuccessorWaitUntilAnEarlierAttemptIsGone() throws Exception {
        Path mark = directory.resolve("mark");
        Process jvm = victim("deaf");
        try {
            await(() -> Files.exists(directory.resolve("child")));
            assertThat(ProcessMark.read(mark).orElseThrow().isAlive()).isTrue();
        } finally {
            jvm.destroyForcibly().waitFor();
        }

        runner.awaitGone(mark, Pulse.unheard());

        assertThat(gone(directory.resolve("child"))).isTrue();
        assertThat(mark).doesNotExist();
    }

    @Test
    void doesNotWaitForAnotherProcessThatGotTheSameId() throws Exception {
        Path mark = directory.resolve("mark");
        Files.writeString(mark, ProcessHandle.current().pid() + " 2001-02-03T04:05:06Z\n");

        runner.awaitGone(mark, Pulse.unheard());
        runner.awaitGone(mark, Pulse.unheard());
    }

    /** A JVM of its own, to be killed, that runs a command in the test's directory. */
    private Process victim(String what) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CommandVictim.class.getName(),
                        directory.toString(),
                        what)
                .inheritIO()
                .start();
    }

    private Command bash(String script) {
        return command(List.of("bash", "-c", script), Map.of());
    }

    private Command command(List<String> argv, Map<String, String> environment) {
        return new Command(argv, directory, environment, Duration.ofSeconds(30), Duration.ofMillis(500));
    }

    private static boolean familyStarted(Path directory) {
        return List.of("child", "grandchild", "deaf").stream()
                .allMatch(name -> pid(directory.resolve(name)).isPresent());
    }

    private static void awaitFamilyGone(Path directory) {
        for (String name : List.of("child", "grandchild", "deaf")) {
            await(() -> gone(directory.resolve(name)));
        }
    }

    private static boolean gone(Path file) {
        return ProcessHandle.of(pid(file).orElseThrow())
                .filter(CommandRunnerTest::runs)
                .isEmpty();
    }

    /** A zombie that nobody has reaped (a container may have no init that does) runs no more. */
    private static boolean runs(ProcessHandle process) {
        try {
            return !Files.readString(Path.of("/proc/" + process.pid() + "/stat"))
                    .matches("(?s)\\d+ \\(.*\\) Z .*");
        } catch (IOException noProc) {
            return process.isAlive();
        }
    }

    private static Optional<Long> pid(Path file) {
        try {
            return Optional.of(Files.readString(file).strip())
                    .filter(text -> !text.isEmpty())
                    .map(Long::valueOf);
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for 20 s").isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }
}
