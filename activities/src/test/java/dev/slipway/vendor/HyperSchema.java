package dev.slipway.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.fge.jsonschema.core.exceptions.ProcessingException;
import com.github.fge.jsonschema.core.report.LogLevel;
import com.github.fge.jsonschema.main.JsonSchemaFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A vendor's JSON hyper-schema, to hold requests against: the link by method and path, and its {@code schema}. */
public final class HyperSchema {

    private final JsonNode whole;

    private HyperSchema(JsonNode whole) {
        this.whole = whole;
    }

    /** @return empty where the descriptions are not on this machine */
    public static Optional<HyperSchema> find(String file) {
        Path path = Path.of(System.getProperty("slipway.vendor-apis", "../../shared/vendor-apis"))
                .resolve(file);
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try {
            ObjectNode whole = (ObjectNode) new ObjectMapper().readTree(path.toFile());
            // its own dialect is draft 4 with links
            whole.put("$schema", "http://json-schema.org/draft-04/schema#");
            whole.remove("id");
            return Optional.of(new HyperSchema(whole));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What of a request is not as described; empty where one link takes it.
     *
     * @param body a missing node for none
     */
    public List<String> problems(String method, String path, JsonNode body) {
        List<String> problems = new ArrayList<>();
        for (var definition : whole.path("definitions").properties()) {
            JsonNode links = definition.getValue().path("links");
            for (int at = 0; at < links.size(); at++) {
                JsonNode link = links.get(at);
                String href = link.path("href").asText().replaceAll("\\{\\([^)]*\\)\\}", "[^/]+");
                if (!link.path("method").asText().equals(method) || !path.matches(href)) {
                    continue;
                }
                List<String> found = link.has("schema")
                        ? problems("/definitions/" + definition.getKey() + "/links/" + at + "/schema", body)
                        : body.isMissingNode() ? List.of() : List.of(method + " " + path + " takes no body");
                if (found.isEmpty()) {
                    return List.of();
                }
                problems.addAll(found);
            }
        }
        return problems.isEmpty() ? List.of(method + " " + path + " is not described") : problems;
    }

    private List<String> problems(String pointer, JsonNode body) {
        try {
            List<String> problems = new ArrayList<>();
            JsonSchemaFactory.byDefault()
                    .getJsonSchema(whole, pointer)
                    .validate(body)
                    .forEach(problem -> {
                        // keywords of its own dialect are warnings
                        if (problem.getLogLevel().compareTo(LogLevel.ERROR) >= 0) {
                            problems.add(problem.getMessage());
                        }
                    });
            return problems;
        } catch (ProcessingException e) {
            return List.of(e.getMessage());
        }
    }
}
