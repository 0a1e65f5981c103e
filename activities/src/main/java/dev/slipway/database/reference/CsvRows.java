package dev.slipway.database.reference;

import dev.slipway.database.DatabaseRefused;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A CSV file with a header; an empty value is NULL, and a quoted one ("") an empty text. */
record CsvRows(List<String> columns, String text) implements FileRows {

    /**
     * A row, or the header.
     *
     * @param line where it begins
     * @param values without their quotes; a quoted empty one is as one that is not there
     * @param closed whether every quote in it is
     */
    record Record(int line, List<String> values, boolean closed) {}

    static CsvRows of(String display, String text) {
        List<String> columns = new Reader(text).next().values();
        if (columns.stream().anyMatch(String::isBlank)) {
            throw new DatabaseRefused(display + ": line 1: there has to be a header with the names of the columns");
        }
        return new CsvRows(columns, text);
    }

    /** All rows, without the header. */
    List<Record> records() {
        List<Record> records = new ArrayList<>();
        Reader reader = new Reader(text);
        reader.next();
        while (reader.hasNext()) {
            records.add(reader.next());
        }
        return records;
    }

    /** Takes a text apart as COPY does. */
    private static final class Reader {

        private final String text;
        private int at;
        private int line = 1;

        Reader(String text) {
            this.text = text;
        }

        boolean hasNext() {
            return at < text.length();
        }

        Record next() {
            int began = line;
            List<String> values = new ArrayList<>();
            StringBuilder value = new StringBuilder();
            boolean quoted = false;
            while (at < text.length()) {
                char next = text.charAt(at++);
                line += next == '\n' ? 1 : 0;
                if (next == '"') {
                    boolean doubled = quoted && at < text.length() && text.charAt(at) == '"';
                    if (doubled) {
                        value.append('"');
                        at++;
                    } else {
                        quoted = !quoted;
                    }
                } else if (quoted) {
                    value.append(next);
                } else if (next == ',') {
                    values.add(value.toString());
                    value.setLength(0);
                } else if (next == '\n') {
                    break;
                } else if (next == '\r') {
                    if (at < text.length() && text.charAt(at) == '\n') {
                        at++;
                    }
                    line++;
                    break;
                } else {
                    value.append(next);
                }
            }
            values.add(value.toString());
            return new Record(began, List.copyOf(values), !quoted);
        }
    }

    @Override
    public void write(Landing.Rows into) throws SQLException {
        into.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String place(int line) {
        return "line " + line;
    }
}
