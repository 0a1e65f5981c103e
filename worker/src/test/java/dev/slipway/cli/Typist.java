package dev.slipway.cli;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** Types commands inside of this process: a JVM each would take most of a test's time. */
public final class Typist {

    private static final Duration PACE = Duration.ofMillis(200);

    private Typist() {}

    /** @return the exit code */
    public static int type(Path folder, Map<String, String> variables, Consumer<String> each, String... arguments) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
        int code = Main.run(
                new Shell(
                        variables,
                        folder,
                        new BufferedReader(new StringReader("")),
                        stream,
                        stream,
                        "",
                        Clock.systemUTC(),
                        PACE),
                arguments);
        said.toString(StandardCharsets.UTF_8).lines().forEach(each);
        return code;
    }
}
