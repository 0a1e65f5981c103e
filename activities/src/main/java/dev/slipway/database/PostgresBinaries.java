package dev.slipway.database;

import dev.slipway.process.Command;
import dev.slipway.process.CommandNotStarted;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The PostgreSQL programs that this machine has, of one or several versions. */
public final class PostgresBinaries {

    private static final Pattern MAJOR = Pattern.compile("\\d{1,4}");
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ((\\d+)[^\\s]*)");
    /** Its words before it connects: the first of those since 16, the second of those before. */
    private static final Predicate<String> NO_ZSTD = Pattern.compile(
                    "does not support compression|invalid value .* for option")
            .asPredicate();

    private static final String HOW_TO_GET = "install the package postgresql-client-%s (Debian, Ubuntu: from"
            + " apt.postgresql.org), postgresql%s (Red Hat: from yum.postgresql.org) or postgresql@%s (Homebrew), or set"
            + " PG_BIN to a directory that holds its pg_dump and pg_restore";

    private final List<Installation> installations;

    /**
     * One version's programs.
     *
     * @param directory where pg_dump and pg_restore lie
     * @param major the first number of the version, which decides what it can read
     * @param version as the program tells it
     */
    public record Installation(Path directory, int major, String version) {

        public Path program(String name) {
            return directory.resolve(name);
        }

        /** Whether a server can be made with it, not only talked to. */
        public boolean hasServer() {
            return Files.isExecutable(program("initdb")) && Files.isExecutable(program("postgres"));
        }

        /** Whether its pg_dump was built with zstd, which no version says of itself: it is asked for a dump of nothing. */
        public boolean packsWithZstd() {
            return ask(List.of(
                            program("pg_dump").toString(),
                            "--format=custom",
                            "--compress=zstd:1",
                            "--file=/dev/null",
                            "--no-password",
                            // a directory in which no socket can be
                            "--host=/dev/null"))
                    .filter(result -> result.lastLines().stream().noneMatch(NO_ZSTD))
                    .isPresent();
        }
    }

    private PostgresBinaries(List<Installation> installations) {
        this.installations = installations.stream()
                .sorted(Comparator.comparingInt(Installation::major).thenComparing(one -> !one.hasServer()))
                .toList();
    }

    /**
     * Looks in $PG_BIN, and only there where it is set; else on the PATH and where packages put them. Once: what is
     * installed later is found at the next start.
     */
    public static PostgresBinaries find() {
        return OfThisMachine.FOUND;
    }

    /** Each program is asked for its version, and Debian's are scripts that take a while to start. */
    private static final class OfThisMachine {
        private static final PostgresBinaries FOUND = find(System.getenv());
    }

    static PostgresBinaries find(Map<String, String> environment) {
        String named = environment.getOrDefault("PG_BIN", "");
        if (!named.isBlank()) {
            return in(List.of(Path.of(named)));
        }
        Set<Path> directories = new LinkedHashSet<>();
        for (String folder : environment.getOrDefault("PATH", "").split(":")) {
            if (!folder.isEmpty()) {
                directories.add(Path.of(folder));
            }
        }
        directories.addAll(below(Path.of("/usr/lib/postgresql"), "*"));
        directories.addAll(below(Path.of("/usr"), "pgsql-*"));
        directories.addAll(below(Path.of("/opt/homebrew/opt"), "{postgresql,libpq}*"));
        directories.addAll(below(Path.of("/usr/local/opt"), "{postgresql,libpq}*"));
        return in(List.copyOf(directories));
    }

    /** Looks in these directories; one that goes by two names, as /bin often does, is looked at once. */
    public static PostgresBinaries in(List<Path> directories) {
        List<Installation> found = new ArrayList<>();
        Set<Path> seen = new HashSet<>();
        for (Path directory : directories) {
            if (Files.isExecutable(directory.resolve("pg_dump"))
                    && Files.isExecutable(directory.resolve("pg_restore"))
                    && seen.add(real(directory))) {
                version(directory).ifPresent(found::add);
            }
        }
        return new PostgresBinaries(found);
    }

