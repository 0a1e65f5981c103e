package dev.slipway.database.migrations;

import dev.slipway.trust.Sha256;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Plain SQL files with a number in front, such as 0001_first.sql, with or without {@code .up} and {@code .down} files, in
 * the order of their numbers; their SHA-256 in {@code slipway_migrations}.
 */
final class NumberedFormat implements Format {

    /** A version of one or more numbers, then what it does, and where two files share a version the direction. */
    private static final Pattern NAME =
            Pattern.compile("([0-9]+(?:[._-][0-9]+)*)(?![0-9A-Za-z])(?:[._-]+(do|undo)(?=\\.))?"
                    + "(?:[._-]+(.*?))?(?:\\.(up|down|do|undo))?\\.sql");

    /** Number by number: 10 comes after 9, and 20240101_2 after 20240101_1. */
    private static final Comparator<String> BY_NUMBERS = (one, other) -> {
        List<BigInteger> first = numbers(one);
        List<BigInteger> second = numbers(other);
        for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
            int order = first.get(i).compareTo(second.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(first.size(), second.size());
    };

    private static List<BigInteger> numbers(String version) {
        return Stream.of(version.split("[^0-9]+"))
                .filter(part -> !part.isEmpty())
                .map(BigInteger::new)
                .toList();
    }

    @Override
    public String name() {
        return "sql";
    }

    @Override
    public Folder read(Path directory) {
        List<MigrationFile> files = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Map<String, String> downs = new TreeMap<>(BY_NUMBERS);
        for (Path path : Folders.list(directory)) {
            String file = path.getFileName().toString();
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || !file.endsWith(".sql")) {
                continue;
            }
            Matcher name = NAME.matcher(file);
            if (!name.matches()) {
                problems.add(
                        file + " is not named as a migration; name it such as 0007_add_orders.sql, or take it out of"
                                + " the folder");
                continue;
            }
            try {
                read(path, name, files, downs);
            } catch (MigrationFailed e) {
                problems.add(e.getMessage());
            }
        }
        files.sort(Comparator.comparing((MigrationFile file) -> file.migration().version(), BY_NUMBERS)
                .thenComparing(file -> file.migration().file()));
        return new Folder(
                files.stream()
                        .map(file -> file.down().isEmpty()
                                ? new MigrationFile(
                                        file.migration(),
                                        file.text(),
                                        downs.getOrDefault(file.migration().version(), ""))
                                : file)
                        .toList(),
                problems,
                List.of());
    }

    private static void read(Path path, Matcher name, List<MigrationFile> files, Map<String, String> downs) {
        String direction = name.group(4) == null ? Objects.requireNonNullElse(name.group(2), "") : name.group(4);
        String text = SqlText.of(path);
        if (direction.equals("down") || direction.equals("undo")) {
            downs.put(name.group(1), text);
            return;
        }
        String description = name.group(3) == null ? "" : name.group(3).replaceAll("[_.-]+", " ");
        files.add(new MigrationFile(
                new Migration(name.group(1), description, path.getFileName().toString()),
                Sections.up(text),
                Sections.down(text)));
    }

    @Override
    public String key(MigrationFile file) {
        return file.migration().version();
    }

    @Override
    public Comparator<String> order() {
        return BY_NUMBERS;
    }

    @Override
    public History history(Connection session, String schema) throws SQLException {
        return NumberedHistory.find(session);
    }

    /** A checkout with other line endings is the same file. */
    @Override
    public boolean isSame(History.Row row, MigrationFile file) {
        return row.content().isEmpty() || row.content().equals(checksum(file));
    }

    static String checksum(MigrationFile file) {
        return Sha256.hex(SqlText.unmarked(file.text()).replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String baseline() {
        return "the schema is not empty and has no history (" + NumberedHistory.NAME
                + "); where it has the first files in it already, say so for each: "
                + NumberedHistory.DEFINITION.formatted(NumberedHistory.NAME)
                + "; INSERT INTO " + NumberedHistory.NAME
                + " (version, name, checksum, finished_at) VALUES ('0001', 'first', '', now())";
    }

    @Override
    public String mendFailed(History.Row row) {
        return "look what it left, undo that, then: DELETE FROM " + NumberedHistory.NAME + " WHERE version = '"
                + row.key() + "'";
    }

    @Override
    public String mendMissing(History.Row row) {
        return "bring its file back";
    }
}
