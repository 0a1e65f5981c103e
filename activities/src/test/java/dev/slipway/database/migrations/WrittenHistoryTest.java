package dev.slipway.database.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.process.Pulse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories of more than a hundred files end in each tool's format as they end with psql: schema and rows. */
class WrittenHistoryTest {

    private static final int FILES = 120;

    /** How many histories; more than one is for whoever changes how a file is taken apart. */
    private static final long SEEDS = Long.getLong("slipway.histories", 1);

    private static ThrowAwayCluster cluster;

    @TempDir
    private Path directory;

    @BeforeAll
    static void startCluster() {
        cluster = ThrowAwayCluster.start();
    }

    @AfterAll
    static void closeCluster() {
        cluster.close();
    }

    @Test
    void endsInEveryFormatAsWithPsql() throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++) {
            List<String> texts = new WrittenHistory(seed, FILES).files();
            String theirs = cluster.createDatabase("psql" + seed);
            psql(theirs, texts, Files.createDirectories(directory.resolve("psql" + seed)));
            String expected = dump(theirs);
            for (Map.Entry<String, Format> each : formats().entrySet()) {
                Path folder = Files.createDirectories(directory.resolve(each.getKey() + seed));
                for (int i = 0; i < texts.size(); i++) {
                    Path file = folder.resolve(path(each.getKey(), i));
                    Files.createDirectories(file.getParent());
                    Files.writeString(file, texts.get(i));
                }
                String ours = cluster.createDatabase(each.getKey() + seed);
                MigrationTool tool = new OwnMigrations(each.getValue());

                MigrationResult result = tool.migrate(request(ours, folder), Pulse.unheard());

                assertThat(result.applied()).hasSize(FILES);
                assertThat(dump(ours)).as(each.getKey() + ", seed " + seed).isEqualTo(expected);
                assertThat(tool.status(request(ours, folder)).problems()).isEmpty();
                assertThat(tool.status(request(ours, folder)).pending()).isEmpty();
            }
        }
    }

    private static Map<String, Format> formats() {
        return new TreeMap<>(Map.of(
                "numbered", new NumberedFormat(), "prisma", new PrismaFormat(), "supabase", new SupabaseFormat()));
    }

    private static String path(String format, int number) {
        String version = String.format(Locale.ROOT, "2024010100%04d", number);
        return switch (format) {
            case "prisma" -> version + "_step/migration.sql";
            default -> version + "_step.sql";
        };
    }

    private static MigrationRequest request(String url, Path folder) {
        return new MigrationRequest(
                PostgresUrl.parse(url),
                folder,
                "",
                "",
                Duration.ofSeconds(3),
                Duration.ofSeconds(10),
                false,
                Optional.empty());
    }

    private static void psql(String url, List<String> texts, Path folder) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"));
        for (int i = 0; i < texts.size(); i++) {
            Path file = Files.writeString(folder.resolve(i + ".sql"), texts.get(i));
            arguments.addAll(List.of("-f", file.toString()));
        }
        assertThat(run(url, arguments)).doesNotContain("ERROR");
    }

    private static String dump(String url) throws Exception {
        return run(
                        url,
                        List.of(
                                "pg_dump",
                                "--exclude-table=slipway_migrations",
                                "--exclude-table=_prisma_migrations",
                                "--exclude-schema=supabase_migrations"))
                .lines()
                .filter(line -> !line.startsWith("\\restrict") && !line.startsWith("\\unrestrict"))
                .collect(Collectors.joining("\n"));
    }

    private static String run(String url, List<String> command) throws Exception {
        Path out = Files.createTempFile("history", ".txt");
        try {
            List<String> argv = new ArrayList<>(command);
            argv.set(
                    0,
                    PostgresBinaries.find().withServer().program(command.get(0)).toString());
            ProcessBuilder builder = new ProcessBuilder(argv);
            builder.environment().putAll(PostgresUrl.parse(url).libpqEnvironment());
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
            String said = Files.readString(out);
            assertThat(process.exitValue()).as(said).isZero();
            return said;
        } finally {
            Files.delete(out);
        }
    }
}
