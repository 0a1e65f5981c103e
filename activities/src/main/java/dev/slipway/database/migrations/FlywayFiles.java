package dev.slipway.database.migrations;

import dev.slipway.source.WorkingDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The SQL files of a directory of migrations, copied to where nothing else lies. Flyway runs whatever has a callback's
 * name, programs among it, even when told to skip callbacks; so it is shown only what it may run.
 */
final class FlywayFiles implements AutoCloseable {

    private static final Pattern SQL = Pattern.compile("(?!before|after|createSchema).*\\.sql(\\.conf)?");
    private static final Pattern UNDO = Pattern.compile("U([0-9]+(?:[._][0-9]+)*)__.+\\.sql");
    private static final Pattern PROGRAM = Pattern.compile("[VRUB][^/]*__[^/]*\\.(sh|bash|ps1|cmd|bat|py)");

    /** What Flyway runs by itself before or after something. */
    private static final Pattern CALLBACK = Pattern.compile(
            "(before|after)[A-Z][A-Za-z]*(__.*)?\\.(sql|sh|bash|ps1|cmd|bat|py)|createSchema(__.*)?\\.sql");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(?!flyway:)([^}\\n]*)}");

    private static final Pattern RESTRICTED = Pattern.compile("\\\\(un)?restrict\\b.*");

    private static final Pattern NO_PLACEHOLDERS =
            Pattern.compile("(?im)^[ \\t]*placeholderReplacement[ \\t]*=[ \\t]*false\\b");

    private static final Pattern NAME = Pattern.compile("([VR])(.*?)__(.+)\\.sql");

    private final Path copy;
    private final List<Migration> programs = new ArrayList<>();
    private final List<String> callbacks = new ArrayList<>();
    private final Map<String, String> undo = new HashMap<>();

    FlywayFiles(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new MigrationFailed(
                    "nothing was migrated: there is no directory of migrations \"" + directory.getFileName() + "\"",
                    true);
        }
        try {
            copy = Files.createTempDirectory("slipway-migrations-");
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted().toList()) {
                    take(directory, file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": the migrations could not be read", e);
        }
    }

    /** In Flyway's order: by version, then the repeatable ones by description. */
    static List<MigrationFile> inOrder(Path directory) {
        List<MigrationFile> files = new ArrayList<>();
        try (FlywayFiles own = new FlywayFiles(directory);
                Stream<Path> all = Files.walk(own.sql())) {
            Map<String, String> down = own.undo;
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (!name.matches()) {
                    continue;
                }
                String text = SqlText.of(file);
                boolean versioned = name.group(1).equals("V");
                files.add(new MigrationFile(
                        new Migration(
                                versioned
                                        ? MigrationVersion.fromVersion(name.group(2))
                                                .getVersion()
                                        : "repeatable",
                                name.group(3).replace('_', ' '),
                                own.sql().relativize(file).toString()),
                        text,
                        ""));
            }
            files.sort(Comparator.<MigrationFile, Boolean>comparing(
                            file -> file.migration().version().equals("repeatable"))
                    .thenComparing((one, other) -> one.migration().version().equals("repeatable")
                            ? one.migration()
                                    .description()
                                    .compareTo(other.migration().description())
                            : MigrationVersion.fromVersion(one.migration().version())
                                    .compareTo(MigrationVersion.fromVersion(
                                            other.migration().version()))));
            return files.stream()
                    .map(file -> new MigrationFile(
                            file.migration(),
                            file.text(),
                            down.getOrDefault(file.migration().version(), "")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": the migrations could not be read", e);
        }
    }

    private void take(Path directory, Path file) throws IOException {
        String name = file.getFileName().toString();
        Matcher undoes = UNDO.matcher(name);
        if (undoes.matches() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            // only a paid edition would run it, and this one would not even have it lie there
            undo.put(MigrationVersion.fromVersion(undoes.group(1)).getVersion(), SqlText.of(file));
        } else if (CALLBACK.matcher(name).matches()) {
            callbacks.add(name);
        } else if (PROGRAM.matcher(name).matches()) {
            programs.add(new Migration(name.replaceAll("__.*|^[VRUB]", ""), name, name));
        } else if (SQL.matcher(name).matches()
                // a link could show Flyway, and its error messages, a file from elsewhere
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            // Flyway reads UTF-8, too, and says something else of what is none
            SqlText.of(file);
            Path to = copy.resolve(directory.relativize(file).toString());
            Files.createDirectories(to.getParent());
            Files.copy(file, to);
        }
    }

    Path sql() {
        return copy;
    }

    /** What a file says, by its path in the directory; empty for one that is not there. */
    String text(String script) {
        Path file = copy.resolve(script).normalize();
        return file.startsWith(copy) && Files.isRegularFile(file) ? SqlText.of(file) : "";
    }

    /** Files that Flyway would run by itself, and that are not. */
    List<String> callbacks() {
        return List.copyOf(callbacks);
    }

    /**
     * What Flyway would put a value in the place of, and the plan has none for: the first of a file, with its line.
     *
     * @param known names of those that have one
     */
    Optional<String> placeholder(String script, Set<String> known) {
        if (keepsPlaceholders(script)) {
            return Optional.empty();
        }
        String text = text(script);
        return PLACEHOLDER
                .matcher(text)
                .results()
                .filter(found -> !known.contains(found.group(1)))
                .findFirst()
                .map(found -> line(text, found.start()) + ": `" + found.group() + "`");
    }

    /**
     * Why a file could not run, which Flyway would find out only in the middle of it, or never: its parser does not come back
     * from rows of a COPY that are not ended. In one sentence, with its line.
     */
    Optional<String> unreadable(String script, Map<String, String> values) {
        List<SqlStatement> statements;
        String text = keepsPlaceholders(script) ? text(script) : filled(text(script), values);
        try {
            statements = SqlScript.parse(script, text).statements();
        } catch (MigrationFailed refused) {
            return Optional.of(byValue(script, values, refused).orElse(refused.getMessage()));
        }
        List<String> lines = text.lines().toList();
        for (int at = 0; at < lines.size(); at++) {
            if (RESTRICTED.matcher(lines.get(at)).matches()) {
                return Optional.of(
                        script + " line " + (at + 1) + ": `" + lines.get(at).split("\\s")[0]
                                + "` is a command of psql, with which pg_dump frames a dump, and Flyway knows none of them; take the"
                                + " line out");
            }
        }
        OptionalInt copy = statements.stream()
                .filter(SqlStatement::isCopyFromStdin)
                .mapToInt(SqlStatement::line)
                .max();
        return copy.isPresent()
                        && lines.subList(copy.getAsInt() - 1, lines.size()).stream()
                                .noneMatch(line -> line.strip().equals("\\."))
                ? Optional.of(script + " line " + copy.getAsInt()
                        + ": the rows of COPY … FROM stdin are not ended, and Flyway would look for their end for ever; end"
                        + " them with a line of `\\.`")
                : Optional.empty();
    }

    /**
     * What is to say where a file could be taken apart if it were not for a value: where the value goes, since what it tears
     * open ends up somewhere else.
     */
    private Optional<String> byValue(String script, Map<String, String> values, MigrationFailed refused) {
        String text = text(script);
        return PLACEHOLDER
                .matcher(text)
                .results()
                .filter(found -> !keepsPlaceholders(script) && values.containsKey(found.group(1)))
                .filter(found ->
                        parses(text) && !parses(filled(text, Map.of(found.group(1), values.get(found.group(1))))))
                .findFirst()
                .map(found -> script + " " + line(text, found.start()) + ": `" + found.group()
                        + "` is a placeholder, and with the plan's value of it the file cannot be taken apart ("
                        + refused.getMessage().replace(script + " ", "")
                        + "); a quote in a value is written twice: O''Brien");
    }

    private static boolean parses(String text) {
        try {
            SqlScript.parse("", text);
            return true;
        } catch (MigrationFailed refused) {
            return false;
        }
    }

    private static String line(String text, int place) {
        return "line "
                + (1 + text.substring(0, place).chars().filter(c -> c == '\n').count());
    }

    private boolean keepsPlaceholders(String script) {
        return NO_PLACEHOLDERS.matcher(text(script + ".conf")).find();
    }

    /** The same file with values in the place of its placeholders, where Flyway would put them there. */
    static MigrationFile filled(Path directory, MigrationFile file, Map<String, String> values) {
        Path own = directory.resolve(file.migration().file() + ".conf");
        if (Files.isRegularFile(own) && NO_PLACEHOLDERS.matcher(SqlText.of(own)).find()) {
            return file;
        }
        return new MigrationFile(file.migration(), filled(file.text(), values), filled(file.down(), values));
    }

    private static String filled(String text, Map<String, String> values) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
    }

    /** Migrations that are no SQL: Flyway would run them as child processes of the worker. */
    List<Migration> programs() {
        return List.copyOf(programs);
    }

    @Override
    public void close() {
        try {
            WorkingDirectory.delete(copy);
        } catch (IOException e) {
            throw new UncheckedIOException(copy + ": could not be deleted", e);
        }
    }
}
