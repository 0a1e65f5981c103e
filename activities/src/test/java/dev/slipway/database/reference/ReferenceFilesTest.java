package dev.slipway.database.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.database.reference.ReferenceDataDiff.TableDiff;
import dev.slipway.database.reference.ReferenceDataRequest.Wanted;
import dev.slipway.process.Pulse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that stand in files of the commit: data, of which nothing is executed. */
class ReferenceFilesTest {

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static ThrowAwayCluster cluster;

    @TempDir
    private Path folder;

    private final ReferenceData referenceData = new ReferenceData();
    private String target;

    @BeforeAll
    static void startCluster() {
        cluster = ThrowAwayCluster.start();
    }

    @AfterAll
    static void closeCluster() {
        cluster.close();
    }

    @BeforeEach
    void createDatabase() {
        target = "files" + DATABASES.incrementAndGet();
        cluster.createDatabase(target);
        cluster.execute(
                target,
                "CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE coats (id int PRIMARY KEY, name text, mood mood,"
                        + " price numeric(8,2), made timestamptz DEFAULT now(), twice numeric GENERATED ALWAYS AS (price * 2) STORED)");
    }

    /** Without a table: what is wrong whatever it looks like. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "coats.csv | id,name~1,a~1,a | line 3: the row is the same as that of line 2, so it has the same key",
                "coats.csv | id,name~1,\"a~2,b | line 2: a quoted value begins in this row and does not end",
                "coats.csv | id,id~1,2 | line 1: a column is named twice",
                "coats.csv | id,~1,2 | line 1: there has to be a header",
                "coats.csv | id,name~1,a~2 | line 3: the row has 1 values for 2 columns",
                "coats.sql | INSERT INTO coats (id) VALUES (1, 2); | a row has 2 values for 1 columns",
                "coats.sql | INSERT INTO shirts (id) VALUES (1); | the rows are of 'shirts', and this file is for coats",
                "coats.sql | DELETE FROM coats; | `DELETE` has no place in a file of rows",
                "coats.sql | INSERT INTO coats (id) VALUES (now()); | line 1",
            })
    void isBrokenWhateverTheTableLooksLike(String name, String text, String problem) throws Exception {
        file(name, text.replace('~', '\n'));

        assertThat(FileSyntax.problems(new ReferenceSource.OfFiles(folder, "db/reference"), List.of("coats")))
                .singleElement()
                .asString()
                .startsWith("db/reference/" + name)
                .contains(problem);
    }

    @Test
    void readsSoundFilesWithoutTheirTable() throws Exception {
        file("coats.csv", "id,name\r\n1,\"a, \"\"b\"\"\r\nc\"\r\n2,\n");
        file("shirts.sql", "INSERT INTO public.shirts VALUES (1, 'a'), (2, 'b');");

        assertThat(FileSyntax.problems(new ReferenceSource.OfFiles(folder, "rows"), List.of("coats", "shirts")))
                .isEmpty();
    }

    @Test
    void csvHasEmptyTextsAndNoValues() throws Exception {
        file("coats.csv", "\uFEFFid,\"name\",price\r\n1,\"a, \"\"b\"\"\",1.5\r\n2,\"\",\r\n3,,7\r\n");

        assertThat(promote().tables()).containsExactly(new TableDiff("public.coats", 3, 0, 0, List.of()));
        assertThat(rows()).isEqualTo("1|a, \"b\"|1.50 2||- 3|-|7.00");
        assertThat(asked("SELECT count(made) FROM coats"))
                .as("what the file does not have is left to its default")
                .isEqualTo("3");

        file("coats.csv", "id,name,price\n1,\"a, \"\"b\"\"\",1.50\n3,x,7\n");
        assertThat(diff().tables())
                .as("1.50 is 1.5, and extra rows stay")
                .containsExactly(new TableDiff("public.coats", 0, 1, 0, List.of("~ id=3: name NULL → ‹1 characters›")));
    }

    @Test
    void sqlIsReadAsPgDumpWritesIt() throws Exception {
        file("coats.sql", """
                -- PostgreSQL database dump
                \\restrict abc
                SET statement_timeout = 0;
                SELECT pg_catalog.set_config('search_path', '', false);
                INSERT INTO public.coats (id, name, mood, price) VALUES (1, 'it''s; -- fine', 'good', -1.5), (2, NULL, NULL, 1e2);
                INSERT INTO coats ("id", name, mood, price) OVERRIDING SYSTEM VALUE VALUES (3, E'a\\tb\\\\\\u00e9', 'bad', NULL)
                    ON CONFLICT DO NOTHING;
                COPY public.coats (id, name, mood, price) FROM stdin;
                4\tback\\\\slash\tgood\t\\N
                5\t\\N\t\\N\t5
                \\.
                SELECT pg_catalog.setval('public.coats_id_seq', 5, true);
                """);

        promote();

        assertThat(rows()).isEqualTo("1|it's; -- fine|-1.50 2|-|100.00 3|a\tb\\é|- 4|back\\slash|- 5|-|5.00");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    DELETE FROM coats;                                          | coats.sql: line 2: `DELETE` has no place
                    INSERT INTO coats (id) SELECT 1;                            | line 2: there should be `VALUES`
                    INSERT INTO coats (id) VALUES (pg_backend_pid());           | there should be a literal
                    INSERT INTO coats (id) VALUES (1 + 1);                      | values are literals, without casts
                    INSERT INTO coats (id) VALUES ('1'::int);                   | values are literals, without casts
                    INSERT INTO coats (id) VALUES ((SELECT 1));                 | there should be a literal
                    INSERT INTO coats (id) VALUES (1) RETURNING id;             | there should be `;`
                    INSERT INTO other (id) VALUES (1);                          | the rows are of 'other'
                    INSERT INTO coats (id, name) VALUES (1);                    | a row has 1 values for 2 columns
                    INSERT INTO coats (id) VALUES ('x);                         | the text that begins here does not end
                    SELECT pg_terminate_backend(1);                             | SELECT has no place
                    COPY coats (id) FROM PROGRAM;                               | there should be `STDIN`
                    INSERT INTO coats (id, shape) VALUES (1, 2);                | has no column 'shape'
                    INSERT INTO coats (id, twice) VALUES (1, 2);                | 'twice' follows from others
                    INSERT INTO coats (name) VALUES ('a');                      | the key's column 'id' is missing
                    INSERT INTO coats (id) VALUES (1), (1);                     | two rows have the same key
                    INSERT INTO coats (id, price) VALUES (1, 2), (2, 'much');   | coats.sql: line 2: invalid input syntax for type numeric
                    """)
    void whatIsNoRowIsRefused(String sql, String sentence) throws Exception {
        file("coats.sql", "\n" + sql + "\n");

        assertThatThrownBy(this::diff).isInstanceOf(DatabaseRefused.class).hasMessageContaining(sentence);
    }

    @Test
    void aLongFileIsReadInNoTime() throws Exception {
        StringBuilder sql = new StringBuilder("-- rows\n".repeat(20_000))
                .append("/*")
                .append("* ".repeat(20_000))
                .append("*/");
        sql.append(" ".repeat(50_000)).append("INSERT INTO coats (id, name) VALUES\n");
        for (int row = 1; row <= 50_000; row++) {
            sql.append(row == 1 ? "" : ",\n")
                    .append('(')
                    .append(row)
                    .append(", 'a ''b'' ")
                    .append("x".repeat(100))
                    .append("')");
        }
        file("coats.sql", sql.append(";\n").toString());

