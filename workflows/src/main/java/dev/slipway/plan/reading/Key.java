package dev.slipway.plan.reading;

/**
 * One key of the plan format: all that the reader, the schema and the documentation know of it.
 *
 * @param byDefault the value that holds where the key is absent, as the file would say it; empty for none
 * @param computed the same in words where it depends on other keys
 * @param doc one sentence
 * @param since the version of slipway that knew it first
 */
record Key(String name, Shape shape, boolean required, String byDefault, String computed, String doc, String since) {

    private static final String FIRST = "0.1";

    static Key required(String name, Shape shape, String doc) {
        return new Key(name, shape, true, "", "", doc, FIRST);
    }

    static Key optional(String name, Shape shape, String doc) {
        return new Key(name, shape, false, "", "", doc, FIRST);
    }

    static Key byDefault(String name, String value, Shape shape, String doc) {
        return new Key(name, shape, false, value, "", doc, FIRST);
    }

    static Key computed(String name, String words, Shape shape, String doc) {
        return new Key(name, shape, false, "", words, doc, FIRST);
    }
}
