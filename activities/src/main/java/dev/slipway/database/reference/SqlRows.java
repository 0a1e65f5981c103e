package dev.slipway.database.reference;

import dev.slipway.database.DatabaseRefused;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The rows of an SQL file: INSERT with literals, and COPY from stdin. It is read, never run: what is neither is refused,
 * apart from the settings that pg_dump writes around its rows.
 */
final class SqlRows implements FileRows {

    private final String display;
    private final SqlTokens text;
    private final Optional<TableShape> table;
    private final String tableName;
    private final List<String> columns = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final List<Integer> places = new ArrayList<>();

    private SqlRows(String display, String text, Optional<TableShape> table, String tableName) {
        this.display = display;
        this.text = new SqlTokens(display, text);
        this.table = table;
        this.tableName = tableName;
    }

    static SqlRows of(String display, String text, TableShape table) {
        SqlRows rows = new SqlRows(display, text, Optional.of(table), table.toString());
        rows.read();
        return rows;
    }

    /** Reads a file whose table may not be there yet, for what is wrong whatever it looks like. */
    static void check(String display, String text, String table) {
        new SqlRows(display, text, Optional.empty(), table).read();
    }

    private void read() {
        for (String word = text.word(); !word.isEmpty(); word = text.word()) {
            switch (word) {
                case "insert" -> insert();
                case "copy" -> copy();
                case "set", "begin", "commit", "start" -> text.skipStatement();
                case "select" -> setting();
                default ->
                    throw text.refused("`" + word.toUpperCase(Locale.ROOT)
                            + "` has no place in a file of rows; it takes INSERT … VALUES and COPY … FROM stdin");
            }
        }
        if (columns.isEmpty() && lines.isEmpty()) {
            throw new DatabaseRefused(display + ": there is no row in it; write at least `INSERT INTO "
                    + unqualified(tableName) + " (…) VALUES (…);`, or an empty CSV file with a header");
        }
    }

    /** As pg_dump writes it; neither of the two is wanted here. */
    private void setting() {
        String called = text.name();
        if (!called.equals("pg_catalog.set_config") && !called.equals("pg_catalog.setval")) {
            throw text.refused("SELECT has no place in a file of rows");
        }
        text.skipStatement();
    }

    private void insert() {
        text.expect("into");
        text.skipIf("only");
        named(text.name());
        same(text.at('(') ? names() : all());
        if (text.skipIf("overriding")) {
            text.skipIf("system");
            text.skipIf("user");
            text.expect("value");
        }
        text.expect("values");
        do {
            row();
        } while (text.skip(','));
        if (text.skipIf("on")) {
            text.expect("conflict");
            if (text.at('(')) {
                names();
            }
            text.expect("do");
            text.expect("nothing");
        }
        text.end();
    }

    private void row() {
        places.add(text.line());
        text.open();
        StringBuilder line = new StringBuilder();
        int values = 0;
        do {
            line.append(values++ == 0 ? "" : "\t").append(text.literal());
        } while (text.skip(','));
        text.close();
        if (!columns.isEmpty() && values != columns.size()) {
            throw text.refused("a row has " + values + " values for " + columns.size() + " columns");
        }
        lines.add(line.append('\n').toString());
    }

    private void copy() {
        named(text.name());
        same(text.at('(') ? names() : all());
        text.expect("from");
        text.expect("stdin");
        text.end();
        int line = text.lineHere() + 1;
        for (String each : text.copyLines()) {
            places.add(line++);
            lines.add(each + "\n");
        }
    }

    private void named(String name) {
        boolean unqualified = name.equals(unqualified(tableName));
        // without the table nobody knows yet in which schema it will be
        boolean anySchema =
                table.isEmpty() && !tableName.contains(".") && unqualified(name).equals(tableName);
        if (!unqualified && !name.equals(tableName) && !anySchema) {
            throw text.refused("the rows are of '" + name + "', and this file is for " + tableName);
        }
    }

    private static String unqualified(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        text.open();
        do {
            names.add(text.name());
        } while (text.skip(','));
        text.close();
        return names;
    }

    private List<String> all() {
        return table.stream()
                .flatMap(shape -> shape.columns().stream())
                .filter(column -> !column.generated())
                .map(TableShape.Column::name)
                .toList();
    }

    private void same(List<String> names) {
        if (columns.isEmpty()) {
            columns.addAll(names);
        } else if (!columns.equals(names)) {
            throw text.refused("the columns are others than those of the first statement; name the same in each");
        }
    }

    @Override
    public List<String> columns() {
        return List.copyOf(columns);
    }

    @Override
    public void write(Landing.Rows into) throws SQLException {
        for (String line : lines) {
            into.write(line.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public String place(int line) {
        return "line " + (line > 0 && line <= places.size() ? places.get(line - 1) : line);
    }
}
