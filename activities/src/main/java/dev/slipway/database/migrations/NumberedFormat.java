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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plain SQL files with a number in front, such as 0001_first.sql, with or without {@code .up} and {@code .down} files, in
 * the order of their numbers; their SHA-256 in {@code slipway_migrations}.
 */
final class NumberedFormat implements Format {

    private static final Pattern NAME = Pattern.compile("([0-9]+)(?:[._-]+(.*?))?(?:\\.(up|down|do|undo))?\\.sql");

    @Override
    public String name() {
        return "sql";
    }

    @Override
    public Folder read(Path directory) {
        List<MigrationFile> files = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Map<BigInteger, String> downs = new HashMap<>();
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
        files.sort(Comparator.comparing(
                        (MigrationFile file) -> new BigInteger(file.migration().version()))
                .thenComparing(file -> file.migration().file()));
        return new Folder(
                files.stream()
                        .map(file -> file.down().isEmpty()
                                ? new MigrationFile(
                                        file.migration(),
                                        file.text(),
                                        downs.getOrDefault(
                                                new BigInteger(file.migration().version()), ""))
                                : file)
                        .toList(),
                problems,
                List.of());
    }

    private static void read(Path path, Matcher name, List<MigrationFile> files, Map<BigInteger, String> downs) {
        String direction = name.group(3) == null ? "" : name.group(3);
        String text = SqlText.of(path);
        if (direction.equals("down") || direction.equals("undo")) {
            downs.put(new BigInteger(name.group(1)), text);
            return;
        }
        String description = name.group(2) == null ? "" : name.group(2).replaceAll("[_.-]+", " ");
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
        return Comparator.comparing((String key) -> key.matches("[0-9]+") ? new BigInteger(key) : BigInteger.ZERO);
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