    private static Path real(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException unreadable) {
            return directory;
        }
    }

    private static List<Path> below(Path root, String glob) {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(root)) {
            try (DirectoryStream<Path> children = Files.newDirectoryStream(root, glob)) {
                children.forEach(child -> found.add(child.resolve("bin")));
            } catch (IOException e) {
                throw new UncheckedIOException(root + ": cannot be searched for PostgreSQL's programs", e);
            }
        }
        return found;
    }

    private static Optional<Installation> version(Path directory) {
        return ask(List.of(directory.resolve("pg_dump").toAbsolutePath().toString(), "--version"))
                .filter(CommandResult::succeeded)
                .map(result -> VERSION.matcher(result.output()))
                .filter(Matcher::find)
                .map(found ->
                        new Installation(directory.toAbsolutePath(), Integer.parseInt(found.group(2)), found.group(1)));
    }

    /** Empty where it could not be started. */
    private static Optional<CommandResult> ask(List<String> argv) {
        Command command = new Command(
                argv, Path.of("/"), Map.of("LC_MESSAGES", "C"), Duration.ofSeconds(10), Duration.ofSeconds(1));
        try {
            return Optional.of(new CommandRunner().run(command, Pulse.unheard()));
        } catch (CommandNotStarted unusable) {
            return Optional.empty();
        }
    }

    /** All that were found, the oldest first. */
    public List<Installation> installations() {
        return installations;
    }

    /**
     * The oldest programs that can still read a server of this version: pg_dump refuses a newer server than itself, and
     * an older one's dumps can be restored in more places.
     *
     * @throws DatabaseRefused when none is new enough
     */
    public Installation forServer(int serverMajor) {
        return installations.stream()
                .filter(one -> one.major() >= serverMajor)
                .findFirst()
                .orElseThrow(() -> new DatabaseRefused("the server is PostgreSQL " + serverMajor + ", but " + found()
                        + "; " + HOW_TO_GET.formatted(serverMajor, serverMajor, serverMajor)));
    }

    /** The newest programs with which a server can be made. */
    public Installation withServer() {
        return installations.stream()
                .filter(Installation::hasServer)
                .reduce((older, newer) -> newer)
                .orElseThrow(() -> new DatabaseRefused("a PostgreSQL server is needed, but no initdb and postgres were"
                        + " found beside a pg_dump on this machine; install the package postgresql, or set PG_BIN to a"
                        + " directory that holds them"));
    }

    /**
     * The oldest server programs into which a dump of this version can be restored.
     *
     * @throws DatabaseRefused when none is new enough
     */
    public Installation serverFor(int dumpedMajor) {
        return installations.stream()
                .filter(one -> one.hasServer() && one.major() >= dumpedMajor)
                .findFirst()
                .orElseThrow(() -> new DatabaseRefused("the backup is of PostgreSQL " + dumpedMajor
                        + ", and this machine has no server that new to restore it into; install the package postgresql-"
                        + dumpedMajor
                        + ", or set PG_BIN to a directory that holds its initdb, postgres and pg_restore"));
    }

    /**
     * The newest programs, which read every dump that any of the others made.
     *
     * @throws DatabaseRefused when there are none
     */
    public Installation newest() {
        return installations.stream()
                .reduce((older, newer) -> newer)
                .orElseThrow(() -> new DatabaseRefused(found() + "; " + HOW_TO_GET.formatted(17, 17, 17)));
    }

    /**
     * The oldest programs that read every dump of this pg_dump: a newer pg_restore says things to a server that an older
     * one does not know.
     *
     * @param dumpedBy the version of pg_dump; empty where nobody knows it
     * @return the newest ones where none is new enough, which may still read it
     * @throws DatabaseRefused when there are none
     */
    public Installation forDump(String dumpedBy) {
        Matcher major = MAJOR.matcher(dumpedBy);
        return major.lookingAt()
                ? installations.stream()
                        .filter(one -> one.major() >= Integer.parseInt(major.group()))
                        .findFirst()
                        .orElseGet(this::newest)
                : newest();
    }

    private String found() {
        if (installations.isEmpty()) {
            return "no pg_dump was found on this machine";
        }
        Installation newest = installations.get(installations.size() - 1);
        return "the newest pg_dump on this machine is " + newest.version() + " (" + newest.directory() + ")";
    }
}
