package dev.slipway.database.reference;

import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.PostgresUrl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Brings the staged rows into their tables: parents first, and what goes last, children first. */
final class Writing {

    private final PostgresUrl url;
    private final Connection target;
    private final Staging staging;

    Writing(PostgresUrl url, Connection target, Staging staging) {
        this.url = url;
        this.target = target;
        this.staging = staging;
    }

    /** Rows that change, and new ones. A circle is one statement: its foreign keys are checked when all of it is there. */
    void write(List<ReferenceTable> group) throws SQLException {
        List<String> statements = new ArrayList<>();
        for (ReferenceTable table : group) {
            staging.of(table, Landing.Kind.UPDATE).ifPresent(staged -> statements.add(table.update(staged)));
            staging.of(table, Landing.Kind.INSERT).ifPresent(staged -> statements.add(table.insert(staged)));
        }
        run(statements, group.size() > 1);
    }

    void delete(List<List<ReferenceTable>> groups) throws SQLException {
        List<List<ReferenceTable>> childrenFirst = new ArrayList<>(groups);
        Collections.reverse(childrenFirst);
        for (List<ReferenceTable> group : childrenFirst) {
            List<String> statements = new ArrayList<>();
            for (ReferenceTable table : group) {
                staging.of(table, Landing.Kind.DELETE).ifPresent(staged -> statements.add(table.delete(staged)));
            }
            run(statements, group.size() > 1);
        }
    }

    private void run(List<String> statements, boolean together) throws SQLException {
        if (together && statements.size() > 1) {
            StringBuilder all = new StringBuilder("WITH ");
            for (int at = 0; at < statements.size(); at++) {
                all.append(at == 0 ? "" : ", ")
                        .append("w")
                        .append(at)
                        .append(" AS (")
                        .append(statements.get(at))
                        .append(")");
            }
            TwoSessions.execute(target, all.append(" SELECT 1").toString());
        } else {
            for (String statement : statements) {
                TwoSessions.execute(target, statement);
            }
        }
    }

    /** @throws DatabaseRefused where a row does not hold what was written */
    void check(ReferenceTable table) throws SQLException {
        for (Landing.Kind kind : List.of(Landing.Kind.INSERT, Landing.Kind.UPDATE)) {
            if (staging.of(table, kind).isPresent()) {
                check(table, staging.of(table, kind).get());
            }
        }
    }

    private void check(ReferenceTable table, String staged) throws SQLException {
        try (Statement statement = target.createStatement();
                ResultSet row = statement.executeQuery(table.altered(staged))) {
            row.next();
            long rows = row.getLong(1);
            if (rows == 0) {
                return;
            }
            List<String> columns = new ArrayList<>();
            for (int at = 0; at < table.columns().size(); at++) {
                if (row.getLong(2 + at) > 0) {
                    columns.add(table.columns().get(at).name());
                }
            }
            throw altered(table, rows + " rows of " + table + " differ in " + String.join(", ", columns), columns);
        }
    }

    private DatabaseRefused altered(ReferenceTable table, String what, List<String> columns) {
        return new DatabaseRefused(
                url.display() + ": nothing was changed: the target alters the rows that are written ("
                        + what + " after writing"
                        + (table.target().triggers().isEmpty()
                                ? ""
                                : "; it has " + String.join(", ", table.target().triggers()))
                        + "), so they would never be equal; leave such a column out with `without: ["
                        + String.join(", ", columns) + "]`, or change the trigger");
    }
}
