package dev.slipway.database.reference;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The tables of a request as they are on both sides, judged: whatever would make the rows wrong is refused here. */
final class ReferenceTables {

    private final ReferenceDataRequest request;
    private final TwoSessions sessions;
    private final List<String> drift = new ArrayList<>();

    ReferenceTables(ReferenceDataRequest request, TwoSessions sessions) {
        this.request = request;
        this.sessions = sessions;
    }

    /** Parents first; the source is in a transaction of its own from here on. */
    List<List<ReferenceTable>> groups() throws SQLException {
        Connection target = sessions.target();
        List<TableShape> shapes = new ArrayList<>();
        for (ReferenceDataRequest.Wanted wanted : request.tables()) {
            TableShape shape = TableShape.find(target, request.target().display(), wanted.name());
            if (shapes.stream().anyMatch(other -> other.id() == shape.id())) {
                throw new DatabaseRefused("reference data: the table " + shape + " is named twice");
            }
            judge(wanted, shape);
            shown(wanted, shape);
            shapes.add(shape);
        }
        List<ReferenceTable> tables = request.source() instanceof ReferenceSource.OfFiles files
                ? ofFiles(files, shapes)
                : ofDatabase((ReferenceSource.OfDatabase) request.source(), shapes);
        encodings();
        if (!drift.isEmpty()) {
            throw new DatabaseRefused(request.target().display() + ": its tables are not those of the source "
                    + request.source().display() + ": " + String.join("; ", drift)
                    + "; migrate the one that is behind, or leave such a column out with `without`");
        }
        DeleteGuard.check(request.target(), tables, target);
        return TableOrder.groups(tables, target);
    }

    private static void judge(ReferenceDataRequest.Wanted wanted, TableShape shape) {
        for (String column : wanted.without()) {
            if (!shape.has(column)) {
                throw new DatabaseRefused("reference data: " + shape + " has no column '" + column
                        + "' to be left out; look at its spelling");
            }
            if (shape.key().contains(column)) {
                throw new DatabaseRefused("reference data: '" + column + "' is in the primary key of " + shape
                        + ", which says which row is which; it cannot be left out");
            }
        }
    }

    /** A plan that nobody has approved yet may not make a text visible, which may tell of a person. */
    private static void shown(ReferenceDataRequest.Wanted wanted, TableShape shape) {
        for (String column : wanted.show()) {
            if (!shape.has(column)) {
                throw new DatabaseRefused("reference data: " + shape + " has no column '" + column
                        + "' to be shown; look at its spelling");
            }
            if (shape.columns().stream().anyMatch(each -> each.name().equals(column) && !each.harmless())) {
                throw new DatabaseRefused(
                        "reference data: '" + column + "' of " + shape + " cannot be shown: only numbers,"
                                + " times, yes and no and labels of enums can; take it out of `show`");
            }
        }
    }

    private List<ReferenceTable> ofDatabase(ReferenceSource.OfDatabase database, List<TableShape> shapes)
            throws SQLException {
        TwoSessions.begin(sessions.source(), "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        List<ReferenceTable> tables = new ArrayList<>();
        for (int at = 0; at < shapes.size(); at++) {
            TableShape shape = shapes.get(at);
            ReferenceDataRequest.Wanted wanted = request.tables().get(at);
            TableShape theirs = TableShape.find(sessions.source(), database.display(), shape.schema(), shape.name());
            drift.addAll(ReferenceTable.drift(shape, theirs, wanted.without()));
            tables.add(table(wanted, shape, theirs.quotedName(), List.of()));
        }
        return tables;
    }

    private List<ReferenceTable> ofFiles(ReferenceSource.OfFiles source, List<TableShape> shapes) throws SQLException {
        ReferenceFiles files = new ReferenceFiles(source, sessions.source());
        List<ReferenceTable> tables = new ArrayList<>();
        for (int at = 0; at < shapes.size(); at++) {
            ReferenceDataRequest.Wanted wanted = request.tables().get(at);
            ReferenceFiles.Loaded loaded = files.load(shapes.get(at), wanted.name(), at);
            tables.add(table(wanted, shapes.get(at), loaded.relation(), loaded.columns()));
        }
        TwoSessions.begin(sessions.source(), "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        return tables;
    }

    /** @param only the columns that the source has; empty for all */
    private static ReferenceTable table(
            ReferenceDataRequest.Wanted wanted, TableShape shape, String source, List<String> only) {
        return new ReferenceTable(
                shape,
                source,
                shape.columns().stream()
                        .filter(column -> !column.generated()
                                && !wanted.without().contains(column.name())
                                && (only.isEmpty() || only.contains(column.name())))
                        .toList(),
                wanted.where(),
                wanted.deleteExtra(),
                Set.copyOf(wanted.show()));
    }

    private void encodings() throws SQLException {
        for (Connection connection : List.of(sessions.source(), sessions.target())) {
            if (!Connections.text(connection, "SHOW server_encoding").equals("UTF8")) {
                drift.add("the encoding of "
                        + (connection == sessions.source()
                                ? request.source().display()
                                : request.target().display())
                        + " is not UTF8");
            }
        }
    }
}
