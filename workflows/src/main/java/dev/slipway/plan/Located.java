package dev.slipway.plan;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value of the plan with its place in the file; what is absent is one too, at the place of what it is absent from.
 *
 * @param sound false where something in it was refused: conclusions from it would only be noise
 * @param text a single value as it is written
 */
record Located(
        Place place,
        Shape shape,
        boolean there,
        boolean sound,
        String text,
        List<Located> items,
        Map<String, Located> entries) {

    /** Where something stands. */
    record Place(int line, int column, String path) {}

    Located {
        items = List.copyOf(items);
    }

    static Located single(Place place, Shape shape, String text) {
        return new Located(place, shape, true, true, text, List.of(), Map.of());
    }

    static Located absent(Place place, Shape shape) {
        return new Located(place, shape, false, true, "", List.of(), Map.of());
    }

    static Located refused(Place place, Shape shape) {
        return new Located(place, shape, true, false, "", List.of(), Map.of());
    }

    boolean isSingle() {
        return items.isEmpty() && entries.isEmpty();
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    /** The value of a key, with the default of {@link Format} where it is absent. */
    Located at(String key) {
        Located value = entries.get(key);
        if (value != null) {
            return value;
        }
        Shape unknown = Shape.of(Kind.TEXT);
        Place here = new Place(place.line(), place.column(), place.path().isEmpty() ? key : place.path() + "." + key);
        if (!(shape instanceof Shape.Mapping mapping)) {
            return absent(here, unknown);
        }
        Optional<Key> known = mapping.key(key);
        return new Located(
                here,
                known.map(Key::shape).orElse(unknown),
                false,
                sound,
                known.map(Key::byDefault).orElse(""),
                List.of(),
                Map.of());
    }

    String text(String key) {
        return at(key).text();
    }

    List<String> texts(String key) {
        return at(key).items().stream().map(Located::text).toList();
    }

    Map<String, String> textsByName(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        at(key).entries().forEach((name, value) -> texts.put(name, value.text()));
        return texts;
    }

    Duration duration(String key) {
        return at(key).duration();
    }

    /** Zero where it is absent, or none. */
    Duration duration() {
        return Durations.parse(text).orElse(Duration.ZERO);
    }

    /** In bytes; 0 where it is absent. */
    long size(String key) {
        return Sizes.parse(text(key)).orElse(0L);
    }

    int number(String key) {
        String text = text(key);
        return text.isEmpty() ? 0 : Integer.parseInt(text);
    }

    boolean yes(String key) {
        return text(key).equals("true");
    }
}
