package dev.slipway.shop;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** What makes one version differ from another: its number and the SQL that it runs, from {@code queries.properties}. */
record Queries(String version, String products, String product, String order) {

    static Queries read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return new Queries(
                required(properties, "version", file),
                required(properties, "products", file),
                required(properties, "product", file),
                required(properties, "order", file));
    }

    private static String required(Properties properties, String key, Path file) {
        String value = properties.getProperty(key, "").strip();
        if (value.isEmpty()) {
            throw new IllegalArgumentException("%s: '%s' is missing; give it a value".formatted(file, key));
        }
        return value;
    }
}
