package dev.slipway.database.migrations;

import dev.slipway.database.Connections;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the files of a folder stand to the history in a database, looked up once.
 *
 * @param pending what is to be applied, in order
 * @param halfWay those of the pending ones of which a run of ours did a part
 */
record Standing(
        Format format,
        History history,
        List<MigrationFile> pending,
        Set<MigrationFile> halfWay,
        MigrationStatus status) {

    /** What keeps a schema from being a new one; what belongs to an extension does not. */
    private static final String OBJECTS = """
            SELECT count(*) FROM pg_class c
            WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s)
              AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
            """;

    static Standing of(Format format, Folder folder, Connection session, MigrationRequest request) throws SQLException {
        return new Look(format, folder, request).look(session);
    }

    /** What tells the file from others in the history. */
    String key(MigrationFile file) {
        return format.key(file);
    }

    /** A file that stopped half-way as its row has it. */
    History.Row row(MigrationFile file) {
        return new History.Row(
                key(file), file.migration().file(), file.text(), History.State.OURS_HALF_WAY, 0, "stopped half-way");
    }

    /** One look. */
    private static final class Look {

        private final Format format;
        private final Folder folder;
        private final MigrationRequest request;
        private final List<String> problems;
        private final List<String> notes;
        private final List<Migration> applied = new ArrayList<>();
        private final List<MigrationFile> pending = new ArrayList<>();
        private final Set<MigrationFile> halfWay = new HashSet<>();
        private final Map<String, MigrationFile> files = new LinkedHashMap<>();
        private String newest = "";
        private String newestFile = "";

        Look(Format format, Folder folder, MigrationRequest request) {
            this.format = format;
            this.folder = folder;
            this.request = request;
            this.problems = new ArrayList<>(folder.problems());
            this.notes = new ArrayList<>(folder.notes());
        }

        Standing look(Connection session) throws SQLException {
            takeFiles();
            History history = format.history(session, format.schema(request.url()));
            List<History.Row> rows = List.of();
            if (history.exists()) {
                rows = history.rows(session);
            } else if (format.refusesForeignSchema() && !folder.files().isEmpty() && isForeign(session)) {
                problems.add(format.baseline());
            }
            Set<String> known = judgeRows(rows);
            for (MigrationFile file : files.values()) {
                if (!known.contains(format.key(file))) {
                    judgePending(file);
                }
            }
            judgeTransactions();
            return new Standing(
                    format,
                    history,
                    List.copyOf(pending),
                    Set.copyOf(halfWay),
                    new MigrationStatus(
                            newest.isEmpty() ? "none" : version(newest),
                            pending.stream().map(MigrationFile::migration).toList(),
                            applied,
                            problems,
                            notes));
        }

        private String version(String key) {
            MigrationFile file = files.get(key);
            return file == null ? key : file.migration().version();
        }

        /** 01 and 1 are one version, where versions are numbers. */
        private void takeFiles() {
            MigrationFile last = null;
            for (MigrationFile file : folder.files()) {
                String key = format.key(file);
                if (last != null && format.order().compare(format.key(last), key) == 0) {
                    problems.add(
                            last.migration().file() + " and " + file.migration().file()
                                    + " have the same version; give the newer one the next free number");
                } else {
                    files.put(key, file);
                }
                last = file;
                if (newestFile.isEmpty() || format.order().compare(key, newestFile) > 0) {
                    newestFile = key;
                }
            }
        }

        private boolean isForeign(Connection session) throws SQLException {
            String schema = format.schema(request.url());
            String literal = schema.isEmpty() ? "current_schema()" : "'" + schema.replace("'", "''") + "'";
            return !Connections.text(session, OBJECTS.formatted(literal)).equals("0");
        }

        /** The keys that are not pending any more. */
        private Set<String> judgeRows(List<History.Row> rows) {
            Set<String> known = new HashSet<>();
            for (History.Row row : rows) {
                Optional<MigrationFile> file = fileOf(row);
                switch (row.state()) {
                    case APPLIED -> {
                        file.map(format::key).ifPresent(known::add);
                        judgeApplied(row, file);
                    }
                    case OURS_HALF_WAY -> judgeHalfWay(row, file, known);
                    case FAILED -> {
                        file.map(format::key).ifPresent(known::add);
                        problems.add(row.name() + " " + row.words() + "; " + format.mendFailed(row));
                    }
                }
            }
            return known;
        }

        private Optional<MigrationFile> fileOf(History.Row row) {
            MigrationFile exact = files.get(row.key());
            if (exact != null) {
                return Optional.of(exact);
            }
            return files.values().stream()
                    .filter(file -> format.order().compare(format.key(file), row.key()) == 0)
                    .findFirst();
        }

        private void judgeApplied(History.Row row, Optional<MigrationFile> file) {
            if (newest.isEmpty() || format.order().compare(row.key(), newest) > 0) {
                newest = row.key();
            }
            if (file.isPresent()) {
                applied.add(file.get().migration());
                if (!format.isSame(row, file.get())) {
                    problems.add(file.get().migration().file() + " was edited after it had been applied; put it back as"
                            + " it was and write the change as a new migration");
                }
                return;
            }
            applied.add(new Migration(row.key(), row.name(), row.name()));
            boolean ahead = newestFile.isEmpty() || format.order().compare(row.key(), newestFile) > 0;
            if (ahead && format.mayBeAhead()) {
                notes.add(row.name() + " is applied, and newer than every file of this version");
            } else {
                problems.add(row.name() + " is applied, but its file is not there; " + format.mendMissing(row));
            }
        }

        private void judgeHalfWay(History.Row row, Optional<MigrationFile> file, Set<String> known) {
            if (file.isEmpty() || !format.isSame(row, file.get())) {
                file.map(format::key).ifPresent(known::add);
                problems.add(row.name() + " " + row.words() + ": " + inPlace(row.done())
                        + ", and its file "
                        + (file.isEmpty() ? "is not there any more" : "was edited since")
                        + "; put it back as it was, and it goes on where it stopped, or " + format.mendFailed(row));
                return;
            }
            halfWay.add(file.get());
            notes.add(row.name() + " " + row.words() + ": " + inPlace(row.done()) + ", and it goes on with the next");
        }

        private static String inPlace(int statements) {
            return statements == 1 ? "1 statement of it is in place" : statements + " statements of it are in place";
        }

        private void judgePending(MigrationFile file) {
            boolean late = !newest.isEmpty() && format.order().compare(format.key(file), newest) < 0;
            if (late && !halfWay.contains(file)) {
                String what = file.migration().file() + " is older than " + version(newest) + ", which is applied";
                if (format.appliesLateFiles()) {
                    notes.add(what + "; it is applied all the same, after it");
                } else {
                    problems.add(what + "; give it a newer version");
                }
            }
            pending.add(file);
        }

        /** Every pending file is taken apart here, so that what cannot be is said before anything runs. */
        private void judgeTransactions() {
            List<String> values = new ArrayList<>();
            for (MigrationFile file : pending) {
                try {
                    SqlScript script = SqlScript.parse(file.migration().file(), file.text());
                    if (request.allOrNothing()) {
                        script.needsPieces()
                                .or(() -> values.stream()
                                        .filter(file.text()::contains)
                                        .findFirst()
                                        .map(value -> "it uses the new value " + value
                                                + ", which a file before it adds and which has to be committed first"))
                                .ifPresent(why -> problems.add(file.migration().file() + " cannot go into one"
                                        + " transaction with the others (" + why
                                        + "); release it alone, or take `all-or-nothing` out"));
                        values.addAll(script.addedValues());
                    }
                } catch (MigrationFailed e) {
                    problems.add(e.getMessage());
                }
            }
        }
    }
}
