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

    static String json(Object value) {
        try {
            return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record is plain JSON", e);
        }
    }

    /** JSON escapes control characters itself; nothing else may touch it. */
    static void print(Shell shell, Object value) {
        shell.out().println(json(value));
    }
}
