package dev.slipway.database.migrations;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Supabase's: files such as 20240101000000_first.sql in the order of their names, with their statements in
 * {@code supabase_migrations.schema_migrations}. What has another name is passed over, as its command line does; seeds lie
 * elsewhere.
 */
final class SupabaseFormat implements Format {

    private static final Pattern NAME = Pattern.compile("([0-9]+)_(.*)\\.sql");
    /** The first versions of the command line wrote a dump of their own, which is not applied. */
    private static final Pattern OLD_DUMP = Pattern.compile("([0-9]{14})_init\\.sql");

    /** Between two statements of a row; no text of PostgreSQL holds it. */
    static final String BETWEEN = "\0";

    private static final String OLD = "20211209000000";

    @Override
    public String name() {
        return "supabase";
    }

    @Override
    public Folder read(Path directory) {
        List<MigrationFile> files = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Path path : Folders.list(directory)) {
            String file = path.getFileName().toString();
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || !file.endsWith(".sql")) {
                continue;
            }
            Matcher name = NAME.matcher(file);
            Matcher dump = OLD_DUMP.matcher(file);
            if (!name.matches() || dump.matches() && dump.group(1).compareTo(OLD) < 0) {
                notes.add(file + " is passed over, as Supabase does: a migration is named such as"
                        + " 20240101000000_first.sql");
                continue;
            }
            try {
                files.add(new MigrationFile(
                        new Migration(name.group(1), name.group(2).replace('_', ' '), file), SqlText.of(path), ""));
            } catch (MigrationFailed e) {
                problems.add(e.getMessage());
            }
        }
        return new Folder(files, problems, notes);
    }

    /** The name between the version and the ending, as the history has it. */
    static String nameOf(MigrationFile file) {
        Matcher name = NAME.matcher(file.migration().file());
        return name.matches() ? name.group(2) : "";
    }

    @Override
    public String key(MigrationFile file) {
        return file.migration().version();
    }

    @Override
    public Comparator<String> order() {
        return Comparator.naturalOrder();
    }

    @Override
    public History history(Connection session, String schema) throws SQLException {
        return SupabaseHistory.find(session);
    }

    /** Supabase keeps the statements; comments and white space between them count for nothing. */
    @Override
    public boolean isSame(History.Row row, MigrationFile file) {
        if (row.content().isEmpty()) {
            return true;
        }
        List<String> kept = new ArrayList<>();
        for (String statement : row.content().split(BETWEEN)) {
            kept.addAll(bare(row.name(), statement));
        }
        return kept.equals(bare(row.name(), file.text()));
    }

    private static List<String> bare(String name, String sql) {
        try {
            return new SqlReader(name, SqlText.unmarked(sql).replace("\r\n", "\n"))
                    .read().statements().stream()
                            .map(statement ->
                                    statement.text() + statement.data().orElse(""))
                            .toList();
        } catch (MigrationFailed notTaken) {
            // by an older version of the tool perhaps, which took it apart in another way
            return List.of(sql.strip());
        }
    }

    /** A new database there has the platform's own tables in it. */
    @Override
    public boolean refusesForeignSchema() {
        return false;
    }

    @Override
    public boolean mayBeAhead() {
        return false;
    }

    @Override
    public String baseline() {
        return "";
    }

    @Override
    public String mendFailed(History.Row row) {
        return "look what it left, undo that, then: DELETE FROM supabase_migrations.slipway_unfinished WHERE version = '"
                + row.key() + "'";
    }

    @Override
    public String mendMissing(History.Row row) {
        return "bring it back (npx supabase db pull), or take it off the history: npx supabase migration repair --status"
                + " reverted " + row.key();
    }
}
