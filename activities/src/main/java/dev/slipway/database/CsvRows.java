package dev.slipway.database;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A CSV file with a header; an empty value is NULL, and a quoted one ("") an empty text. */
record CsvRows(List<String> columns, String text) implements FileRows {

    static CsvRows of(String display, String text) {
        List<String> columns = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        boolean quoted = false;
        for (int at = 0; at <= text.length(); at++) {
            char next = at < text.length() ? text.charAt(at) : '\n';
            if (next == '"') {
                boolean doubled = quoted && at + 1 < text.length() && text.charAt(at + 1) == '"';
                if (doubled) {
                    name.append('"');
                    at++;
                } else {
                    quoted = !quoted;
                }
            } else if (quoted) {
                name.append(next);
            } else if (next == ',') {
                columns.add(name.toString());
                name.setLength(0);
            } else if (next == '\n' || next == '\r') {
                columns.add(name.toString());
                break;
            } else {
                name.append(next);
            }
        }
        if (columns.stream().anyMatch(String::isBlank)) {
            throw new DatabaseRefused(display + ": line 1: there has to be a header with the names of the columns");
        }
        return new CsvRows(List.copyOf(columns), text);
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