        assertThat(promote().tables().get(0).inserts()).isEqualTo(50_000);
    }

    @Test
    void anotherEncodingAndAnEmptyHeaderAreRefused() throws Exception {
        Files.write(folder.resolve("coats.csv"), "id,name\n1,ä\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(this::diff).hasMessageContaining("db/reference/coats.csv: this is not UTF-8");
        file("coats.csv", "\n");
        assertThatThrownBy(this::diff).hasMessageContaining("there has to be a header");
        file("coats.csv", "id,name\n1,a\u0000b\n");
        assertThatThrownBy(this::diff).hasMessageContaining("coats.csv: line 2: invalid byte sequence");
    }

    @Test
    void aTriggerOfTheDatabaseDoesNotSeeADryRun() throws Exception {
        cluster.execute(
                target,
                "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''seen''; END';"
                        + " CREATE TRIGGER no BEFORE INSERT ON coats FOR EACH ROW EXECUTE FUNCTION no()");
        file("coats.csv", "id\n1\n");

        assertThat(diff().tables().get(0).inserts()).isEqualTo(1);
        assertThatThrownBy(this::promote).isInstanceOf(DatabaseRefused.class).hasMessageContaining("seen");
    }

    private ReferenceDataRequest request() {
        return new ReferenceDataRequest(
                new ReferenceSource.OfFiles(folder, "db/reference"),
                PostgresUrl.parse(cluster.url(target)),
                List.of(Wanted.whole("coats")),
                Duration.ofSeconds(1));
    }

    private ReferenceDataDiff diff() {
        return referenceData.diff(request(), Pulse.unheard());
    }

    private ReferenceDataDiff promote() {
        ReferenceDataDiff diff = diff();
        referenceData.apply(request(), diff.hash(), Pulse.unheard());
        assertThat(diff().isEmpty()).isTrue();
        return diff;
    }

    private String rows() {
        return asked(
                "SELECT string_agg(id || '|' || coalesce(name, '-') || '|' || coalesce(price::text, '-'), ' ' ORDER BY id)"
                        + " FROM coats");
    }

    private void file(String name, String text) throws Exception {
        Files.writeString(folder.resolve(name), text);
    }

    private String asked(String sql) {
        try (Connection connection = Connections.standard().open(PostgresUrl.parse(cluster.url(target)))) {
            return Connections.text(connection, sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
