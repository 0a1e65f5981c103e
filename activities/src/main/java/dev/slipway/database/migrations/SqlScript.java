package dev.slipway.database.migrations;

import java.util.List;
import java.util.Optional;

/**
 * A file of SQL, taken apart as psql does it: the server would take most scripts whole, but not data after a COPY, and it
 * could not say how far it came.
 *
 * @param name the file's name, for messages
 * @param written what stands between its semicolons, each with the comments before it and trimmed; comments alone too
 */
public record SqlScript(String name, List<SqlStatement> statements, List<String> written) {

    private static final int MOST_SWIFT = 100;
    private static final int LONGEST_SWIFT = 50_000;

    public SqlScript {
        statements = List.copyOf(statements);
        written = List.copyOf(written);
    }

    /**
     * Takes a text apart.
     *
     * @throws MigrationFailed when it cannot be: something is not closed, or is a command of psql
     */
    public static SqlScript parse(String name, String text) {
        SqlScript script = new SqlReader(name, SqlText.unmarked(text)).read();
        script.judge();
        return script;
    }

    /** What would go wrong however often it is run. */
    private void judge() {
        int open = 0;
        for (SqlStatement one : statements) {
            if (one.begins()) {
                open = open == 0 ? one.line() : open;
            } else if (one.ends() && !one.chains()) {
                open = 0;
            }
            if (one.isForeignToTheDriver()) {
                throw new MigrationFailed(
                        name + " line " + one.line() + ": " + one.title()
                                + " sets what the connection does not take; save"
                                + " the file as UTF-8, write dates as 2024-12-31, and take the line out",
                        true);
            }
        }
        Optional<SqlStatement> role =
                statements.stream().filter(SqlStatement::changesRole).findFirst();
        if (role.isPresent() && needsPieces().isPresent()) {
            throw new MigrationFailed(otherRole(role.get(), needsPieces().get()), true);
        }
        if (open > 0) {
            throw new MigrationFailed(
                    name + " line " + open + ": the transaction that begins here is not ended, so nothing of it would"
                            + " stay; add a COMMIT",
                    true);
        }
    }

    /** It is noted after each piece how far the file came, which another role may not be allowed to. */
    private String otherRole(SqlStatement role, String pieces) {
        return name + " line " + role.line() + ": " + role.title() + " changes the role in a file that cannot be one"
                + " transaction (" + pieces + "); split the file: what changes the role in one, the rest in"
                + " another";
    }

    /**
     * Refuses to go on in pieces where they would run as somebody else.
     *
     * @param inOne why it was not one transaction; nothing of it is left
     * @param words what the files before it left
     */
    void refuseOtherRole(StatementFailed inOne, String words, Left left) {
        statements.stream().filter(SqlStatement::changesRole).findFirst().ifPresent(role -> {
            throw new MigrationFailed(otherRole(role, inOne.getMessage()) + "; " + words, left, inOne);
        });
    }

    /** Whether its only own transaction is one around all of it, which is what it would get anyway. */
    boolean isWrapped() {
        return statements.size() >= 2
                && statements.get(0).beginsPlainly()
                && statements.get(statements.size() - 1).commits()
                && statements.subList(1, statements.size() - 1).stream().noneMatch(one -> one.begins() || one.ends());
    }

    /** What is to be run where somebody else opens and ends the transaction. */
    List<SqlStatement> inside() {
        return isWrapped() ? statements.subList(1, statements.size() - 1) : statements;
    }

    /** The first reason why the whole cannot be one transaction, in words with its line; empty where it can. */
    public Optional<String> needsPieces() {
        List<SqlStatement> inside = inside();
        for (int i = 0; i < inside.size(); i++) {
            SqlStatement one = inside.get(i);
            if (one.standsAlone()) {
                return Optional.of("line " + one.line() + ": " + one.title() + " cannot run in a transaction");
            }
            if (one.begins() || one.ends()) {
                return Optional.of("line " + one.line() + ": " + one.title() + " handles transactions itself");
            }
            Optional<String> value = one.addedValue();
            if (value.isPresent()
                    && inside.subList(i + 1, inside.size()).stream()
                            .anyMatch(later ->
                                    later.addedValue().isEmpty() && later.text().contains(value.get()))) {
                return Optional.of("line " + one.line() + ": the new value " + value.get()
                        + " can be used only when it is committed, and is used below");
            }
        }
        return Optional.empty();
    }

    /** Whether it changes who the session is. */
    boolean changesRole() {
        return statements.stream().anyMatch(SqlStatement::changesRole);
    }

    /**
     * Whether it can be sent in one go: small, and only of statements that change nothing about the session and that take no
     * time in a small table. What fails of it is run again one by one, to say which it was.
     */
    boolean isSwift() {
        return !statements.isEmpty()
                && statements.size() <= MOST_SWIFT
                && statements.stream().mapToInt(one -> one.text().length()).sum() <= LONGEST_SWIFT
                && statements.stream().allMatch(SqlStatement::isSwift)
                && needsPieces().isEmpty();
    }

    /** The values that it adds to enums: until they are committed nothing may use them. */
    List<String> addedValues() {
        return statements.stream().flatMap(one -> one.addedValue().stream()).toList();
    }
}
