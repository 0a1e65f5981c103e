package dev.slipway.plan.reading;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.plan.Durations;
import dev.slipway.plan.ReleasePlan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

class PlanSchemaTest {

    private final JsonNode schema = PlanSchema.schema();

    @Test
    void knowsEveryKeyOfTheExamples() {
        for (String example : List.of("shop.yaml", "small.yaml")) {
            Object plan = new Load(
                            LoadSettings.builder().setSchema(new CoreSchema()).build())
                    .loadFromString(Shop.plan(example));
            List<String> unknown = new ArrayList<>();
            compare(plan, schema, example, unknown);
            assertThat(unknown).isEmpty();
        }
    }

    @Test
    void documentsTheDefaultsThatHold() {
        ReleasePlan plan = new PlanReader()
                .read(new Shop(Shop.plan("small.yaml")), new PlanRequest("production", "1.4.0", ""))
                .plan()
                .orElseThrow();

        JsonNode environment = schema.at("/properties/environments/additionalProperties/properties");
        environment.at("/timeouts/properties").properties().stream()
                // what was added later stands in a plan only where it is given
                .filter(step -> step.getValue().has("default"))
                .forEach(step -> assertThat(plan.timeouts()).containsEntry(step.getKey(), duration(step.getValue())));
        environment.at("/on-failure/properties").properties().forEach(phase -> assertThat(plan.onFailure())
                .containsEntry(phase.getKey(), phase.getValue().get("default").asText()));
        assertThat(plan.rollback().within()).isEqualTo(duration(environment.at("/rollback/properties/within")));
        assertThat(plan.rollback().lockAfter())
                .isEqualTo(environment
                        .at("/rollback/properties/lock-after/default")
                        .asBoolean());
        assertThat(duration(environment.at("/approval/properties/expires"))).isEqualTo(Duration.ofHours(24));
        assertThat(duration(environment.at("/databases/additionalProperties/properties/backup/properties/keep")))
                .isEqualTo(Duration.ofDays(30));
    }

    @Test
    void describesEveryKeyInASentence() {
        List<String> silent = new ArrayList<>();
        describe(schema, "", silent);
        assertThat(silent).isEmpty();
    }

    @Test
    void isReadableJson() throws IOException {
        assertThat(new ObjectMapper().readTree(PlanSchema.text()).toString()).isEqualTo(schema.toString());
    }

    private static Duration duration(JsonNode key) {
        return Durations.parse(key.get("default").asText()).orElseThrow();
    }

    private static void describe(JsonNode schema, String path, List<String> silent) {
        schema.path("properties").properties().forEach(key -> {
            String here = path + "/" + key.getKey();
            if (!path.isEmpty() && !key.getValue().path("description").asText().matches("[A-Z].*\\.")) {
                silent.add(here);
            }
            describe(key.getValue(), here, silent);
        });
        for (String below : List.of("additionalProperties", "items")) {
            if (schema.path(below).isObject()) {
                describe(schema.get(below), path + "/" + below, silent);
            }
        }
    }

    /** The part of a validator that matters here: no key, kind, pattern or word that the schema does not have. */
    private static void compare(Object value, JsonNode schema, String path, List<String> unknown) {
        if (schema.has("oneOf") && schema.at("/oneOf/0").has("type")) {
            List<String> first = new ArrayList<>();
            List<String> second = new ArrayList<>();
            compare(value, schema.at("/oneOf/0"), path, first);
            compare(value, schema.at("/oneOf/1"), path, second);
            if (first.isEmpty() == second.isEmpty()) {
                unknown.add(path + ": not exactly one of two");
            }
        } else if (value instanceof Map<?, ?> mapping) {
            mapping.forEach((key, member) -> {
                JsonNode known = schema.path("properties").path(key.toString());
                if (known.isMissingNode()) {
                    known = schema.path("additionalProperties");
                }
                if (known.isObject()) {
                    compare(member, known, path + "/" + key, unknown);
                } else {
                    unknown.add(path + "/" + key);
                }
            });
            schema.path("required").forEach(name -> {
                if (!mapping.containsKey(name.asText())) {
                    unknown.add(path + ": no " + name);
                }
            });
        } else if (value instanceof List<?> list) {
            if (!schema.has("items")) {
                unknown.add(path + ": a list");
            }
            list.forEach(element -> compare(element, schema.path("items"), path + "/-", unknown));
        } else if (schema.path("type").asText().equals("object")
                || schema.path("type").asText().equals("array")
                || schema.has("pattern")
                        && !value.toString().matches(schema.get("pattern").asText())
                || schema.has("enum") && !schema.get("enum").toString().contains("\"" + value + "\"")) {
            unknown.add(path + ": " + value);
        }
    }
}
