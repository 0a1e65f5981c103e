package dev.slipway.database.backup;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.ReadyCluster;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.process.Command;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Makes {@link ScratchCopy scratch copies} of kept dumps, custom files and directories alike. */
public final class ScratchCopies {

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int JOBS = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));

    /** What a function of these libraries does happens outside of the database. */
    private static final List<String> REACHING_OUT =
            List.of("dblink", "pg_net", "http", "plsh", "pg_cron", "pg_amqp", "oracle_fdw", "aws_s3");

    /** A copy is asked once and thrown away: room for its sorts, and no work that only pays off later. */
    private static final Map<String, String> SETTINGS = Map.of(
            "maintenance_work_mem", "128MB",
            "max_wal_size", "4GB",
            "wal_level", "minimal",
            "max_wal_senders", "0",
            "autovacuum", "off",
            "checkpoint_timeout", "1h");

    private final PostgresBinaries binaries;
    private final CommandRunner runner;

    public ScratchCopies(PostgresBinaries binaries, CommandRunner runner) {
        this.binaries = binaries;
        this.runner = runner;
    }

    /**
     * Restores a dump that lies on this machine.
     *
     * @param dump a file of pg_dump's custom format or a directory of its directory format; its manifest, where one lies
     *     beside it, tells what the dump itself does not: roles, extensions, encoding
     * @param atMost how long the restore may take
     * @throws DatabaseRefused when this machine has no server that is new enough
     * @throws BackupFailed when the dump cannot be restored
     */
    public ScratchCopy of(Path dump, Duration atMost, Pulse pulse) {
        Optional<Manifest> manifest = Manifest.read(dump);
        return of(dump, manifest.map(Manifest::source).orElse(Manifest.Source.UNKNOWN), atMost, pulse);
    }

    /** The same for a dump whose manifest is not written yet. */
    ScratchCopy of(Path dump, Manifest.Source source, Duration atMost, Pulse pulse) {
        TableOfContents contents = contents(dump, pulse);
        return of(dump, contents, source, () -> cluster(contents.serverMajor()), atMost, pulse);
    }

    /** The same into a server that may be there already. */
    ScratchCopy of(Path dump, Manifest.Source source, ReadyCluster ready, Duration atMost, Pulse pulse) {
        return of(dump, contents(dump, pulse), source, ready::take, atMost, pulse);
    }

    /**
     * An empty server for dumps of this version.
     *
     * @throws DatabaseRefused when this machine has none that is new enough
     */
    ThrowAwayCluster cluster(int serverMajor) {
        return ThrowAwayCluster.cutOff(binaries.serverFor(serverMajor), SETTINGS);
    }

    private ScratchCopy of(
            Path dump,
            TableOfContents contents,
            Manifest.Source source,
            Supplier<ThrowAwayCluster> clusters,
            Duration atMost,
            Pulse pulse) {
        long start = System.nanoTime();
        PostgresBinaries.Installation tools = binaries.forDump(contents.dumpedBy());
        ThrowAwayCluster cluster = clusters.get();
        try {
            List<String> notes = new ArrayList<>();
            if (!cluster.withoutNetwork()) {
                notes.add("this machine lets the worker make no network namespace, so the copy's server could reach the"
                        + " network; foreign servers and dblink are switched off in it");
            }
            createDatabase(cluster, source, notes);
            Set<String> lacking = prepare(cluster, contents, source, notes);
            List<RestoreError> missing =
                    restore(cluster, tools, dump, contents.harmless(lacking), source, lacking, atMost, pulse);
            disarm(cluster);
            if (!missing.isEmpty()) {
                notes.add(missing.size() + " entries of the dump could not be restored here, because they lean on what"
                        + " is not in it: " + shortened(missing));
            }
            return new ScratchCopy(cluster, notes, missing, Duration.ofNanos(System.nanoTime() - start));
        } catch (SQLException e) {
            cluster.close();
            throw new BackupFailed(
                    dump + ": a scratch copy could not be made of the backup: " + Connections.reason(e), e);
        } catch (IOException e) {
            cluster.close();
            throw new BackupFailed(dump + ": a scratch copy could not be made of the backup: " + e, e);
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    /** Whether this machine lets a copy's server have no network, asked before a dump is fetched for it. */
    public boolean canBeWithoutNetwork() {
        return ThrowAwayCluster.canBeCutOff(binaries.newest());
    }

    /** What a dump says that it holds. */
    TableOfContents contents(Path dump, Pulse pulse) {
        PostgresBinaries.Installation tools = binaries.newest();
        try {
            Path list = Files.createTempFile("slipway-contents-", ".list");
            try {
                CommandResult listed = runner.run(
                        new Command(
                                List.of(
                                        tools.program("pg_restore").toString(),
                                        "--list",
                                        "--file=" + list,
                                        dump.toAbsolutePath().toString()),
                                list.getParent(),
                                Map.of("LC_MESSAGES", "C"),
                                Duration.ofMinutes(5),
                                GRACE),
                        pulse);
                if (!listed.succeeded()) {
                    UnreadableDump.why(tools, dump, listed.lastLines()).ifPresent(why -> {
                        throw new BackupFailed(why);
                    });
                    throw new BackupFailed(dump + ": the backup's table of contents cannot be read: "
                            + RestoreError.shown(listed.lastLines()));
                }
                return new TableOfContents(Files.readAllLines(list));
            } finally {
                Files.deleteIfExists(list);
            }
        } catch (IOException e) {
            throw new BackupFailed(dump + ": the backup's table of contents cannot be read: " + e, e);
        }
    }

    /** With the locale of the original where this machine has it: sort orders, and so ranges of partitions, follow it. */
    private static void createDatabase(ThrowAwayCluster cluster, Manifest.Source source, List<String> notes)
            throws SQLException {
        String create = "CREATE DATABASE " + ScratchCopy.DATABASE + " TEMPLATE template0 ENCODING "
                + literal(source.encoding().isEmpty() ? "UTF8" : source.encoding());
        try (Connection connection = Connections.standard().open(cluster.at("postgres"));
                Statement statement = connection.createStatement()) {
            if (!source.collate().isEmpty()) {
                try {
                    statement.execute(create + " LC_COLLATE " + literal(source.collate()) + " LC_CTYPE "
                            + literal(source.ctype()));
                    return;
                } catch (SQLException lacking) {
                    notes.add("this machine has no locale " + source.collate() + ", so the copy sorts by C");
                }
            }
            statement.execute(create + " LC_COLLATE 'C' LC_CTYPE 'C'");
        }
    }

    /**
     * Roles that can do nothing and extensions that the dump leaves to its platform.
     *
     * @return the extensions that this machine lacks
     */
    private static Set<String> prepare(
            ThrowAwayCluster cluster, TableOfContents contents, Manifest.Source source, List<String> notes)
            throws SQLException {
        try (Connection connection = Connections.standard().open(cluster.at(ScratchCopy.DATABASE));
                Statement statement = connection.createStatement()) {
            Set<String> roles = new LinkedHashSet<>(contents.owners());
            roles.addAll(source.roles());
            roles.removeAll(strings(statement, "SELECT rolname FROM pg_roles"));
            for (String role : roles) {
                if (!role.startsWith("pg_")) {
                    statement.execute("CREATE ROLE " + quoted(role) + " NOLOGIN");
                }
            }
            Set<String> lacking = new LinkedHashSet<>(contents.extensions());
            source.extensions().forEach(extension -> lacking.add(extension.name()));
            Set<String> available = strings(statement, "SELECT name FROM pg_available_extensions");
            lacking.removeAll(available);
            if (!lacking.isEmpty()) {
                notes.add("this machine's PostgreSQL lacks "
                        + (lacking.size() == 1 ? "the extension " : "the extensions ") + String.join(", ", lacking)
                        + ", so they are not in the copy");
            }
            for (Manifest.Extension extension : source.extensions()) {
                if (!contents.holdsSchema(extension.schema())) {
                    statement.execute("CREATE SCHEMA IF NOT EXISTS " + quoted(extension.schema()));
                }
                if (available.contains(extension.name())
                        && !contents.extensions().contains(extension.name())) {
                    statement.execute("CREATE EXTENSION IF NOT EXISTS " + quoted(extension.name()) + " SCHEMA "
                            + quoted(extension.schema()) + " CASCADE");
                }
            }
            return lacking;
        }
    }

    private List<RestoreError> restore(
            ThrowAwayCluster cluster,
            PostgresBinaries.Installation tools,
            Path dump,
            List<String> entries,
            Manifest.Source source,
            Set<String> lacking,
            Duration atMost,
            Pulse pulse)
            throws IOException {
        Path list = Files.write(cluster.directory().resolve("entries.list"), entries);
        CommandResult result = runner.run(
                new Command(
                        List.of(
                                tools.program("pg_restore").toString(),
                                "--jobs=" + JOBS,
                                "--no-acl",
                                "--no-password",
                                "--use-list=" + list,
                                "--dbname=" + ScratchCopy.DATABASE,
                                dump.toAbsolutePath().toString()),
                        cluster.directory(),
                        environment(cluster),
                        atMost,
                        GRACE),
                pulse);
        if (result.timedOut()) {
            throw new RestoreTookTooLong(dump + ": restoring the backup into a scratch copy was stopped after "
                    + atMost.toSeconds() + " s, its time-out; raise the time-out of the backup");
        }
        if (!result.succeeded() && (!cluster.isAlive() || hasDied(result.lastLines()))) {
            throw new DatabaseUnavailable(cluster.at(ScratchCopy.DATABASE).display()
                    + ": the throw-away server died while " + dump
                    + " was restored into it; look for what ended it (is there"
                    + " enough memory?)");
        }
        List<RestoreError> errors = RestoreError.in(result.lastLines()).stream()
                .filter(error -> !error.isNone())
                .toList();
        Optional<RestoreError> fatal = errors.stream()
                .filter(error -> !(source.leansOnOthers() && error.isElsewhere()))
                .findFirst();
        if (fatal.isPresent()) {
            throw new BackupFailed(dump + ": the backup cannot be restored on this machine: " + fatal.get()
                    + fatal.get().hint()
                    + (lacking.isEmpty()
                            ? ""
                            : "; this machine's PostgreSQL " + tools.version() + " lacks the extensions "
                                    + String.join(", ", lacking) + ": install them"));
        }
        if (result.exitCode() > 1
                || result.exitCode() == 1 && RestoreError.in(result.lastLines()).isEmpty()) {
            throw new BackupFailed(dump + ": the backup cannot be restored: pg_restore ended with " + result.exitCode()
                    + ": " + RestoreError.shown(result.lastLines()));
        }
        return errors;
    }

    private static boolean hasDied(List<String> lines) {
        return lines.stream()
                .anyMatch(line -> line.contains("server closed the connection")
                        || line.contains("terminating connection because of crash")
                        || line.contains("is in recovery mode"));
    }

    private static Map<String, String> environment(ThrowAwayCluster cluster) {
        Map<String, String> environment = cluster.at(ScratchCopy.DATABASE).libpqEnvironment();
        environment.put("LC_MESSAGES", "C");
        return environment;
    }

    /** After this nothing in the copy can act on another system, even where the machine has no network namespaces. */
    private static void disarm(ThrowAwayCluster cluster) throws SQLException {
        try (Connection connection = Connections.standard().open(cluster.at(ScratchCopy.DATABASE));
                Statement statement = connection.createStatement()) {
            for (String wrapper : strings(statement, "SELECT fdwname FROM pg_foreign_data_wrapper")) {
                statement.execute("ALTER FOREIGN DATA WRAPPER " + quoted(wrapper) + " NO HANDLER");
            }
            for (String library : REACHING_OUT) {
                statement.execute("UPDATE pg_proc SET probin = '$libdir/not-in-a-scratch-copy' WHERE probin ~ '(^|/)"
                        + library + "$'");
            }
        }
    }

    private static String shortened(List<RestoreError> errors) {
        List<String> first =
                errors.stream().limit(5).map(RestoreError::toString).toList();
        return String.join("; ", first) + (errors.size() > first.size() ? "; …" : "");
    }

    private static Set<String> strings(Statement statement, String sql) throws SQLException {
        Set<String> found = new LinkedHashSet<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
