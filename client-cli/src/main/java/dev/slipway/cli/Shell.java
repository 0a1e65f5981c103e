package dev.slipway.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where a command was typed: its folder, its variables, its streams, and whether a person sits there. Everything that is
 * printed through it is made safe for a terminal, line by line.
 *
 * @param folder the working directory
 * @param out what was asked for
 * @param err what is said beside it
 * @param terminal which streams are a terminal: some of the letters {@code i}, {@code o}, {@code e}
 * @param pace how often something that goes on is looked at
 */
record Shell(
        Map<String, String> variables,
        Path folder,
        BufferedReader in,
        PrintStream out,
        PrintStream err,
        String terminal,
        Clock clock,
        Duration pace) {

    /** Which streams are a terminal, as the launcher found it; Java itself cannot tell them apart. */
    static final String TERMINAL = "SLIPWAY_TTY";

    private static final Duration PACE = Duration.ofMillis(500);

    static Shell system() {
        Map<String, String> variables = System.getenv();
        String seen = System.console() == null ? "" : "io";
        return new Shell(
                variables,
                Path.of("").toAbsolutePath(),
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
                new PrintStream(System.out, true, StandardCharsets.UTF_8),
                new PrintStream(System.err, true, StandardCharsets.UTF_8),
                variables.getOrDefault(TERMINAL, seen),
                Clock.systemUTC(),
                PACE);
    }

    /** The value of a variable; nothing where it is unset or empty. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }

    Path home() {
        return Path.of(variable("HOME").orElse(System.getProperty("user.home")));
    }

    /** Whether a person can be asked. */
    boolean interactive() {
        return terminal.contains("i") && (terminal.contains("o") || terminal.contains("e"));
    }

    /** Whether what is printed can be drawn over. */
    boolean redraws() {
        return terminal.contains("o") && !"dumb".equals(variables.get("TERM"));
    }

    void print(String line) {
        out.println(Shown.text(line));
    }

    void say(String line) {
        err.println(Shown.text(line));
    }

    /** Asks the person; the answer without spaces around it. */
    String ask(String question) {
        if (!interactive()) {
            throw new CommandStopped(ExitCode.USAGE, "nobody is here to answer '" + question.strip() + "'");
        }
        err.print(Shown.text(question) + " ");
        err.flush();
        try {
            String answer = in.readLine();
            if (answer == null) {
                throw new CommandStopped(ExitCode.USAGE, "no answer to '" + question.strip() + "'; nothing was done");
            }
            return answer.strip();
        } catch (IOException e) {
            throw new CommandStopped(ExitCode.USAGE, "the terminal cannot be read: " + e.getMessage(), e);
        }
    }

    boolean agrees(String question) {
        String answer = ask(question + " [y/N]");
        return answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes");
    }
}
