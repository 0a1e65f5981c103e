package dev.slipway.database.migrations;

import dev.slipway.database.PostgresUrl;
import dev.slipway.trust.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prisma's: a folder each with a migration.sql, in the order of the folders' names; their SHA-256 in
 * {@code _prisma_migrations}.
 */
final class PrismaFormat implements Format {

    /** What Prisma Migrate takes. */
    private static final long LOCK = 72707369;

    private static final String FILE = "migration.sql";

    @Override
    public String name() {
        return "prisma";
    }

    @Override
    public Folder read(Path directory) {
        List<MigrationFile> files = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path folder : Folders.list(directory)) {
            String name = folder.getFileName().toString();
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                if (name.endsWith(".sql")) {
                    problems.add(name + " lies beside the migrations; Prisma reads a folder for each, such as"
                            + " 20240101000000_first/migration.sql");
                }
                continue;
            }
            Path file = folder.resolve(FILE);
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                problems.add(name + " holds no migration.sql (P3015); put it there, or take the folder away");
                continue;
            }
            Path down = folder.resolve("down.sql");
            try {
                files.add(new MigrationFile(
                        new Migration(version(name), description(name), name + "/" + FILE),
                        SqlText.of(file),
                        Files.isRegularFile(down, LinkOption.NOFOLLOW_LINKS) ? SqlText.of(down) : ""));
            } catch (MigrationFailed e) {
                problems.add(name + "/" + e.getMessage());
            }
        }
        return new Folder(files, problems, List.of());
    }

    private static String version(String name) {
        int end = name.indexOf('_');
        return end < 0 ? name : name.substring(0, end);
    }

    private static String description(String name) {
        int end = name.indexOf('_');
        return end < 0 ? name : name.substring(end + 1).replace('_', ' ');
    }

    @Override
    public String key(MigrationFile file) {
        String path = file.migration().file();
        return path.substring(0, path.length() - FILE.length() - 1);
    }

    @Override
    public Comparator<String> order() {
        return Comparator.naturalOrder();
    }

    @Override
    public History history(Connection session, String schema) throws SQLException {
        return PrismaHistory.find(session, schema);
    }

    @Override
    public String schema(PostgresUrl url) {
        return url.schema();
    }

    @Override
    public List<Long> locks() {
        return List.of(LOCK);
    }

    /** As Prisma compares: a checkout with other line endings is the same file. */
    @Override
    public boolean isSame(History.Row row, MigrationFile file) {
        String lines = file.text().replace("\r\n", "\n");
        return Stream.of(file.text(), lines, lines.replace("\n", "\r\n"))
                .map(PrismaFormat::checksum)
                .anyMatch(row.content()::equals);
    }

    static String checksum(String text) {
        return Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
    }

    /** As Prisma does: what a branch brings later is applied later. */
    @Override
    public boolean appliesLateFiles() {
        return true;
    }

    @Override
    public String baseline() {
        return "the schema is not empty and has no history of Prisma (P3005); where it has the first migrations in it"
                + " already, say so for each: npx prisma migrate resolve --applied NAME";
    }

    @Override
    public String mendFailed(History.Row row) {
        return "look what it left; then say that it is undone: npx prisma migrate resolve --rolled-back " + row.key()
                + ", or done: npx prisma migrate resolve --applied " + row.key();
    }

    @Override
    public String mendMissing(History.Row row) {
        return "bring its folder back";
    }
}
