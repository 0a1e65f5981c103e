package dev.slipway.benchmarks;

import dev.slipway.database.Connections;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.database.migrations.MigrationRequest;
import dev.slipway.database.migrations.MigrationTool;
import dev.slipway.database.migrations.MigrationTools;
import dev.slipway.plan.ReleasePlan.Migrate;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.source.WorkingDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.flywaydb.core.Flyway;

/**
 * What 160 small migrations cost in a worker that is warm, against Flyway as a library in the same JVM, psql once a file,
 * and dbmate where {@code DBMATE} names its program. Each in an empty database of one server, by turns.
 */
final class Migrations {

    private static final int FILES = 160;

    private Migrations() {}

    private interface Contestant {
        void migrate(String url, Path folder) throws Exception;
    }

    static void measure(int rounds) throws Exception {
        Path folder = Files.createTempDirectory("slipway-migrations-benchmark");
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start()) {
            write(folder);
            Map<String, Contestant> contestants = new LinkedHashMap<>();
            contestants.put("sql (own runner)", own("sql"));
            contestants.put("prisma (own runner)", own("prisma"));
            contestants.put("supabase (own runner)", own("supabase"));
            contestants.put("flyway in a worker", own("flyway"));
            contestants.put("Flyway as a library", Migrations::flyway);
            contestants.put("psql -1 once a file", Migrations::psql);
            Optional.ofNullable(System.getenv("DBMATE"))
                    .ifPresent(dbmate -> contestants.put("dbmate", (url, files) -> dbmate(dbmate, url, files)));
            Map<String, List<Double>> times = new LinkedHashMap<>();
            int database = 0;
            for (int round = 0; round <= rounds; round++) {
                for (Map.Entry<String, Contestant> each : contestants.entrySet()) {
                    String name = "m" + database++;
                    String url = cluster.createDatabase(name);
                    double took = seconds(() -> {
                        each.getValue().migrate(url, folder);
                        return null;
                    });
                    check(url);
                    cluster.execute("postgres", "DROP DATABASE " + name + " WITH (FORCE)");
                    if (round > 0) {
                        // the first round warms everybody up
                        times.computeIfAbsent(each.getKey(), none -> new ArrayList<>())
                                .add(took);
                    }
                }
            }
            times.forEach((name, all) -> print(name, all));
        } finally {
            WorkingDirectory.delete(folder);
        }
    }

    private static Contestant own(String kind) {
        String sql = kind.equals("sql") ? "sql" : "";
        Migrate migrate = new Migrate(
                kind.equals("flyway") ? "flyway" : "",
                List.of(),
                Duration.ofSeconds(3),
                List.of(),
                kind.equals("prisma") ? "prisma" : "",
                kind.equals("supabase") ? "supabase" : "",
                sql,
                "",
                List.of(),
                "");
        MigrationTool tool = new MigrationTools(new CommandRunner()).of(migrate).orElseThrow();
        return (url, folder) -> tool.migrate(
                new MigrationRequest(
                        PostgresUrl.parse(url),
                        folder,
                        kind,
                        "",
                        Duration.ofSeconds(3),
                        Duration.ofMinutes(1),
                        false,
                        Optional.empty()),
                Pulse.unheard());
    }

    private static void flyway(String url, Path folder) {
        PostgresUrl parsed = PostgresUrl.parse(url);
        Flyway.configure()
                .dataSource(parsed.jdbcUrl(), parsed.user(), "")
                .locations("filesystem:" + folder.resolve("flyway"))
                .loggers("slf4j")
                .load()
                .migrate();
    }

    private static void psql(String url, Path folder) throws Exception {
        String program = PostgresBinaries.find().withServer().program("psql").toString();
        try (var files = Files.list(folder.resolve("sql"))) {
            for (Path file : files.sorted().toList()) {
                run(url, program, "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", file.toString());
            }
        }
    }

    private static void dbmate(String program, String url, Path folder) throws Exception {
        run(
                url,
                program,
                "--url",
                url + "?sslmode=disable",
                "--migrations-dir",
                folder.resolve("dbmate").toString(),
                "--no-dump-schema",
                "up");
    }

    private static void run(String url, String... argv) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(argv).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(PostgresUrl.parse(url).libpqEnvironment());
        if (builder.start().waitFor() != 0) {
            throw new IllegalStateException(Arrays.toString(argv) + " failed");
        }
    }

    private static void check(String url) throws Exception {
        try (Connection connection = Connections.standard().open(PostgresUrl.parse(url));
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM pg_tables WHERE tablename ~ '^small_'")) {
            rows.next();
            if (rows.getInt(1) != FILES / 2) {
                throw new IllegalStateException("not everything was migrated: " + rows.getInt(1));
            }
        }
    }

    /** Every second file makes a table, the others change it, as histories do. */
    private static void write(Path folder) throws IOException {
        for (int i = 1; i <= FILES; i++) {
            int table = (i + 1) / 2;
            String sql = i % 2 == 1
                    ? "CREATE TABLE small_%d (id bigint PRIMARY KEY, name text NOT NULL);\n".formatted(table)
                    : "ALTER TABLE small_%1$d ADD COLUMN at timestamptz;\nCREATE INDEX small_%1$d_at ON small_%1$d (at);\n"
                            .formatted(table);
            put(folder.resolve("sql/%04d_step.sql".formatted(i)), sql);
            put(folder.resolve("flyway/V%d__step.sql".formatted(i)), sql);
            put(folder.resolve("supabase/%014d_step.sql".formatted(i)), sql);
            put(folder.resolve("prisma/%014d_step/migration.sql".formatted(i)), sql);
            put(folder.resolve("dbmate/%014d_step.sql".formatted(i)), "-- migrate:up\n" + sql + "-- migrate:down\n");
        }
    }

    private static void put(Path file, String sql) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, sql);
    }

    private static double seconds(Callable<Void> work) throws Exception {
        long start = System.nanoTime();
        work.call();
        return (System.nanoTime() - start) / 1e9;
    }

    private static void print(String name, List<Double> all) {
        double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "%-24s median %.2f s, least %.2f s, of %d%n",
                name,
                sorted[sorted.length / 2],
                sorted[0],
                sorted.length);
    }
}
