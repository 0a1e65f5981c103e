package dev.slipway.database;

import dev.slipway.process.Child;
import dev.slipway.process.Command;
import dev.slipway.process.CommandNotStarted;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.ProcessMark;
import dev.slipway.process.Pulse;
import dev.slipway.process.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A PostgreSQL server of our own for a demo, a rehearsal or a test: made in a temporary directory, without a care for
 * power cuts, and gone with its files when it is closed. It is open to everybody on this machine's loopback, or, where it
 * is cut off, to this user alone through a Unix socket. The server also ends when this JVM is killed; its files then go
 * when the next one is made.
 */
public final class ThrowAwayCluster implements AutoCloseable {

    private static final Duration TO_START = Duration.ofSeconds(60);
    private static final Duration TO_STOP = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 5;
    private static final String SUPERUSER = "postgres";
    /** In bytes, what Linux (107) and macOS (103) both take. */
    private static final int LONGEST_SOCKET = 103;
    /** Only a name: the directory is its own. */
    private static final int SOCKET_PORT = 5432;

    private static final String PREFIX = "slipway-postgres-";
    /** Names a folder in memory, where a hundred clusters are made and gone in the time of ten on a disk. */
    private static final String PLACE = "slipway.clusters";
    /** In bytes. Less is no place for clusters: a container's /dev/shm may have 64 MB. */
    private static final long ROOM = 4L << 30;

    /** Says which JVM a directory belongs to. */
    private static final String OWNER = "owner";

    /**
     * What a server without a network is started by, the safest first. A socket of another server of this machine is a
     * file and no network: where the kernel lets us, the directory in which they lie is covered too.
     */
    private static final List<List<String>> CUTS = List.of(
            List.of(
                    "unshare",
                    "--net",
                    "--mount",
                    "bash",
                    "-c",
                    "for d in /run/postgresql /var/run/postgresql; do"
                            + " if [ -d $d ]; then mount -t tmpfs -o size=16k tmpfs $d || exit 1; fi; done; exec \"$@\"",
                    "slipway"),
            List.of("unshare", "--net"),
            List.of("unshare", "--user", "--net"));

    /** Who may talk to it. */
    private enum Reach {
        LOOPBACK,
        SOCKET
    }

    private final PostgresBinaries.Installation installation;
    private final Map<String, String> settings;
    private final Reach reach;
    private final Path directory;
    private final List<String> asUser;
    private final Optional<List<String>> cut;
    private final CommandRunner runner = new CommandRunner();
    private int port;
    private Optional<Child> server = Optional.empty();

    private ThrowAwayCluster(PostgresBinaries.Installation installation, Map<String, String> settings, Reach reach) {
        this.installation = installation;
        this.settings = Map.copyOf(settings);
        this.reach = reach;
        try {
            this.directory = Files.createTempDirectory(place(), PREFIX);
            ProcessMark.write(directory.resolve(OWNER), ProcessHandle.current());
            this.asUser = asUser(directory);
            this.cut = reach == Reach.SOCKET ? cut() : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("no directory for a throw-away PostgreSQL could be made", e);
        }
    }

