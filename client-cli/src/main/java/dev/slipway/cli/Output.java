package dev.slipway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.trust.Json;
import picocli.CommandLine.Option;

/** In which form to answer. */
final class Output {

    enum Form {
        text,
        json
    }

    @Option(
            names = {"--output", "-o"},
            paramLabel = "text|json",
            description = "json: one object on standard output, everything else on standard error")
    Form form = Form.text;

    boolean json() {
        return form == Form.json;
    }

    /** What is said on the way: standard output is kept for the one object where JSON is wanted. */
    void tell(Shell shell, String line) {
        if (json()) {
            shell.say(line);
        } else {
            shell.print(line);
        }
    }

    static String json(Object value) {
        try {
            return escaped(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record is plain JSON", e);
        }
    }

    /** What JSON leaves as it is and a terminal obeys: the other control characters, and those that turn text round. */
    private static String escaped(String json) {
        StringBuilder text = new StringBuilder(json.length());
        json.chars().forEach(c -> {
            boolean obeyed = (c >= 0x7f && c <= 0x9f)
                    || (c >= 0x200e && c <= 0x200f)
                    || (c >= 0x202a && c <= 0x202e)
                    || (c >= 0x2066 && c <= 0x2069);
            text.append(obeyed ? String.format("\\u%04x", c) : Character.toString(c));
        });
        return text.toString();
    }

    static void print(Shell shell, Object value) {
        shell.out().println(json(value));
    }
}
