package dev.slipway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.ReferenceDataDiff.TableDiff;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReferenceDataTest {

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final String SCHEMA = """
            CREATE TYPE mood AS ENUM ('good', 'bad');
            CREATE TABLE categories (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, parent int REFERENCES categories);
            CREATE TABLE services (
                code text, region int, category int NOT NULL REFERENCES categories, mood mood, price numeric,
                rate float8, settings json, place point, raw bytea, at timestamptz, tags text[],
                gone int, twice numeric GENERATED ALWAYS AS (price * 2) STORED, PRIMARY KEY (region, code));
            ALTER TABLE services DROP COLUMN gone;
            """;
    private static final String ROWS = """
            INSERT INTO categories (name, parent) VALUES ('a', NULL), ('b', 1), ('ü "q", \\ (x)', 2);
            INSERT INTO services VALUES
                ('x', 1, 1, 'good', 1.50, 0.1, '{"a": 1}', '(1,2)', '\\x00ff', '2026-01-01 12:00+02', '{a,"b c",NULL}'),
                ('y', 1, 2, 'bad', NULL, 'NaN', NULL, NULL, NULL, NULL, NULL),
                ('', 2, 3, NULL, 2, NULL, '[]', NULL, '', 'infinity', '{}');
            """;
    private static ThrowAwayCluster cluster;

    private final ReferenceData referenceData = new ReferenceData();
    private String source;
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
    void createDatabases() {
        int number = DATABASES.incrementAndGet();
        source = "source" + number;
        target = "target" + number;
        for (String database : List.of(source, target)) {
            cluster.createDatabase(database);
            cluster.execute(database, SCHEMA);
        }
        cluster.execute(source, ROWS);
    }

    @Test
    void fillsAnEmptyTargetAndHasNothingToDoAfterwards() {
        ReferenceDataDiff diff = diff(false);

        assertThat(diff.tables())
                .containsExactly(
                        new TableDiff("public.categories", 3, 0, 0), new TableDiff("public.services", 3, 0, 0));
        assertThat(apply(diff, false)).isEqualTo(diff);
        assertThat(diff(true).isEmpty()).isTrue();
        assertThat(apply(diff, false).isEmpty()).isTrue();
        assertThat(asked(target, "SELECT string_agg(s::text, '|' ORDER BY code) FROM services s"))
                .isEqualTo(asked(source, "SELECT string_agg(s::text, '|' ORDER BY code) FROM services s"));
        assertThat(asked(target, "INSERT INTO categories (name) VALUES ('next') RETURNING id"))
                .isEqualTo("4");
    }

    @Test
    void changesOnlyWhatDiffers() {
        apply(diff(false), false);
        cluster.execute(source, "UPDATE services SET price = 1.5, settings = '{\"a\":1}' WHERE code = 'x'");
        cluster.execute(source, "INSERT INTO categories (name) VALUES ('new')");
        cluster.execute(target, "INSERT INTO services VALUES ('extra', 9, 1)");

        ReferenceDataDiff diff = diff(false);

        assertThat(diff.tables())
                .containsExactly(
                        new TableDiff("public.categories", 1, 0, 0), new TableDiff("public.services", 0, 1, 0));
        apply(diff, false);
        assertThat(asked(target, "SELECT count(*) FROM services WHERE code = 'extra'"))
                .isEqualTo("1");
    }

    @Test
    void deletesWhatOnlyTheTargetHasWhenAsked() {
        apply(diff(false), false);
        cluster.execute(target, "INSERT INTO categories (name) VALUES ('extra')");
        cluster.execute(target, "INSERT INTO services VALUES ('extra', 9, (SELECT max(id) FROM categories))");

        ReferenceDataDiff diff = diff(true);

        assertThat(diff.tables())
                .containsExactly(
                        new TableDiff("public.categories", 0, 0, 1), new TableDiff("public.services", 0, 0, 1));
        apply(diff, true);
        assertThat(diff(true).isEmpty()).isTrue();
    }

    @Test
    void refusesWhatIsNotWhatWasApproved() {
        ReferenceDataDiff approved = diff(false);
        cluster.execute(source, "UPDATE categories SET name = 'other' WHERE id = 3");

        assertThatThrownBy(() -> apply(approved, false))
                .isInstanceOf(ReferenceDataChanged.class)
                .hasMessageContaining("public.categories: 3 new");
        assertThat(asked(target, "SELECT count(*) FROM categories")).isEqualTo("0");
    }

    @Test
    void refusesTablesThatDiffer() {
        cluster.execute(
                target,
                "ALTER TABLE categories ADD COLUMN more int; ALTER TABLE categories ALTER name TYPE varchar(9)");
        cluster.execute(source, "ALTER TABLE categories ADD COLUMN fewer int");

        assertThatThrownBy(() -> diff(false))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("public.categories.more is only in the target")
                .hasMessageContaining("public.categories.fewer is only in the source")
                .hasMessageContaining(
                        "public.categories.name is text in the source and character varying(9) in the target");
    }

    @Test
    void refusesATableWithoutAPrimaryKeyAndOneThatIsNotThere() {
        cluster.execute(target, "CREATE TABLE loose (id int)");

        assertThatThrownBy(() -> referenceData.diff(request(false, "loose"), Pulse.unheard()))
                .hasMessageContaining("public.loose has no primary key");
        assertThatThrownBy(() -> referenceData.diff(request(false, "none"), Pulse.unheard()))
                .hasMessageContaining("there is no table \"none\"");
    }

    @Test
    void refusesOneDatabaseUnderTwoNames() {
        PostgresUrl again = PostgresUrl.parse(cluster.url(target).replace("127.0.0.1", "localhost"));
        ReferenceDataRequest request =
                new ReferenceDataRequest(again, url(target), List.of("categories"), false, Duration.ofSeconds(1));

        assertThatThrownBy(() -> referenceData.diff(request, Pulse.unheard()))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("are the same database");
    }

    @Test
    void refusesATargetThatRewritesRows() {
        cluster.execute(target, """
                CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name = NEW.name || ''!''; RETURN NEW; END';
                CREATE TRIGGER touch BEFORE INSERT ON categories FOR EACH ROW EXECUTE FUNCTION touch();
                """);
        ReferenceDataDiff diff = diff(false);

        assertThatThrownBy(() -> apply(diff, false))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("alters the rows that are written");
        assertThat(asked(target, "SELECT count(*) FROM categories")).isEqualTo("0");
    }

    @Test
    void refusesToDeleteWhereOtherTablesWouldLoseRows() {
        cluster.execute(target, "CREATE TABLE orders (id int, category int REFERENCES categories ON DELETE CASCADE)");

        assertThatThrownBy(() -> diff(true))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("orders (orders_category_fkey)");
    }

    @Test
    void givesWayWhenALockIsNotToBeHad() throws Exception {
        ReferenceDataDiff diff = diff(false);
        try (Connection holder = Connections.standard().open(url(target));
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("INSERT INTO categories (name) VALUES ('busy')");

            assertThatThrownBy(() -> apply(diff, false)).isInstanceOf(DatabaseUnavailable.class);
        }
        assertThat(apply(diff, false)).isEqualTo(diff);
    }

    @Test
    void changesNothingWhenTheCallerIsCancelled() throws Exception {
        ReferenceDataDiff diff = diff(false);
        ReferenceDataRequest patient = new ReferenceDataRequest(
                url(source), url(target), List.of("services", "categories"), false, Duration.ofMinutes(5));
        try (Connection holder = Connections.standard().open(url(target));
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("INSERT INTO categories (name) VALUES ('busy')");

            assertThatThrownBy(() -> referenceData.apply(patient, diff.hash(), progress -> {
                        throw new WorkInterrupted("cancelled");
                    }))
                    .isInstanceOf(WorkInterrupted.class);
        }
        assertThat(asked(target, "SELECT count(*) FROM categories")).isEqualTo("0");
    }

    @Test
    void bringsMoreRowsThanOneBatchHolds() {
        cluster.execute(source, "INSERT INTO categories (name) SELECT 'n' || n FROM generate_series(1, 7000) n");

        ReferenceDataDiff diff = diff(false);

        assertThat(apply(diff, false).tables().get(0).inserts()).isEqualTo(7003);
        assertThat(diff(true).isEmpty()).isTrue();
    }

    private ReferenceDataDiff diff(boolean deleteExtra) {
        return referenceData.diff(request(deleteExtra, "services", "public.categories"), Pulse.unheard());
    }

    private ReferenceDataDiff apply(ReferenceDataDiff diff, boolean deleteExtra) {
        return referenceData.apply(request(deleteExtra, "services", "public.categories"), diff.hash(), Pulse.unheard());
    }

    private ReferenceDataRequest request(boolean deleteExtra, String... tables) {
        return new ReferenceDataRequest(url(source), url(target), List.of(tables), deleteExtra, Duration.ofMillis(300));
    }

    private static PostgresUrl url(String database) {
        return PostgresUrl.parse(cluster.url(database));
    }

    private static String asked(String database, String sql) {
        try (Connection connection = Connections.standard().open(url(database))) {
            return Connections.text(connection, sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
