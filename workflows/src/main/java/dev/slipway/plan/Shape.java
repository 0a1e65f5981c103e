package dev.slipway.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What may stand at a place of a plan. */
sealed interface Shape {

    /**
     * What the format knows and this version has not: it is refused by a sentence of its own, never dropped.
     *
     * @param what the sentence
     * @param next what to do instead
     */
    record Later(String what, String next) {

        static Later of(String what, String next) {
            boolean many = what.endsWith("s") || what.contains("s by ") || what.startsWith("stores");
            String names = many ? "them" : "it";
            return new Later(
                    what + (many ? " are" : " is") + " not part of this version of slipway; a plan that names " + names
                            + " is refused rather than released without " + names,
                    next);
        }

        /**
         * The same for each of these names.
         *
         * @param what with {@code %s} in the place of the name
         */
        static Map<String, Later> all(String what, String next, String... names) {
            Map<String, Later> all = new LinkedHashMap<>();
            for (String name : names) {
                all.put(name, of(String.format(what, name), next));
            }
            return Map.copyOf(all);
        }
    }

    /** As it is said to a person: "a list of …". */
    String words();

    /**
     * A single value.
     *
     * @param choices the words that are allowed, empty for any value of the kind
     * @param least the least number, or milliseconds of a duration
     * @param later words that the format knows and this version has not, with what to say about them
     */
    record Scalar(Kind kind, List<String> choices, long least, long most, Map<String, Later> later) implements Shape {
        @Override
        public String words() {
            return choices.isEmpty() ? kind.words() : "one of " + String.join(", ", choices);
        }
    }

    /** A list; its elements differ from each other where {@code unique}. */
    record Items(Shape element, boolean unique) implements Shape {
        @Override
        public String words() {
            return "a list; each element is " + element.words();
        }
    }

    /** A mapping whose keys are free, within their kind. */
    record Entries(Kind key, Shape value) implements Shape {
        @Override
        public String words() {
            return "a mapping from " + key.words() + " to " + value.words();
        }
    }

    /**
     * A mapping with known keys.
     *
     * @param later keys that the format knows and this version has not, with what to say about them
     * @param oneOf keys of which exactly one has to be there; empty where that does not matter
     */
    record Mapping(List<Key> keys, Map<String, Later> later, List<String> oneOf) implements Shape {
        @Override
        public String words() {
            return "a mapping with "
                    + String.join(", ", keys.stream().map(Key::name).toList());
        }

        Optional<Key> key(String name) {
            return keys.stream().filter(key -> key.name().equals(name)).findFirst();
        }
    }

    /** A single value, or its long form. */
    record Either(Scalar single, Shape other) implements Shape {
        @Override
        public String words() {
            return single.words() + ", or " + other.words();
        }
    }

    static Scalar of(Kind kind) {
        return new Scalar(kind, List.of(), 0, Long.MAX_VALUE, Map.of());
    }

    static Scalar number(long least, long most) {
        return new Scalar(Kind.WHOLE, List.of(), least, most, Map.of());
    }

    static Scalar duration(String least, String most) {
        return new Scalar(
                Kind.DURATION,
                List.of(),
                Durations.parse(least).orElseThrow().toMillis(),
                Durations.parse(most).orElseThrow().toMillis(),
                Map.of());
    }

    static Scalar word(String... choices) {
        return new Scalar(Kind.WORD, List.of(choices), 0, 0, Map.of());
    }

    static Items list(Shape element) {
        return new Items(element, false);
    }

    /** An argv list, never shell text. */
    static Items arguments() {
        return list(of(Kind.ARGUMENT));
    }

    static Items set(Shape element) {
        return new Items(element, true);
    }

    static Mapping mapping(Key... keys) {
        return new Mapping(List.of(keys), Map.of(), List.of());
    }
}
