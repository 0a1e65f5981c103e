package dev.slipway.worker.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A value of the file at its place; asked for what it should be, it says where it is not. */
final class Value {

    private static final int FARTHEST = 3;

    private final Node node;
    private final String path;
    private final Findings findings;

    Value(Node node, String path, Findings findings) {
        this.node = node;
        this.path = path;
        this.findings = findings;
    }

    void problem(String what, String next) {
        findings.add(node, path, what, next);
    }

    boolean isText() {
        return node instanceof ScalarNode && !node.getTag().equals(Tag.NULL);
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    Optional<String> text() {
        if (node instanceof ScalarNode single && isText() && !single.getValue().isBlank()) {
            return Optional.of(single.getValue());
        }
        problem("should be a text", "write one value");
        return Optional.empty();
    }

    Optional<String> oneOf(List<String> choices) {
        Optional<String> text = text();
        if (text.isPresent() && !choices.contains(text.get())) {
            problem("'" + text.get() + "' is not one of " + String.join(", ", choices), nearest(text.get(), choices));
            return Optional.empty();
        }
        return text;
    }

    Optional<Integer> number(int least, int most) {
        Optional<String> text = text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.get().matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text.get());
            if (number >= least && number <= most) {
                return Optional.of(number);
            }
        }
        problem("'" + text.get() + "' is not a whole number from " + least + " to " + most, "");
        return Optional.empty();
    }

    List<Value> list() {
        if (!(node instanceof SequenceNode sequence)) {
            problem("should be a list", "write [a, b]");
            return List.of();
        }
        List<Value> values = new ArrayList<>();
        for (Node each : sequence.getValue()) {
            values.add(new Value(each, path + "[" + values.size() + "]", findings));
        }
        return values;
    }

    List<String> texts() {
        return list().stream().map(Value::text).flatMap(Optional::stream).toList();
    }

    /** A mapping with names of the writer's own. */
    Map<String, Value> entries() {
        Map<String, Value> entries = new LinkedHashMap<>();
        if (!(node instanceof MappingNode mapping)) {
            problem("should be a mapping of names to values", "write `name: value` below it");
            return entries;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                findings.add(tuple.getKeyNode(), path, "a key should be a text", "write a name");
                continue;
            }
            String below = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
            if (entries.put(key.getValue(), new Value(tuple.getValueNode(), below, findings)) != null) {
                findings.add(key, path, "'" + key.getValue() + "' stands here twice", "take one away");
            }
        }
        return entries;
    }

    /** A mapping of which every key is known. @param later what is not there yet, each with its sentence */
    Map<String, Value> keys(List<String> known, Map<String, String> later) {
        Map<String, Value> entries = entries();
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key && !known.contains(key.getValue())) {
                    String name = key.getValue();
                    if (later.containsKey(name)) {
                        findings.add(key, path, later.get(name), "take it out");
                    } else {
                        findings.add(
                                key,
                                path,
                                "unknown key '" + name + "'",
                                nearest(name, known).isEmpty()
                                        ? "known here: " + String.join(", ", known)
                                        : nearest(name, known));
                    }
                }
            }
        }
        return entries;
    }

    Map<String, Value> keys(List<String> known) {
        return keys(known, Map.of());
    }

    /** The value of a key that has to be there. */
    Optional<Value> wanted(Map<String, Value> entries, String key, String example) {
        if (!entries.containsKey(key) && node instanceof MappingNode) {
            problem("'" + key + "' is missing", "add `" + key + ": " + example + "`");
        }
        return Optional.ofNullable(entries.get(key));
    }

    private static String nearest(String word, List<String> known) {
        int farthest = Math.min(FARTHEST, Math.max(1, word.length() / 3));
        LevenshteinDistance distance = new LevenshteinDistance(farthest);
        return known.stream()
                .filter(candidate -> distance.apply(word, candidate) >= 0)
                .min(Comparator.comparingInt(candidate -> distance.apply(word, candidate)))
                .map(near -> "did you mean '" + near + "'?")
                .orElse("");
    }
}
