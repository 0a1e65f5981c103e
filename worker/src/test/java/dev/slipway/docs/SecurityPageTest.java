package dev.slipway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each test that the security page names is one of the class that it says. */
final class SecurityPageTest {

    /** {@code [`OneTest.name`, `nameInTheSameClass`, `OtherTest`]}. */
    private static final Pattern PROOFS = Pattern.compile("\\[(`[^\\]]+)\\](?!\\()");

    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final Pattern PROOF = Pattern.compile("(?:(\\w+Test)(?:\\.|$))?([a-z]\\w+)?");
    private static final Pattern PARENT = Pattern.compile("\\bclass \\w+(?:<[^{]*>)? extends (\\w+)");

    private final Documentation documentation = Documentation.here();

    /** The sources of tests by the simple names of their classes, which several modules may have. */
    private final Map<String, List<String>> classes = new HashMap<>();

    SecurityPageTest() throws IOException {
        for (String module : List.of("workflows", "activities", "client-cli", "worker")) {
            Path tests = documentation.root().resolve(module).resolve("src/test/java");
            try (Stream<Path> files = Files.walk(tests)) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .forEach(file -> classes.computeIfAbsent(simpleName(file), name -> new ArrayList<>())
                                .add(documentation.text(file)));
            }
        }
    }

    private static String simpleName(Path file) {
        return file.getFileName().toString().replaceFirst("\\.java$", "");
    }

    @Test
    void everyTestThatThePageNamesIsInTheClassThatItNames() {
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (MatchResult proofs :
                PROOFS.matcher(documentation.text("docs/security.md")).results().toList()) {
            String type = "";
            for (MatchResult name : NAME.matcher(proofs.group(1)).results().toList()) {
                Matcher proof = PROOF.matcher(name.group(1));
                boolean written = proof.matches();
                type = written && proof.group(1) != null ? proof.group(1) : type;
                if (!written || !isThere(type, proof.group(2))) {
                    missing.add(type + ": " + name.group(1));
                }
                named++;
            }
        }

        assertThat(named).isGreaterThan(100);
        assertThat(missing).isEmpty();
    }

    /** @param method null where the whole class is meant */
    private boolean isThere(String type, String method) {
        return classes.getOrDefault(type, List.of()).stream().anyMatch(source -> method == null || has(source, method));
    }

    /** Itself, or by what it extends. */
    private boolean has(String source, String method) {
        return isTest(source, method)
                || PARENT.matcher(source).results().limit(1).anyMatch(parent -> isThere(parent.group(1), method));
    }

    /** Between the annotation and the name stands no other member. */
    private static boolean isTest(String source, String method) {
        return Pattern.compile(
                        "@(?:Test|ParameterizedTest|RepeatedTest)\\b(?:(?!\\n\\n).)*?\\bvoid " + method + "\\(",
                        Pattern.DOTALL)
                .matcher(source)
                .find();
    }
}
