package dev.slipway.database.reference;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postgresql.util.PSQLException;

/**
 * Files of the commit, loaded into tables that only their own session sees. A file is data: a CSV file goes through COPY,
 * and of an SQL file the literals are read here, so that nothing in it is ever executed.
 */
final class ReferenceFiles {

    private static final Pattern LINE = Pattern.compile("line ([0-9]+)");

    private final ReferenceSource.OfFiles source;
    private final Connection connection;

    ReferenceFiles(ReferenceSource.OfFiles source, Connection connection) {
        this.source = source;
        this.connection = connection;
    }

    /**
     * A table that was loaded.
     *
     * @param relation its name, quoted
     * @param columns those that the file has
     */
    record Loaded(String relation, List<String> columns) {}

    Loaded load(TableShape table, String name, int number) throws SQLException {
        boolean csv = Files.exists(source.folder().resolve(name + ".csv"));
        String file = name + (csv ? ".csv" : ".sql");
        String display = source.name() + "/" + file;
        String text = text(source.folder().resolve(file), display);
        FileRows rows = csv ? CsvRows.of(display, text) : SqlRows.of(display, text, table);
        List<String> columns = columns(table, rows.columns(), display);
        String relation = "pg_temp.slipway_file_" + number;
        String list = columns.stream().map(TableShape::quoted).collect(Collectors.joining(", "));
        TwoSessions.execute(
                connection,
                "CREATE TEMP TABLE " + relation + " AS SELECT " + list + " FROM " + table.quotedName()
                        + " WITH NO DATA");
        String key = table.key().stream().map(TableShape::quoted).collect(Collectors.joining(", "));
        try {
            Landing.Rows into = CopyPipe.into(
                    connection,
                    "COPY " + relation + " (" + list + ") FROM STDIN" + (csv ? " WITH (FORMAT csv, HEADER true)" : ""));
            write(rows, into);
            TwoSessions.execute(connection, "ALTER TABLE " + relation + " ADD PRIMARY KEY (" + key + ")");
        } catch (PSQLException e) {
            if (Connections.isPassing(e)) {
                throw e;
            }
            throw new DatabaseRefused(display + line(e, rows) + ": " + said(e, key));
        }
        TwoSessions.execute(connection, "ANALYZE " + relation);
        return new Loaded(relation, columns);
    }

    private static void write(FileRows rows, Landing.Rows into) throws SQLException {
        boolean whole = false;
        try {
            rows.write(into);
            into.end();
            whole = true;
        } finally {
            if (!whole) {
                into.cancel();
            }
        }
    }

    private static String said(PSQLException e, String key) {
        return switch (Connections.state(e)) {
            case "23505" -> "two rows have the same key (" + key + ")";
            case "23502" -> "a row has no value in its key (" + key + ")";
            default -> Connections.reason(e).replaceFirst("^ERROR: ", "");
        };
    }

    private static String line(PSQLException e, FileRows rows) {
        return Optional.ofNullable(e.getServerErrorMessage())
                .map(message -> message.getWhere() == null ? "" : message.getWhere())
                .map(LINE::matcher)
                .filter(Matcher::find)
                .map(found -> ": " + rows.place(Integer.parseInt(found.group(1))))
                .orElse("");
    }

    static String text(Path file, String display) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new DatabaseRefused(display + ": this is not UTF-8; save it as such");
        } catch (IOException e) {
            throw new DatabaseRefused(display + ": cannot be read: " + e.getMessage());
        }
    }

    private static List<String> columns(TableShape table, List<String> named, String display) {
        List<String> problems = new ArrayList<>();
        for (String column : named) {
            if (!table.has(column)) {
                problems.add("the table has no column '" + column + "'");
            }
            table.columns().stream()
                    .filter(each -> each.name().equals(column) && each.generated())
                    .forEach(each -> problems.add("the column '" + column + "' follows from others; take it out"));
        }
        if (named.stream().distinct().count() < named.size()) {
            problems.add("a column is named twice");
        }
        table.key().stream()
                .filter(column -> !named.contains(column))
                .forEach(column -> problems.add("the key's column '" + column + "' is missing"));
        if (!problems.isEmpty()) {
            throw new DatabaseRefused(display + ", for the table " + table + ": " + String.join("; ", problems));
        }
        return named;
    }
}
