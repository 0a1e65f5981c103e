package dev.slipway.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A program to run, as the list of its arguments: no shell ever reads these words.
 *
 * @param argv the program, by path or by name on the PATH, and its arguments
 * @param directory where it runs
 * @param environment the child's complete environment; only PATH, HOME, LANG and TMPDIR come from the worker where they
 *     are not named here
 * @param timeout how long it may run
 * @param grace how long it may take to end after it was asked to, before it is killed
 */
public record Command(
        List<String> argv, Path directory, Map<String, String> environment, Duration timeout, Duration grace) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    public Command {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
        if (argv.isEmpty() || argv.get(0).isBlank()) {
            throw new IllegalArgumentException("command: name a program to run");
        }
        if (argv.get(0).contains("=")) {
            // env(1), which starts the program, would take it for a variable
            throw new IllegalArgumentException("command: the program \"" + argv.get(0) + "\" must not hold a '='");
        }
        for (String word : argv) {
            if (word.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("command: an argument of \"" + argv.get(0) + "\" holds a NUL byte");
            }
        }
        environment.forEach((name, value) -> {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("command: \"" + name + "\" is no name of an environment variable");
            }
            if (value.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("command: the variable " + name + " holds a NUL byte");
            }
        });
    }

    /** The program's name without its directory, for messages. */
    public String program() {
        Path name = Path.of(argv.get(0)).getFileName();
        return name == null ? argv.get(0) : name.toString();
    }
}
