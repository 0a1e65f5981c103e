package dev.slipway.database.migrations;

import dev.slipway.database.Connections;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;

/** One statement of a migration that the server refused. */
public final class StatementFailed extends Exception {

    private final transient SqlStatement statement;
    private final int number;
    private final SQLException sql;

    StatementFailed(String file, SqlStatement statement, int number, SQLException sql) {
        super(
                file + " line " + line(statement, sql) + ": " + Connections.reason(sql) + " (SQLSTATE "
                        + Connections.state(sql) + ")",
                sql);
        this.statement = statement;
        this.number = number;
        this.sql = sql;
    }

    public SqlStatement statement() {
        return statement;
    }

    /** In its file, from 1. */
    public int number() {
        return number;
    }

    public SQLException sql() {
        return sql;
    }

    String state() {
        return Connections.state(sql);
    }

    private static int line(SqlStatement statement, SQLException sql) {
        int place = 0;
        if (sql instanceof PSQLException postgres && postgres.getServerErrorMessage() != null) {
            place = postgres.getServerErrorMessage().getPosition();
        }
        int line = statement.line();
        for (int i = 0; i < Math.min(place - 1, statement.text().length()); i++) {
            if (statement.text().charAt(i) == '\n') {
                line++;
            }
        }
        return line;
    }
}
