package dev.slipway.plan.reading;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.plan.ReleasePlan;

/** The plan format as a JSON Schema (2020-12), for editors: made of the same description that the reader goes by. */
public final class PlanSchema {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private PlanSchema() {}

    /** The schema, indented, with a line feed at its end. */
    public static String text() {
        return schema().toPrettyString() + "\n";
    }

    static ObjectNode schema() {
        ObjectNode schema = JSON.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "slipway plan, format " + ReleasePlan.FORMAT);
        schema.setAll(of(Format.ROOT));
        ((ObjectNode) schema.at("/properties/slipway")).removeAll().put("const", ReleasePlan.FORMAT);
        return schema;
    }

    private static ObjectNode of(Shape shape) {
        if (shape instanceof Shape.Scalar scalar) {
            return scalar(scalar);
        }
        if (shape instanceof Shape.Items items) {
            ObjectNode schema = type("array");
            schema.set("items", of(items.element()));
            schema.put("minItems", 1);
            if (items.unique()) {
                schema.put("uniqueItems", true);
            }
            return schema;
        }
        if (shape instanceof Shape.Entries entries) {
            ObjectNode schema = type("object");
            if (!entries.key().pattern().isEmpty()) {
                schema.putObject("propertyNames")
                        .put("pattern", "^(?:" + entries.key().pattern() + ")$");
            }
            schema.set("additionalProperties", of(entries.value()));
            return schema;
        }
        if (shape instanceof Shape.Either either) {
            ObjectNode schema = JSON.objectNode();
            schema.putArray("oneOf").add(of(either.single())).add(of(either.other()));
            return schema;
        }
        return mapping((Shape.Mapping) shape);
    }

    private static ObjectNode mapping(Shape.Mapping mapping) {
        ObjectNode schema = type("object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = JSON.arrayNode();
        for (Key key : mapping.keys()) {
            properties.set(key.name(), key(key));
            if (key.required()) {
                required.add(key.name());
            }
        }
        schema.put("additionalProperties", false);
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        if (!mapping.oneOf().isEmpty()) {
            ArrayNode choices = schema.putArray("oneOf");
            mapping.oneOf()
                    .forEach(name -> choices.addObject().putArray("required").add(name));
        }
        return schema;
    }

    private static ObjectNode key(Key key) {
        ObjectNode schema = of(key.shape());
        String computed = key.computed().isEmpty() ? "" : " Where absent: " + key.computed() + ".";
        schema.put("description", key.doc() + computed);
        if (!key.byDefault().isEmpty()) {
            Kind kind = key.shape() instanceof Shape.Scalar scalar ? scalar.kind() : Kind.TEXT;
            if (kind == Kind.WHOLE) {
                schema.put("default", Long.parseLong(key.byDefault()));
            } else if (kind == Kind.YES_NO) {
                schema.put("default", key.byDefault().equals("true"));
            } else {
                schema.put("default", key.byDefault());
            }
        }
        schema.put("x-since", key.since());
        return schema;
    }

    private static ObjectNode scalar(Shape.Scalar scalar) {
        Kind kind = scalar.kind();
        if (kind == Kind.WHOLE) {
            return type("integer").put("minimum", scalar.least()).put("maximum", scalar.most());
        }
        if (kind == Kind.YES_NO) {
            return type("boolean");
        }
        if (kind == Kind.CONFIG || kind == Kind.EXPECTED) {
            // FLASK_DEBUG: false and version: 3 are taken as they are written
            ObjectNode schema = JSON.objectNode();
            schema.putArray("type").add("string").add("number").add("boolean");
            return schema;
        }
        ObjectNode schema = type("string");
        if (!scalar.choices().isEmpty()) {
            ArrayNode choices = schema.putArray("enum");
            scalar.choices().forEach(choices::add);
        } else if (!kind.pattern().isEmpty()) {
            schema.put("pattern", "^(?:" + kind.pattern() + ")$");
        }
        return schema;
    }

    private static ObjectNode type(String type) {
        return JSON.objectNode().put("type", type);
    }
}