    /** The folder in which they lie: that for temporary files, or one that somebody names and that has room. */
    public static Path place() {
        String named = System.getProperty(PLACE, "");
        Path usual = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            return !named.isEmpty() && Files.getFileStore(Path.of(named)).getUsableSpace() > ROOM
                    ? Path.of(named)
                    : usual;
        } catch (IOException notThere) {
            return usual;
        }
    }

    /** Makes and starts one with the newest server programs of this machine. */
    public static ThrowAwayCluster start() {
        return start(PostgresBinaries.find().withServer(), Map.of());
    }

    /** Makes and starts one with settings as in postgresql.conf. */
    public static ThrowAwayCluster start(PostgresBinaries.Installation installation, Map<String, String> settings) {
        return started(new ThrowAwayCluster(installation, settings, Reach.LOOPBACK));
    }

    /**
     * Makes and starts one that nobody reaches but through its Unix socket, and that reaches nobody: its processes have
     * no network where the kernel allows that, which {@link #withoutNetwork} says.
     */
    public static ThrowAwayCluster cutOff(PostgresBinaries.Installation installation, Map<String, String> settings) {
        return started(new ThrowAwayCluster(installation, settings, Reach.SOCKET));
    }

    /** Whether one that is {@link #cutOff} would have no network on this machine; none is made. */
    public static boolean canBeCutOff(PostgresBinaries.Installation installation) {
        try (ThrowAwayCluster unmade = new ThrowAwayCluster(installation, Map.of(), Reach.SOCKET)) {
            return unmade.withoutNetwork();
        }
    }

    private static ThrowAwayCluster started(ThrowAwayCluster cluster) {
        cluster.sweep();
        try {
            cluster.make();
            cluster.startOnAFreePort();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /**
     * Takes away what this JVM keeps to make the next one sooner. It goes by itself when the JVM ends, but for one that is
     * halted: who halts calls this first.
     */
    public static void deleteTemplates() {
        ClusterTemplates.OF_THIS_JVM.close();
    }

    /** Whether its processes cannot open a connection to anywhere, this machine's loopback included. */
    public boolean withoutNetwork() {
        return cut.isPresent();
    }

    /** How one of its databases is reached by its superuser. */
    public PostgresUrl at(String database) {
        return switch (reach) {
            case LOOPBACK -> PostgresUrl.parse(url(database));
            case SOCKET -> PostgresUrl.onSocket(sockets(), port, database, SUPERUSER);
        };
    }

    /** Where its socket lies, if it is cut off. */
    public Path sockets() {
        return directory.resolve("s");
    }

    /** Room for files that go with it. */
    public Path directory() {
        return directory;
    }

    /** The URL of one of its databases, for its superuser; only of one that listens on the loopback. */
    public String url(String database) {
        return "postgresql://" + SUPERUSER + "@127.0.0.1:" + port + "/" + database;
    }

    public int port() {
        return port;
    }

    /** Makes an empty database and returns its URL. */
    public String createDatabase(String name) {
        // without a care for power cuts, files are copied sooner than pages are logged
        String strategy = installation.major() >= 15 ? " STRATEGY file_copy" : "";
        execute("postgres", "CREATE DATABASE \"" + name.replace("\"", "\"\"") + "\"" + strategy);
        return url(name);
    }

    /** Runs one statement in one of its databases. */
    public void execute(String database, String sql) {
        PostgresUrl url = at(database);
        try (Connection connection = Connections.standard().open(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw Connections.failure(url, "a statement failed", e);
        }
    }

    /** Whether its server has not ended by itself. */
    public boolean isAlive() {
        return server.filter(Child::isAlive).isPresent();
    }

    /** An outage: the server goes, its data and its port stay. */
    public void stop() {
        server.ifPresent(Child::close);
        server = Optional.empty();
    }

    /** The end of an outage. */
    public void startAgain() {
        if (server.isEmpty()) {
            if (!tryToStart()) {
                throw new IllegalStateException("the throw-away PostgreSQL did not come back on port " + port);
            }
        }
    }

    @Override
    public void close() {
        stop();
        try {
            FileTree.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": could not be deleted", e);
        }
    }

    /** Removes what JVMs that were killed have left beside us. */
    private void sweep() {
        try (DirectoryStream<Path> others = Files.newDirectoryStream(directory.getParent(), PREFIX + "*")) {
            others.forEach(ThrowAwayCluster::sweep);
        } catch (IOException | DirectoryIteratorException unreadable) {
            // the next one finds what is left
        }
    }

    private static void sweep(Path other) {
        try {
            if (ProcessMark.read(other.resolve(OWNER))
                    .filter(owner -> !owner.isAlive())
                    .isPresent()) {
                FileTree.delete(other);
            }
        } catch (IOException | RuntimeException notOurs) {
            // somebody else's files, or somebody else sweeps too; that keeps none of the others there
        }
    }

    private void make() {
        if (reach == Reach.SOCKET) {
            makeSockets();
        }
        ClusterTemplates.OF_THIS_JVM.copy(
                installation.directory(),
                this::template,
                template -> run("cp", "-R", template.files().toString(), files().toString()));
    }

    /** One of the same programs that is never started. */
    private ThrowAwayCluster template() {
        ThrowAwayCluster template = new ThrowAwayCluster(installation, Map.of(), Reach.LOOPBACK);
        try {
            template.makeAnew();
            return template;
        } catch (RuntimeException e) {
            template.close();
            throw e;
        }
    }

    private void makeAnew() {
        run(
                installation.program("initdb").toString(),
                "--no-sync",
                "--auth=trust",
                "--username=" + SUPERUSER,
                "--encoding=UTF8",
                "--locale=C",
                "--pgdata=" + files());
    }

    private void run(String... arguments) {
        List<String> argv = new ArrayList<>(asUser);
        argv.addAll(List.of(arguments));
        CommandResult result = runner.run(command(argv, TO_START), Pulse.unheard());
        if (!result.succeeded()) {
            throw new IllegalStateException("the files of a throw-away PostgreSQL could not be made: " + arguments[0]
                    + " ended with " + result.exitCode() + ": " + String.join("\n", result.lastLines()));
        }
    }

    private void makeSockets() {
        if (sockets().resolve(".s.PGSQL." + SOCKET_PORT).toString().length() > LONGEST_SOCKET) {
            throw new IllegalStateException(
                    directory + ": this path is too long for a Unix socket, whose name may have " + LONGEST_SOCKET
                            + " characters; give the worker a shorter java.io.tmpdir");
        }
        try {
            Files.createDirectory(sockets());
            Files.setOwner(sockets(), Files.getOwner(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(sockets() + ": no directory for a socket could be made", e);
        }
    }

    private void startOnAFreePort() {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            port = reach == Reach.LOOPBACK ? freePort() : SOCKET_PORT;
            // somebody else may take the port between our look and the server's: then another one
            if (tryToStart()) {
                return;
            }
        }
        throw new IllegalStateException("a throw-away PostgreSQL found no free port in " + ATTEMPTS + " attempts");
    }

    /** False when its port is taken. */
    private boolean tryToStart() {
        List<String> argv = new ArrayList<>(cut.orElse(List.of()));
        // one namespace of the user is enough
        argv.addAll(argv.contains("--user") ? List.of() : asUser);
        argv.addAll(List.of(installation.program("postgres").toString(), "-D", files().toString()));
        Map<String, String> all = new TreeMap<>(Map.of(
                "listen_addresses", reach == Reach.LOOPBACK ? "127.0.0.1" : "",
                "port", String.valueOf(port),
                "unix_socket_directories",
                        reach == Reach.LOOPBACK ? "" : sockets().toString(),
                // what a killed server leaves of it goes with the directory
                "dynamic_shared_memory_type", "mmap",
                "fsync", "off",
                "synchronous_commit", "off",
                "full_page_writes", "off",
                "shared_buffers", "32MB",
                "max_connections", "60",
                "logging_collector", "off"));
        all.putAll(settings);
        all.forEach((name, value) -> argv.addAll(List.of("-c", name + "=" + value)));
        Child child = runner.start(command(argv, TO_START), StopSignal.INT, Optional.empty());
        try {
            while (child.age().compareTo(TO_START) < 0 && !child.await(Duration.ofMillis(50))) {
                if (answers()) {
                    server = Optional.of(child);
                    return true;
                }
            }
        } catch (RuntimeException e) {
            child.close();
            throw e;
        }
        child.close();
        String said = String.join("\n", child.lastLines());
        if (said.contains("Address already in use")) {
            return false;
        }
        throw new IllegalStateException("a throw-away PostgreSQL did not start: " + said);
    }

    /** Whether it is our server that answers, not somebody else's on a port that was free a moment ago. */
    private boolean answers() {
        if (reach == Reach.SOCKET && !Files.exists(sockets().resolve(".s.PGSQL." + port))) {
            return false;
        }
        PostgresUrl url = at("postgres");
        try (Connection connection = Connections.standard().open(url)) {
            return Connections.text(connection, "SHOW data_directory").equals(files().toString());
        } catch (DatabaseUnavailable | DatabaseRefused | SQLException notYet) {
            return false;
        }
    }

    /** The first of the ways to have no network that this machine lets us go. */
    private Optional<List<String>> cut() {
        return CUTS.stream()
                .filter(way -> asUser.isEmpty() || !way.contains("--user") || asUser.contains("unshare"))
                .filter(way -> {
                    List<String> argv = new ArrayList<>(way);
                    argv.addAll(way.contains("--user") ? List.of() : asUser);
                    argv.add("true");
                    try {
                        return runner.run(command(argv, TO_STOP), Pulse.unheard())
                                .succeeded();
                    } catch (CommandNotStarted noSuchProgram) {
                        return false;
                    }
                })
                .findFirst();
    }

    Path files() {
        return directory.resolve("files");
    }

    private Command command(List<String> argv, Duration timeout) {
        // PGHOST: a server that is a client of others (dblink) must not fall back to this machine's main server
        return new Command(
                argv,
                directory,
                Map.of(
                        "LANG",
                        "C",
                        "LC_ALL",
                        "C",
                        "PGHOST",
                        directory.resolve("nowhere").toString()),
                timeout,
                TO_STOP);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on 127.0.0.1", e);
        }
    }

    /** PostgreSQL refuses to run as root: then it runs as its own user, or where there is none, as nobody to itself. */
    private static List<String> asUser(Path directory) throws IOException {
        if (!System.getProperty("user.name").equals("root")) {
            return List.of();
        }
        try {
            Files.setOwner(
                    directory,
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
            return List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups");
        } catch (UserPrincipalNotFoundException none) {
            return List.of("unshare", "-U");
        }
    }
}
