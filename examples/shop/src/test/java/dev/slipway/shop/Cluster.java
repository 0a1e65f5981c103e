package dev.slipway.shop;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A real PostgreSQL that lives as long as a test class. */
final class Cluster implements AutoCloseable {
    private final Path directory;
    private final Path binaries;
    private final int port;
    private int databases;

    Cluster() throws Exception {
        binaries = binaries();
        directory = Files.createTempDirectory("shop-postgres");
        port = freePort();
        if (isRoot()) {
            run("chown", "postgres", directory.toString());
        }
        asOwner("initdb", "--no-sync", "-A", "trust", "-U", "shop", "-D", directory + "/data");
        String options = "-F -p " + port + " -k " + directory + " -c listen_addresses=127.0.0.1";
        asOwner("pg_ctl", "-w", "-D", directory + "/data", "-l", directory + "/log", "-o", options, "start");
    }

    /** The address of a new database, as a hosting service would give it. */
    String newDatabase() throws SQLException {
        String name = "shop" + ++databases;
        execute(url("postgres"), "CREATE DATABASE " + name);
        return url(name);
    }

    void execute(String url, String sql) throws SQLException {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Applies the version's migrations up to {@code last}, each in a transaction as Flyway does. */
    void migrate(String url, Path versionFolder, int last) throws Exception {
        for (int number = 1; number <= last; number++) {
            execute(url, Files.readString(migration(versionFolder, number)));
        }
    }

    static Path migration(Path versionFolder, int number) throws IOException {
        try (Stream<Path> files = Files.list(versionFolder.resolve("db/migration"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("V" + number + "__"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    long number(String url, String sql) throws SQLException {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws Exception {
        asOwner("pg_ctl", "-D", directory + "/data", "-m", "immediate", "stop");
        run("rm", "-rf", directory.toString());
    }

    private static Connection connect(String url) throws SQLException {
        DatabaseUrl parsed = DatabaseUrl.parse(url);
        return DriverManager.getConnection(parsed.jdbc(), parsed.properties());
    }

    private String url(String database) {
        return "postgres://shop:s%40il@127.0.0.1:" + port + "/" + database;
    }

    private void asOwner(String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.add(binaries.resolve(program).toString());
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    private static void run(String... command) throws Exception {
        Path output = Files.createTempFile("shop", ".out");
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int code = process.waitFor();
        String said = Files.readString(output);
        Files.delete(output);
        if (code != 0) {
            throw new IllegalStateException("%s: exit %d: %s".formatted(String.join(" ", command), code, said));
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static Path binaries() throws IOException {
        Optional<String> told = Optional.ofNullable(System.getenv("PG_BIN"));
        if (told.isPresent()) {
            return Path.of(told.get());
        }
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.sorted().findFirst().orElseThrow().resolve("bin");
        }
    }
}
