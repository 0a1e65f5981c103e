package dev.slipway.process;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs commands as children that die with this JVM, with their group, on cancel and on time-out. */
public final class CommandRunner {

    /**
     * The supervisor: bash, because only it has job control without a terminal. Its standard input is a pipe that this
     * JVM holds. The first line says go, so that the mark stands before the child acts; the end of the pipe, by closing
     * or by our death, says stop. The child gets a process group of its own, so that one signal reaches its
     * grandchildren too, /dev/null for its input, and none of the variables that bash adds. What bash itself says (of a
     * job that is done) is no line of the child's. Nothing is assigned before
     * the child starts: an assignment to a name that the environment holds would change the child's environment. Ctrl-C in
     * our terminal and a stop of our unit reach the supervisor as well as this JVM, which may let the command go on for a
     * while: only the pipe counts. The child gets these signals as they were.
     */
    private static final String SUPERVISOR = """
            trap : HUP INT TERM
            exec 3<&0 </dev/null
            read -r _ <&3 || exit 143
            unset PWD OLDPWD
            exec 4>&2 2>/dev/null
            set -m
            /usr/bin/env -u _ -u SHLVL "${@:3}" 2>&4 3<&- 4>&- &
            child=$!
            ( read -r _ <&3; kill -"$1" -- -$child; /bin/sleep "$2"; kill -KILL -- -$child ) >/dev/null 2>&1 4>&- &
            watcher=$!
            exec 3<&- 4>&-
            set +m
            again=yes
            trap again=yes HUP INT TERM
            while [ "$again" ]; do
              again=
              wait $child
              code=$?
            done
            kill -KILL -- -$child
            kill -KILL -- -$watcher
            exit $code
            """;

    private static final List<String> INHERITED = List.of("PATH", "HOME", "LANG", "TMPDIR");
    private static final int CANNOT_BE_RUN = 126;
    private static final int BUSY_TRIES = 20;
    private static final Duration BEAT = Duration.ofMillis(500);

    /** Runs a command to its end. */
    public CommandResult run(Command command, Pulse pulse) {
        return run(command, Optional.empty(), pulse);
    }

    /**
     * Runs a command to its end, leaving a mark while it runs by which a successor can wait until it is gone.
     *
     * @throws WorkInterrupted after the whole group is gone
     * @throws CommandNotStarted when there is no such program or directory
     */
    public CommandResult run(Command command, Optional<Path> mark, Pulse pulse) {
        CommandResult result = once(command, mark, pulse);
        for (int again = 0; again < BUSY_TRIES && busy(result); again++) {
            result = once(command, mark, pulse);
        }
        return result;
    }

    /**
     * Whether the program was never started, because the kernel took its file for one that is still written: a child that
     * another thread forked in that moment holds it open until it runs its own program.
     */
    private static boolean busy(CommandResult result) {
        return result.exitCode() == CANNOT_BE_RUN
                && result.lastLines().stream().anyMatch(line -> line.endsWith("Text file busy"));
    }

    private CommandResult once(Command command, Optional<Path> mark, Pulse pulse) {
        try (Child child = start(command, StopSignal.TERM, mark)) {
            boolean timedOut = false;
            pulse.beat(command.program() + " has started");
            while (!child.await(least(BEAT, command.timeout().minus(child.age())))) {
                if (child.age().compareTo(command.timeout()) >= 0) {
                    timedOut = true;
                    child.stop();
                } else {
                    pulse.beat(command.program() + " has run for " + child.age().toSeconds() + " s");
                }
            }
            return child.result(timedOut);
        } finally {
            mark.ifPresent(ProcessMark::remove);
        }
    }

    /** Starts a command that runs until it is closed; its time-out does not count. */
    public Child start(Command command, StopSignal signal, Optional<Path> mark) {
        Map<String, String> environment = environment(command);
        List<String> argv = new ArrayList<>(List.of("bash", "-p", "-c", SUPERVISOR, "slipway"));
        argv.add(signal.name());
        argv.add(BigDecimal.valueOf(command.grace().toMillis(), 3).toPlainString());
        argv.add(program(command, environment));
        argv.addAll(command.argv().subList(1, command.argv().size()));
        if (!Files.isDirectory(command.directory())) {
            throw new CommandNotStarted("command \"" + command.program() + "\": its directory " + command.directory()
                    + " does not exist on this worker");
        }
        ProcessBuilder builder =
                new ProcessBuilder(argv).directory(command.directory().toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process supervisor;
        try {
            supervisor = builder.start();
        } catch (IOException e) {
            throw new CommandNotStarted(
                    "command \"" + command.program() + "\": bash, which supervises every command, did not start ("
                            + e.getMessage() + "); install bash on this worker",
                    e);
        }
        Output output = new Output();
        Child child = new Child(
                supervisor,
                command,
                output,
                List.of(
                        output.read(supervisor.getInputStream(), true, "stdout of " + command.program()),
                        output.read(supervisor.getErrorStream(), false, "stderr of " + command.program())));
        try {
            mark.ifPresent(path -> ProcessMark.write(path, supervisor.toHandle()));
            OutputStream go = supervisor.getOutputStream();
            go.write("go\n".getBytes(StandardCharsets.US_ASCII));
            go.flush();
            return child;
        } catch (IOException e) {
            child.close();
            throw new CommandNotStarted(
                    "command \"" + command.program() + "\": its supervisor ended before it began ("
                            + String.join(" ", child.lastLines()) + ")",
                    e);
        } catch (RuntimeException e) {
            child.close();
            throw e;
        }
    }

    /**
     * Waits until the command that left this mark, perhaps under a worker that is dead by now, is gone with its group.
     * Returns at once where there is no mark. Only for marks of this machine.
     */
    public void awaitGone(Path mark, Pulse pulse) {
        ProcessMark.read(mark).ifPresent(earlier -> {
            while (earlier.isAlive()) {
                pulse.beat("waiting until process " + earlier.pid() + " of an earlier attempt is gone");
                earlier.awaitEnd(BEAT);
            }
            ProcessMark.remove(mark);
        });
    }

    private static Map<String, String> environment(Command command) {
        Map<String, String> environment = new HashMap<>();
        for (String name : INHERITED) {
            String value = System.getenv(name);
            if (value != null) {
                environment.put(name, value);
            }
        }
        environment.putAll(command.environment());
        return environment;
    }

    /** Looks the program up as the child would, so that a missing one is a sentence instead of exit code 127. */
    private static String program(Command command, Map<String, String> environment) {
        String name = command.argv().get(0);
        if (name.contains("/")) {
            Path path = command.directory().resolve(name).toAbsolutePath().normalize();
            if (Files.isExecutable(path) && !Files.isDirectory(path)) {
                return path.toString();
            }
            throw new CommandNotStarted("command \"" + name + "\": " + path
                    + (Files.exists(path) ? " is not an executable file" : " does not exist on this worker"));
        }
        String searched = environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        for (String folder : searched.split(":")) {
            Path path =
                    Path.of(folder.isEmpty() ? "." : folder).toAbsolutePath().resolve(name);
            if (Files.isExecutable(path) && !Files.isDirectory(path)) {
                return path.toString();
            }
        }
        throw new CommandNotStarted("command \"" + name + "\": no such program on this worker's PATH (" + searched
                + "); install it or give its full path");
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
