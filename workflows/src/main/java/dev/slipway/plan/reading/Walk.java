package dev.slipway.plan.reading;

import dev.slipway.plan.Quoted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Goes through the nodes of a file side by side with the {@link Format}, and keeps what is right with its place. */
final class Walk {

    /** Aliases may lead to one node from many places; nobody's plan has this many values. */
    private static final int MOST_VALUES = 50_000;

    private static final Set<Tag> SINGLE = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);

    private final Problems problems;
    private final Scalars scalars;
    private int values;

    Walk(Problems problems, Scalars scalars) {
        this.problems = problems;
        this.scalars = scalars;
    }

    Located value(Shape shape, Node node, String path) {
        return value(shape, node, place(node, path), path);
    }

    /** @param key where the value is named: what is missing in it is missing there */
    private Located value(Shape shape, Node node, Located.Place key, String path) {
        Located.Place place = place(node, path);
        if (++values > MOST_VALUES) {
            problems.add(
                    place.line(),
                    place.column(),
                    "",
                    "the plan has more than " + MOST_VALUES + " values",
                    "split it up");
            return Located.refused(place, shape);
        }
        if (shape instanceof Shape.Either either) {
            return value(node instanceof ScalarNode ? either.single() : either.other(), node, key, path);
        }
        Tag plain = node instanceof MappingNode ? Tag.MAP : node instanceof SequenceNode ? Tag.SEQ : node.getTag();
        if (!node.getTag().equals(plain) || node instanceof ScalarNode && !SINGLE.contains(plain)) {
            return refuse(
                    place, shape, "has the YAML tag " + Quoted.of(node.getTag().getValue()), "take the tag out");
        }
        if (node.getTag().equals(Tag.NULL)) {
            return refuse(key, shape, "has no value", "give it " + shape.words() + ", or leave the key out");
        }
        if (shape instanceof Shape.Scalar scalar) {
            return node instanceof ScalarNode single ? single(scalar, single, place) : otherKind(shape, node, place);
        }
        if (shape instanceof Shape.Items items) {
            return node instanceof SequenceNode list ? list(items, list, place, path) : otherKind(shape, node, place);
        }
        if (!(node instanceof MappingNode mapping)) {
            return otherKind(shape, node, place);
        }
        return shape instanceof Shape.Entries entries
                ? entries(entries, mapping, key, path)
                : mapping((Shape.Mapping) shape, mapping, key, path);
    }

    private Located single(Shape.Scalar shape, ScalarNode node, Located.Place place) {
        String text = node.getValue();
        boolean number = shape.kind() == Kind.WHOLE && !node.getTag().equals(Tag.INT);
        boolean yesNo = shape.kind() == Kind.YES_NO && !node.getTag().equals(Tag.BOOL);
        if (number || yesNo) {
            return refuse(
                    place,
                    shape,
                    Quoted.of(text) + " is not " + shape.words(),
                    node.isPlain() ? "write " + shape.words() : "take the quotes away");
        }
        String value = yesNoValue(shape, text);
        Optional<Scalars.Fault> fault = scalars.fault(shape, value);
        if (fault.isPresent()) {
            Located.Place within = within(node, place, fault.get().index());
            return refuse(within, shape, fault.get().what(), fault.get().next());
        }
        return Located.single(place, shape, value);
    }

    /** {@code True} and {@code TRUE} are YAML, too. */
    private static String yesNoValue(Shape.Scalar shape, String text) {
        return shape.kind() == Kind.YES_NO ? text.toLowerCase(Locale.ROOT) : text;
    }

    private Located list(Shape.Items shape, SequenceNode node, Located.Place place, String path) {
        if (node.getValue().isEmpty()) {
            return refuse(place, shape, "is an empty list", "name at least one, or leave the key out");
        }
        List<Located> items = new ArrayList<>();
        Map<String, Located> seen = new HashMap<>();
        boolean sound = true;
        for (Node element : node.getValue()) {
            Located item = value(shape.element(), element, path + "[" + items.size() + "]");
            if (item.sound() && shape.unique() && item.isSingle()) {
                Located before = seen.putIfAbsent(item.text(), item);
                if (before != null) {
                    problems.add(item.place(), Quoted.of(item.text()) + " stands here twice", "take one away");
                    sound = false;
                }
            }
            sound &= item.sound();
            items.add(item);
        }
        return new Located(place, shape, true, sound, "", items, Map.of());
    }

    private Located entries(Shape.Entries shape, MappingNode node, Located.Place key, String path) {
        Map<String, Located> entries = new LinkedHashMap<>();
        Shape.Scalar name = Shape.of(shape.key());
        boolean sound = true;
        for (NodeTuple tuple : node.getValue()) {
            Optional<String> text = key(tuple.getKeyNode(), path, entries);
            if (text.isEmpty()) {
                sound = false;
                continue;
            }
            String below = path.equals("environments") ? text.get() : path + "." + text.get();
            Located.Place named = place(tuple.getKeyNode(), below);
            Optional<Scalars.Fault> fault = scalars.fault(name, text.get());
            fault.ifPresent(wrong -> problems.add(named.line(), named.column(), path, wrong.what(), wrong.next()));
            Located value = value(shape.value(), tuple.getValueNode(), named, below);
            sound &= value.sound() && fault.isEmpty();
            entries.put(text.get(), value);
        }
        return new Located(key, shape, true, sound, "", List.of(), entries);
    }

    private Located mapping(Shape.Mapping shape, MappingNode node, Located.Place key, String path) {
        Map<String, Located> entries = new LinkedHashMap<>();
        List<String> names = shape.keys().stream().map(Key::name).toList();
        boolean sound = true;
        boolean later = false;
        for (NodeTuple tuple : node.getValue()) {
            Optional<String> text = key(tuple.getKeyNode(), path, entries);
            Optional<Key> known = text.flatMap(shape::key);
            if (known.isPresent()) {
                String below = path.isEmpty() ? text.get() : path + "." + text.get();
                Located value =
                        value(known.get().shape(), tuple.getValueNode(), place(tuple.getKeyNode(), below), below);
                sound &= value.sound();
                entries.put(text.get(), value);
                continue;
            }
            sound = false;
            if (text.isPresent()) {
                later |= shape.later().containsKey(text.get());
                unknown(shape, text.get(), place(tuple.getKeyNode(), path), names);
            }
        }
        for (Key wanted : shape.keys()) {
            if (wanted.required() && !entries.containsKey(wanted.name())) {
                sound = false;
                problems.add(
                        key,
                        "`" + wanted.name() + "` is missing",
                        "give it " + wanted.shape().words());
            }
        }
        return new Located(key, shape, true, sound & oneOf(shape, entries, key, later), "", List.of(), entries);
    }

    private void unknown(Shape.Mapping shape, String name, Located.Place place, List<String> names) {
        Shape.Later later = shape.later().get(name);
        if (later != null) {
            problems.add(place, later.what(), later.next());
            return;
        }
        problems.add(
                place,
                "unknown key " + Quoted.of(name),
                Nearest.to(name, names)
                        .map(near -> "did you mean `" + near + "`?")
                        .orElse("known here: " + String.join(", ", names)));
    }

    private boolean oneOf(Shape.Mapping shape, Map<String, Located> entries, Located.Place key, boolean later) {
        List<String> given = shape.oneOf().stream().filter(entries::containsKey).toList();
        if (shape.oneOf().isEmpty() || given.size() == 1 || given.isEmpty() && later) {
            return true;
        }
        String choice = String.join(
                ", ", shape.oneOf().stream().map(name -> "`" + name + "`").toList());
        if (given.isEmpty()) {
            problems.add(
                    key,
                    shape.oneOf().size() == 1 ? choice + " is missing" : "one of " + choice + " is missing",
                    "add it");
        } else {
            Located last = given.stream()
                    .map(entries::get)
                    .max(Comparator.comparingInt(
                                    (Located value) -> value.place().line())
                            .thenComparingInt(value -> value.place().column()))
                    .orElseThrow();
            problems.add(last.place(), "only one of " + choice + " can be given", "take all but one away");
        }
        return false;
    }

    /** The text of a key that is new in its mapping. */
    private Optional<String> key(Node node, String path, Map<String, Located> before) {
        Located.Place place = place(node, path);
        if (!(node instanceof ScalarNode single)) {
            problems.add(place, "a key is a text, not a list or mapping", "write a name");
            return Optional.empty();
        }
        String name = single.getValue();
        Located first = before.get(name);
        if (first != null) {
            problems.add(
                    place,
                    "key " + Quoted.of(name) + " stands here twice",
                    "take one away; which one counts must not be a guess");
            return Optional.empty();
        }
        return Optional.of(name);
    }

    private Located otherKind(Shape shape, Node node, Located.Place place) {
        String found =
                node instanceof MappingNode ? "a mapping" : node instanceof SequenceNode ? "a list" : "a single value";
        return refuse(place, shape, "is " + found, "give it " + shape.words());
    }

    private Located refuse(Located.Place place, Shape shape, String what, String next) {
        problems.add(place, what, next);
        return Located.refused(place, shape);
    }

    static Located.Place place(Node node, String path) {
        return node.getStartMark()
                .map(mark -> new Located.Place(mark.getLine() + 1, mark.getColumn() + 1, path))
                .orElse(new Located.Place(1, 1, path));
    }

    /** The place of a character of a value, where the file holds the value as it is; otherwise where that starts. */
    private static Located.Place within(ScalarNode node, Located.Place place, int index) {
        String text = node.getValue();
        int quotes = node.isPlain() ? 0 : 1;
        boolean verbatim = node.getStartMark().isPresent()
                && node.getEndMark().isPresent()
                && node.getStartMark().get().getLine()
                        == node.getEndMark().get().getLine()
                && node.getEndMark().get().getColumn()
                                - node.getStartMark().get().getColumn()
                        == text.codePointCount(0, text.length()) + 2 * quotes;
        return index == 0 || !verbatim
                ? place
                : new Located.Place(
                        place.line(), place.column() + quotes + text.codePointCount(0, index), place.path());
    }
}
