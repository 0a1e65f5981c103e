package dev.slipway.benchmarks;

import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.database.migrations.MigrationRequest;
import dev.slipway.database.migrations.MigrationTool;
import dev.slipway.database.migrations.MigrationTools;
import dev.slipway.plan.Migrate;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.source.WorkingDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;

/**
 * Many small files of migrations into an empty database: a worker that is warm, against the tools that people use, each as
 * it is started by hand. Tools that are not on the PATH are named and left out.
 */
final class ManyMigrations {

    private static final String DOWN = "drop table thing_%1$d;\n";
    private static final String UP = """
            create table thing_%1$d (id bigint generated always as identity primary key, name text not null, made timestamptz default now());
            create index thing_%1$d_name on thing_%1$d (name);
            insert into thing_%1$d (name) values ('first'), ('second; with a semicolon');
            """;

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final int files;
    private final ThrowAwayCluster cluster;
    private final Path home;
    private int databases;

    private ManyMigrations(int files, ThrowAwayCluster cluster, Path home) {
        this.files = files;
        this.cluster = cluster;
        this.home = home;
    }

    private interface Way {
        /** @return what it takes, in milliseconds; without the making of the empty database */
        double run(String url) throws Exception;
    }

    static void measure(int files, int runs) throws Exception {
        Path home = Files.createTempDirectory("slipway-many-migrations");
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start()) {
            new ManyMigrations(files, cluster, home).measure(runs);
        } finally {
            WorkingDirectory.delete(home);
        }
    }

    private void measure(int runs) throws Exception {
        Map<String, Way> ways = ways();
        Map<String, Figures> figures = new LinkedHashMap<>();
        // the first round warms up what a worker that has run for a day is
        for (int run = 0; run <= runs; run++) {
            for (Map.Entry<String, Way> way : ways.entrySet()) {
                double took = way.getValue().run(cluster.createDatabase("many_" + databases++));
                if (run > 0) {
                    figures.computeIfAbsent(way.getKey(), any -> new Figures()).add(took);
                }
            }
        }
        System.out.println("\n" + files + " small files of migrations into an empty database");
        figures.forEach((name, each) -> System.out.println("  " + name + ": " + each));
        double fastest = figures.entrySet().stream()
                .filter(each -> !each.getKey().startsWith("slipway"))
                .mapToDouble(each -> each.getValue().median())
                .min()
                .orElseThrow();
        figures.forEach((name, each) -> {
            if (name.startsWith("slipway")) {
                System.out.printf(
                        Locale.ROOT, "  %s against the fastest of them: %.2f%n", name, each.median() / fastest);
            }
        });
    }

    private Map<String, Way> ways() throws Exception {
        Map<String, Way> ways = new LinkedHashMap<>();
        Path sql = write("sql", "%04d_thing.sql", UP);
        Path flyway = write("flyway", "V%d__thing.sql", UP);
        Path prisma = write("prisma", "2024%010d_thing/migration.sql", UP);
        Path supabase = write("supabase", "2024%010d_thing.sql", UP);
        ways.put("slipway, sql", url -> slipway(url, own("", "", "sql", false), sql));
        ways.put("slipway, sql, all or nothing", url -> slipway(url, own("", "", "sql", true), sql));
        ways.put("slipway, flyway", url -> slipway(url, new Migrate("flyway", List.of(), PATIENCE), flyway));
        ways.put("slipway, prisma", url -> slipway(url, own("prisma", "", "", false), prisma));
        ways.put("slipway, supabase", url -> slipway(url, own("", "supabase", "", false), supabase));
        ways.put("flyway's library, warm", url -> flyway(url, flyway));
        tool("psql").ifPresent(psql -> ways.put("psql, one process", url -> psql(psql, url, sql)));
        Path dbmate = write("dbmate", "2024%010d_thing.sql", "-- migrate:up\n" + UP + "\n-- migrate:down\n" + DOWN);
        tool("dbmate")
                .ifPresent(program -> ways.put(
                        "dbmate",
                        url -> process(
                                Map.of(),
                                program,
                                "--url",
                                url + "?sslmode=disable",
                                "--migrations-dir",
                                dbmate.toString(),
                                "--no-dump-schema",
                                "up")));
        Path node = write("node", "17%011d_thing.sql", "-- Up Migration\n" + UP + "\n-- Down Migration\n" + DOWN);
        tool("node-pg-migrate")
                .ifPresent(program -> ways.put(
                        "node-pg-migrate",
                        url -> process(Map.of("DATABASE_URL", url), program, "up", "-m", node.toString())));
        Path postgrator = write("postgrator", "%04d.do.thing.sql", UP);
        tool("postgrator")
                .ifPresent(program -> ways.put("postgrator", url -> {
                    String[] parts = url.substring(url.lastIndexOf('@') + 1).split("[:/]");
                    return process(
                            Map.of(),
                            program,
                            "--host=" + parts[0],
                            "--port=" + parts[1],
                            "--database=" + parts[2],
                            "--username=postgres",
                            "--password=any",
                            "--migration-pattern=" + postgrator + "/*");
                }));
        return ways;
    }

    private static Migrate own(String prisma, String supabase, String sql, boolean together) {
        return new Migrate(
                "",
                List.of(),
                PATIENCE,
                List.of(),
                prisma,
                supabase,
                sql,
                "",
                List.of(PATIENCE),
                together ? "true" : "");
    }

    private Path write(String folder, String name, String text) throws Exception {
        Path directory = Files.createDirectories(home.resolve(folder));
        for (int each = 1; each <= files; each++) {
            Path file = directory.resolve(String.format(Locale.ROOT, name, each));
            Files.createDirectories(file.getParent());
            Files.writeString(file, String.format(Locale.ROOT, text, each));
        }
        return directory;
    }

    private static Optional<String> tool(String name) {
        Optional<String> found = Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
        if (found.isEmpty()) {
            System.out.println("  " + name + " is not on the PATH, and left out");
        }
        return found;
    }

    private double slipway(String url, Migrate migrate, Path folder) {
        MigrationTool tool = new MigrationTools(new CommandRunner()).of(migrate).orElseThrow();
        long start = System.nanoTime();
        int applied = tool.migrate(
                        new MigrationRequest(
                                PostgresUrl.parse(url),
                                home,
                                folder.getFileName().toString(),
                                "",
                                PATIENCE,
                                PATIENCE,
                                migrate.wantsOneTransaction(),
                                Optional.empty()),
                        Pulse.unheard())
                .applied()
                .size();
        return checked(start, applied);
    }

    private double flyway(String url, Path folder) {
        long start = System.nanoTime();
        int applied = Flyway.configure()
                .dataSource(PostgresUrl.parse(url).jdbcUrl(), "postgres", "")
                .locations("filesystem:" + folder)
                .load()
                .migrate()
                .migrationsExecuted;
        return checked(start, applied);
    }

    private double checked(long start, int applied) {
        double took = (System.nanoTime() - start) / 1e6;
        if (applied != files) {
            throw new IllegalStateException(applied + " of " + files + " were applied");
        }
        return took;
    }

    private double psql(String psql, String url, Path folder) throws Exception {
        try (Stream<Path> all = Files.list(folder)) {
            List<String> argv = Stream.concat(
                            Stream.of(psql, "-q", "-X", "-v", "ON_ERROR_STOP=1", "-d", url),
                            all.sorted().flatMap(file -> Stream.of("-f", file.toString())))
                    .toList();
            return process(Map.of(), argv.toArray(String[]::new));
        }
    }

    private double process(Map<String, String> environment, String... argv) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(argv)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("output").toFile());
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        int code = builder.start().waitFor();
        double took = (System.nanoTime() - start) / 1e6;
        if (code != 0) {
            throw new IllegalStateException(
                    argv[0] + " ended with " + code + ": " + Files.readString(home.resolve("output")));
        }
        return took;
    }
}
