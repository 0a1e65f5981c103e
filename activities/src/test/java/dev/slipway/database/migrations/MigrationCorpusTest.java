package dev.slipway.database.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.process.Pulse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are hard to take apart: what psql makes of each, our runner makes of it too; or it says what is wrong. */
class MigrationCorpusTest {

    private static final Path CORPUS = Path.of("src/test/resources/migrations-corpus");
    private static final String EXPECTED = "-- expect: ";
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static ThrowAwayCluster theirs;
    private static ThrowAwayCluster ours;

    private final MigrationTool tool = new OwnMigrations(new NumberedFormat());

    private final String database = "corpus" + DATABASES.incrementAndGet();

    @TempDir
    Path directory;

    @BeforeAll
    static void startClusters() {
        // two: roles belong to a whole cluster
        theirs = ThrowAwayCluster.start();
        ours = ThrowAwayCluster.start();
    }

    @AfterEach
    void dropDatabase() {
        drop(ours);
    }

    private void drop(ThrowAwayCluster cluster) {
        cluster.execute("postgres", "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
    }

    @AfterAll
    static void closeClusters() {
        theirs.close();
        ours.close();
    }

    static Stream<String> good() throws IOException {
        return names().filter(name -> !name.contains("-bad-"));
    }

    static Stream<String> bad() throws IOException {
        return names().filter(name -> name.contains("-bad-"));
    }

    private static Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(CORPUS)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("good")
    void endsAsWithPsql(String name) throws Exception {
        Path file = CORPUS.resolve(name).toAbsolutePath();
        CompletableFuture<String> expected = CompletableFuture.supplyAsync(() -> withPsql(file));
        String ourUrl = ours.createDatabase(database);
        // with a history there, a file may go in one message
        Files.writeString(directory.resolve("0000_start.sql"), "SELECT 1;");
        Files.copy(file, directory.resolve("0001_" + name.substring(3)));

        MigrationResult result = tool.migrate(request(ourUrl), Pulse.unheard());

        assertThat(result.toVersion()).isEqualTo("0001");
        assertThat(dump(ourUrl)).isEqualTo(expected.join());
        MigrationStatus after = tool.status(request(ourUrl));
        assertThat(after.pending()).isEmpty();
        assertThat(after.problems()).isEmpty();
    }

    /** What psql makes of a file: schema and rows. */
    private String withPsql(Path file) {
        try {
            String url = theirs.createDatabase(database);
            String output = run(url, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file.toString());
            assertThat(output).doesNotContain("ERROR");
            return dump(url);
        } catch (Exception e) {
            throw new IllegalStateException(file + ": psql could not be asked", e);
        } finally {
            drop(theirs);
        }
    }

    @ParameterizedTest
    @MethodSource("bad")
    void saysWhatIsWrong(String name) throws Exception {
        byte[] bytes = Files.readAllBytes(CORPUS.resolve(name));
        String expected = new String(bytes, StandardCharsets.ISO_8859_1)
                .lines()
                .findFirst()
                .orElseThrow()
                .substring(EXPECTED.length());
        String url = ours.createDatabase(database);
        String before = dump(url);
        Files.write(directory.resolve("0001_" + name.substring(3)), bytes);

        MigrationFailed failure =
                catchThrowableOfType(MigrationFailed.class, () -> tool.migrate(request(url), Pulse.unheard()));

        assertThat(failure).hasMessageContaining("0001_" + name.substring(3)).hasMessageContaining(expected);
        if (failure.unchanged()) {
            assertThat(dump(url)).isEqualTo(before);
        } else {
            assertThat(failure).hasMessageContaining("its statements 1 to ");
        }
    }

    private MigrationRequest request(String url) {
        return new MigrationRequest(
                PostgresUrl.parse(url),
                directory,
                "",
                "",
                Duration.ofSeconds(3),
                Duration.ZERO,
                false,
                Optional.empty());
    }

    /** Schema and rows, without our history. */
    private static String dump(String url) throws Exception {
        return run(url, "pg_dump", "--exclude-table=slipway_migrations")
                .lines()
                .filter(line -> !line.startsWith("\\restrict") && !line.startsWith("\\unrestrict"))
                .collect(Collectors.joining("\n"));
    }

    private static String run(String url, String program, String... arguments) throws Exception {
        Path out = Files.createTempFile("corpus", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(Stream.concat(
                            Stream.of(PostgresBinaries.find()
                                    .withServer()
                                    .program(program)
                                    .toString()),
                            Stream.of(arguments))
                    .toList());
            Map<String, String> environment = PostgresUrl.parse(url).libpqEnvironment();
            builder.environment().putAll(environment);
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            String said = Files.readString(out);
            assertThat(process.exitValue()).as(said).isZero();
            return said;
        } finally {
            Files.delete(out);
        }
    }
}
