package dev.slipway.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The main of a JVM that is killed while it runs a command. */
final class CommandVictim {

    private CommandVictim() {}

    public static void main(String[] args) {
        Path directory = Path.of(args[0]);
        String script = args[1].equals("deaf")
                ? "trap '' TERM; echo $$ > child; while :; do /bin/sleep 1; done"
                : CommandRunnerTest.FAMILY;
        Command command = new Command(
                List.of("bash", "-c", script), directory, Map.of(), Duration.ofMinutes(5), Duration.ofMillis(700));
        new CommandRunner().run(command, Optional.of(directory.resolve("mark")), Pulse.unheard());
    }
}
