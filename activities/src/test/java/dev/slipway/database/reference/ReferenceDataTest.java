package dev.slipway.database.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.database.reference.ReferenceDataDiff.TableDiff;
import dev.slipway.database.reference.ReferenceDataRequest.Wanted;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
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
                        new TableDiff("public.categories", 3, 0, 0, List.of()),
                        new TableDiff("public.services", 3, 0, 0, List.of()));
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
                        new TableDiff("public.categories", 1, 0, 0, List.of("+ id=4")),
                        new TableDiff(
                                "public.services",
                                0,
                                1,
                                0,
                                List.of(
                                        "~ region=1 code=‹1 characters›: price ‹4 characters› → ‹3 characters›, settings ‹8 characters› → ‹7 characters›")));
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
                        new TableDiff("public.categories", 0, 0, 1, List.of("- id=4")),
                        new TableDiff("public.services", 0, 0, 1, List.of("- region=9 code=‹5 characters›")));
        apply(diff, true);
        assertThat(diff(true).isEmpty()).isTrue();
    }

    @Test
    void refusesWhatIsNotWhatWasApproved() {
        ReferenceDataDiff approved = diff(false);
        cluster.execute(source, "UPDATE categories SET name = 'other' WHERE id = 3");

        assertThatThrownBy(() -> apply(approved, false))
                .isInstanceOf(ReferenceDataChanged.class)
                .hasMessageContaining("public.categories +3 ~0 -0");
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
        ReferenceDataRequest request = new ReferenceDataRequest(
                new ReferenceSource.OfDatabase(again),
                url(target),
                List.of(Wanted.whole("categories")),
                Duration.ofSeconds(1));

        assertThatThrownBy(() -> referenceData.diff(request, Pulse.unheard()))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("are the same database");
    }

    @Test
    void writesAsTheRoleThatThePlanNames() {
        cluster.execute(
                target,
                "CREATE ROLE owner_" + target + " NOLOGIN; ALTER TABLE categories OWNER TO owner_" + target
                        + "; CREATE TABLE who (name text); GRANT ALL ON who TO PUBLIC;"
                        + " CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN INSERT INTO who VALUES (current_user); RETURN NULL; END';"
                        + " CREATE TRIGGER note AFTER INSERT ON categories FOR EACH STATEMENT EXECUTE FUNCTION note()");
        cluster.execute(source, "INSERT INTO categories OVERRIDING SYSTEM VALUE VALUES (77, 'new')");
        ReferenceDataRequest asOwner = new ReferenceDataRequest(
                new ReferenceSource.OfDatabase(url(source)),
                url(target),
                List.of(Wanted.whole("categories")),
                Duration.ofMillis(300),
                "owner_" + target);

        referenceData.apply(
                asOwner, referenceData.diff(asOwner, Pulse.unheard()).hash(), Pulse.unheard());

        assertThat(asked(target, "SELECT name FROM who LIMIT 1")).isEqualTo("owner_" + target);
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
    void aSessionThatIsEndedInTheMiddleLeavesNothingAndTheNextAttemptDoesIt() throws Exception {
        ReferenceDataDiff diff = diff(false);
        cluster.execute(target, """
                CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NEW; END';
                CREATE TRIGGER die AFTER INSERT ON services FOR EACH ROW EXECUTE FUNCTION die();
                """);

        // the parents are written by then
        assertThatThrownBy(() -> apply(diff(false), false)).isInstanceOf(DatabaseUnavailable.class);
        assertThat(asked(target, "SELECT count(*) FROM categories")).isEqualTo("0");
        cluster.execute(target, "DROP TRIGGER die ON services");
        assertThat(apply(diff, false)).isEqualTo(diff);
    }

    @Test
    void aNewRowMayHaveTheNameOfOneThatGoes() {
        both("CREATE TABLE coats (id int PRIMARY KEY, name text UNIQUE)");
        cluster.execute(source, "INSERT INTO coats VALUES (1, 'a'), (3, 'c')");
        cluster.execute(target, "INSERT INTO coats VALUES (2, 'a')");

        assertThat(promote(new Wanted("coats", "", List.of(), true))
                        .tables()
                        .get(0)
                        .deletes())
                .isEqualTo(1);
        assertThat(asked(target, "SELECT string_agg(id || name, ' ' ORDER BY id) FROM coats"))
                .isEqualTo("1a 3c");
    }

    @Test
    void aValueThatAnotherRowHasIsSaid() {
        both("CREATE TABLE coats (id int PRIMARY KEY, name text UNIQUE)");
        cluster.execute(source, "INSERT INTO coats VALUES (1, 'a')");
        cluster.execute(target, "INSERT INTO coats VALUES (2, 'a')");
        ReferenceDataDiff diff = referenceData.diff(request(Wanted.whole("coats")), Pulse.unheard());

        assertThatThrownBy(() -> referenceData.apply(request(Wanted.whole("coats")), diff.hash(), Pulse.unheard()))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("another row has one of the new values already");
    }

    @Test
    void changesNothingWhenTheCallerIsCancelled() throws Exception {
        ReferenceDataDiff diff = diff(false);
        ReferenceDataRequest patient = new ReferenceDataRequest(
                new ReferenceSource.OfDatabase(url(source)),
                url(target),
                List.of(Wanted.whole("services"), Wanted.whole("categories")),
                Duration.ofMinutes(5));
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

    @Test
    void anEnumWithOtherNumbersIsTheSameLabel() {
        String table = "CREATE TABLE coats (id int PRIMARY KEY, mood mood, moods mood[])";
        cluster.execute(source, "CREATE TYPE before AS ENUM ('x')");
        both("DROP TABLE services; DROP TYPE mood; CREATE TYPE mood AS ENUM ('good', 'bad'); " + table);
        cluster.execute(source, "INSERT INTO coats VALUES (1, 'good', '{bad,good}'), (2, NULL, NULL)");

        assertThat(promote(Wanted.whole("coats")).tables().get(0).inserts()).isEqualTo(2);
        cluster.execute(source, "UPDATE coats SET mood = 'bad'");
        assertThat(promote(Wanted.whole("coats")).tables().get(0).samples())
                .containsExactlyInAnyOrder(
                        "~ id=1: mood ‹4 characters› → ‹3 characters›", "~ id=2: mood NULL → ‹3 characters›");
    }

    @Test
    void columnsInAnotherOrderAreTheSameColumns() {
        cluster.execute(source, "CREATE TABLE coats (id int PRIMARY KEY, name text, size int)");
        cluster.execute(target, "CREATE TABLE coats (size int, gone int, name text, id int PRIMARY KEY)");
        cluster.execute(target, "ALTER TABLE coats DROP COLUMN gone");
        cluster.execute(source, "INSERT INTO coats VALUES (1, 'a', 10), (2, 'b', 20)");

        promote(Wanted.whole("coats"));
        cluster.execute(source, "UPDATE coats SET size = 11 WHERE id = 1");
        promote(Wanted.whole("coats"));

        assertThat(asked(target, "SELECT string_agg(id || name || size, ' ' ORDER BY id) FROM coats"))
                .isEqualTo("1a11 2b20");
    }

    @Test
    void namesWithQuotesSpacesAndCapitalsAreNames() {
        both("CREATE SCHEMA \"A b\"; CREATE TABLE \"A b\".\"C'd\" (\"Key\"\"q\" text PRIMARY KEY, \"Wert €\" text)");
        cluster.execute(source, "INSERT INTO \"A b\".\"C'd\" VALUES ('it''s {\"a\",\\} \\', 'x')");

        promote(Wanted.whole("A b.C'd"));
        cluster.execute(source, "UPDATE \"A b\".\"C'd\" SET \"Wert €\" = NULL");
        assertThat(promote(Wanted.whole("A b.C'd")).tables().get(0).samples())
                .containsExactly("~ Key\"q=‹14 characters›: Wert € ‹1 characters› → NULL");
    }

    @Test
    void aTriggerThatKeepsAColumnIsSaidAndTheColumnLeftOut() {
        both("CREATE TABLE coats (id int PRIMARY KEY, name text, updated_at timestamptz DEFAULT now())");
        cluster.execute(source, "INSERT INTO coats VALUES (1, 'a', '2020-01-01'), (2, 'b', '2020-01-01')");
        cluster.execute(target, """
                CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at = now(); RETURN NEW; END';
                CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON coats FOR EACH ROW EXECUTE FUNCTION touch();
                """);
        ReferenceDataDiff diff = referenceData.diff(request(Wanted.whole("coats")), Pulse.unheard());

        assertThatThrownBy(() -> referenceData.apply(request(Wanted.whole("coats")), diff.hash(), Pulse.unheard()))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("2 rows of public.coats differ in updated_at after writing; it has touch")
                .hasMessageContaining("`without: [updated_at]`");
        assertThat(asked(target, "SELECT count(*) FROM coats")).isEqualTo("0");

        promote(without("coats", "updated_at"));
        assertThat(asked(target, "SELECT min(updated_at) > now() - interval '1 h' FROM coats"))
                .isEqualTo("t");
    }

    @Test
    void aTriggerThatChangesOtherRowsIsFoundOut() {
        both("CREATE TABLE coats (id int PRIMARY KEY, name text)");
        both("INSERT INTO coats VALUES (1, 'a'), (2, 'b')");
        cluster.execute(source, "UPDATE coats SET name = 'c' WHERE id = 2");
        cluster.execute(target, """
                CREATE FUNCTION spill() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE coats SET name = ''z'' WHERE id = 1; RETURN NULL; END';
                CREATE TRIGGER spill AFTER UPDATE ON coats FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION spill();
                """);
        ReferenceDataDiff diff = referenceData.diff(request(Wanted.whole("coats")), Pulse.unheard());

        assertThatThrownBy(() -> referenceData.apply(request(Wanted.whole("coats")), diff.hash(), Pulse.unheard()))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("public.coats would still differ (+0 ~1 -0)");
        assertThat(asked(target, "SELECT name FROM coats WHERE id = 1")).isEqualTo("a");
    }

    @Test
    void aUniqueIndexIsNoPrimaryKey() {
        both("CREATE TABLE coats (code text UNIQUE)");

        assertThatThrownBy(() -> referenceData.diff(request(Wanted.whole("coats")), Pulse.unheard()))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("a unique index (public.coats_code_key) is none");
    }

    @Test
    void deferrableKeysAreKeys() {
        both("CREATE TABLE coats (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, name text UNIQUE DEFERRABLE)");
        cluster.execute(target, "INSERT INTO coats VALUES (1, 'a')");
        cluster.execute(source, "INSERT INTO coats VALUES (1, 'b'), (2, 'a')");

        assertThat(promote(Wanted.whole("coats")).tables().get(0).updates()).isEqualTo(1);
    }

    @Test
    void rowLevelSecurityIsNotTakenForTheTruth() {
        both("CREATE TABLE coats (id int PRIMARY KEY); ALTER TABLE coats ENABLE ROW LEVEL SECURITY;"
                + " CREATE POLICY few ON coats USING (id < 2)");
        cluster.execute(source, "INSERT INTO coats VALUES (1), (2)");
        String role = "reader" + DATABASES.get();
        cluster.execute(source, "CREATE ROLE " + role + " LOGIN; GRANT SELECT ON coats TO " + role);
        ReferenceDataRequest request = new ReferenceDataRequest(
                new ReferenceSource.OfDatabase(
                        PostgresUrl.parse(cluster.url(source).replaceFirst("//[^@/]*@", "//" + role + "@"))),
                url(target),
                List.of(Wanted.whole("coats")),
                Duration.ofSeconds(1));

        assertThatThrownBy(() -> referenceData.diff(request, Pulse.unheard()))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("row level security hides rows from this login");
    }

    @Test
    void aRoleThatOwnsTheTablesWritesThem() {
        String owner = "owner" + DATABASES.get();
        String login = "login" + DATABASES.get();
        both("CREATE TABLE coats (id int PRIMARY KEY)");
        cluster.execute(source, "INSERT INTO coats VALUES (1)");
        cluster.execute(
                target,
                "CREATE ROLE " + owner + "; CREATE ROLE " + login + " LOGIN NOINHERIT IN ROLE " + owner
                        + "; ALTER TABLE coats OWNER TO " + owner);
        PostgresUrl url = PostgresUrl.parse(cluster.url(target).replaceFirst("//[^@/]*@", "//" + login + "@"));
        ReferenceDataRequest asLogin = new ReferenceDataRequest(
                new ReferenceSource.OfDatabase(url(source)),
                url,
                List.of(Wanted.whole("coats")),
                Duration.ofSeconds(1));
        ReferenceDataRequest asOwner =
                new ReferenceDataRequest(asLogin.source(), url, asLogin.tables(), asLogin.lockTimeout(), owner);

        assertThatThrownBy(() -> referenceData.diff(asLogin, Pulse.unheard()))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("permission denied for table coats");
        ReferenceDataDiff diff = referenceData.diff(asOwner, Pulse.unheard());
        referenceData.apply(asOwner, diff.hash(), Pulse.unheard());
        assertThat(asked(target, "SELECT count(*) FROM coats")).isEqualTo("1");
    }

    @Test
    void tablesThatReferToEachOtherInACircleAreFilledTogether() {
        both("CREATE TABLE hens (id int PRIMARY KEY, egg int); CREATE TABLE eggs (id int PRIMARY KEY, hen int NOT NULL"
                + " REFERENCES hens); ALTER TABLE hens ADD FOREIGN KEY (egg) REFERENCES eggs");
        cluster.execute(
                source,
                "INSERT INTO hens VALUES (1, NULL), (2, NULL); INSERT INTO eggs VALUES (7, 1), (8, 2);"
                        + " UPDATE hens SET egg = 9 - id - 1 + 1 WHERE id = 1; UPDATE hens SET egg = 7 WHERE id = 2");

        assertThat(promote(Wanted.whole("eggs"), Wanted.whole("hens")).tables()).hasSize(2);
        cluster.execute(source, "UPDATE hens SET egg = NULL; DELETE FROM eggs; DELETE FROM hens");
        assertThat(promote(new Wanted("hens", "", List.of(), true), new Wanted("eggs", "", List.of(), true))
                        .tables())
                .extracting(TableDiff::deletes)
                .containsExactly(2L, 2L);
    }

    @Test
    void showsTheValuesThatThePlanNamesAndNeverATextOfThem() {
        both("CREATE TABLE coats (id int PRIMARY KEY, name text, active boolean, price numeric)");
        cluster.execute(source, "INSERT INTO coats VALUES (1, 'a', true, 2.5)");
        cluster.execute(target, "INSERT INTO coats VALUES (1, 'bc', false, 10)");

        assertThat(promote(new Wanted("coats", "", List.of(), false, List.of("active")))
                        .tables()
                        .get(0)
                        .samples())
                .containsExactly("~ id=1: name ‹2 characters› → ‹1 characters›, active false → true,"
                        + " price ‹2 characters› → ‹3 characters›");
        assertThatThrownBy(() -> promote(new Wanted("coats", "", List.of(), false, List.of("name"))))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining(
                        "'name' of public.coats cannot be shown: only numbers, times, yes and no and labels of"
                                + " enums can");
    }

    @Test
    void onlyRowsThatMeetTheConditionAreMeant() {
        both("CREATE TABLE coats (id int PRIMARY KEY, name text, active boolean)");
        cluster.execute(source, "INSERT INTO coats VALUES (1, 'a', true), (2, 'b', false), (3, 'c', true)");
        cluster.execute(target, "INSERT INTO coats VALUES (3, 'c', false), (4, 'd', true), (5, 'e', false)");

        Wanted wanted = new Wanted("coats", "active AND name <> 'it''s'", List.of(), true);
        assertThat(promote(wanted).tables())
                .containsExactly(new TableDiff(
                        "public.coats",
                        1,
                        1,
                        1,
                        List.of("+ id=1", "~ id=3: active ‹5 characters› → ‹4 characters›", "- id=4")));
        assertThat(asked(target, "SELECT string_agg(id || name, ' ' ORDER BY id) FROM coats"))
                .isEqualTo("1a 3c 5e");
        assertThatThrownBy(() -> new Wanted("coats", "true) OR pg_sleep(1) IS NULL", List.of(), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("closes a parenthesis that it has not opened");
    }

    @Test
    void partitionsAreFilledThroughTheirTable() {
        both("CREATE TABLE coats (id int, region int, name text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);"
                + " CREATE TABLE coats_1 PARTITION OF coats FOR VALUES IN (1);"
                + " CREATE TABLE coats_2 PARTITION OF coats FOR VALUES IN (2)");
        cluster.execute(source, "INSERT INTO coats SELECT n, 1 + n % 2, 'n' || n FROM generate_series(1, 100) n");

        promote(Wanted.whole("coats"));
        cluster.execute(source, "UPDATE coats SET name = 'x' WHERE id > 90");
        assertThat(promote(Wanted.whole("coats")).tables().get(0).updates()).isEqualTo(10);
        assertThat(asked(target, "SELECT count(*) FROM coats_2")).isEqualTo("50");
    }

    @Test
    void largeValuesAndStrangeOnesArriveAsTheyAre() {
        both("CREATE TABLE coats (id uuid PRIMARY KEY, body text, raw bytea, span interval, spans tstzrange, doc jsonb,"
                + " x xml, n numeric, f float8, bits bit varying, addresses inet[])");
        cluster.execute(
                source,
                "INSERT INTO coats SELECT gen_random_uuid(), repeat('ä' || n, 3000000), decode(repeat('00ff', 100000),"
                        + " 'hex'), '1 mon 3 days 04:05:06.7', '[2026-01-01,infinity)', '{\"a\": [1, null, \"\\\\t\"]}', '<a>b</a>',"
                        + " 'NaN', '-0', B'101', '{127.0.0.1,\"::1\"}' FROM generate_series(1, 3) n");

        promote(Wanted.whole("coats"));
        assertThat(asked(target, "SELECT md5(string_agg(c::text, '' ORDER BY id)) FROM coats c"))
                .isEqualTo(asked(source, "SELECT md5(string_agg(c::text, '' ORDER BY id)) FROM coats c"));
    }

    @Test
    void anotherEncodingIsRefused() {
        cluster.execute(
                "postgres", "CREATE DATABASE latin" + target + " TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
        cluster.execute("latin" + target, "CREATE TABLE coats (id int PRIMARY KEY)");
        cluster.execute(source, "CREATE TABLE coats (id int PRIMARY KEY)");
        target = "latin" + target;

        assertThatThrownBy(() -> referenceData.diff(request(Wanted.whole("coats")), Pulse.unheard()))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("is not UTF8");
    }

    @Test
    void aDryRunMovesNoSequenceAndAnApplyOnlyRaisesIt() {
        assertThat(diff(false).isEmpty()).isFalse();
        assertThat(asked(target, "SELECT last_value || ' ' || is_called FROM categories_id_seq"))
                .isEqualTo("1 false");
        cluster.execute(target, "SELECT setval('categories_id_seq', 100)");

        apply(diff(false), false);

        assertThat(asked(target, "SELECT last_value FROM categories_id_seq")).isEqualTo("100");
    }

    @Test
    void aSourceThatChangesWhileItIsReadIsReadAsItWas() throws Exception {
        ReferenceDataRequest request = request(Wanted.whole("categories"), Wanted.whole("services"));
        ReferenceDataDiff diff = referenceData.diff(request, Pulse.unheard());
        String waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                + " AND datname = current_database()";
        try (Connection holder = Connections.standard().open(url(target));
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE services IN SHARE MODE");
            ReferenceDataRequest patient = new ReferenceDataRequest(
                    request.source(), request.target(), request.tables(), Duration.ofMinutes(1));
            var applying =
                    CompletableFuture.supplyAsync(() -> referenceData.apply(patient, diff.hash(), Pulse.unheard()));
            // it has its snapshot of the source, and waits for the lock on the target
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (!asked(target, waiting).equals("1") && System.nanoTime() < deadline) {
                LockSupport.parkNanos(5_000_000);
            }
            cluster.execute(source, "DELETE FROM services; UPDATE categories SET name = 'late'");
            holder.rollback();

            assertThat(applying.get().hash()).isEqualTo(diff.hash());
        }
        assertThat(asked(target, "SELECT count(*) FROM services")).isEqualTo("3");
    }

    private ReferenceDataDiff diff(boolean deleteExtra) {
        return referenceData.diff(request(deleteExtra, "services", "public.categories"), Pulse.unheard());
    }

    private ReferenceDataDiff apply(ReferenceDataDiff diff, boolean deleteExtra) {
        return referenceData.apply(request(deleteExtra, "services", "public.categories"), diff.hash(), Pulse.unheard());
    }

    private ReferenceDataRequest request(boolean deleteExtra, String... tables) {
        return request(Stream.of(tables)
                .map(table -> new Wanted(table, "", List.of(), deleteExtra))
                .toArray(Wanted[]::new));
    }

    private ReferenceDataRequest request(Wanted... tables) {
        return new ReferenceDataRequest(
                new ReferenceSource.OfDatabase(url(source)), url(target), List.of(tables), Duration.ofMillis(300));
    }

    private ReferenceDataDiff promote(Wanted... tables) {
        ReferenceDataRequest request = request(tables);
        ReferenceDataDiff diff = referenceData.diff(request, Pulse.unheard());
        assertThat(referenceData.apply(request, diff.hash(), Pulse.unheard()).hash())
                .isEqualTo(diff.hash());
        assertThat(referenceData.diff(request, Pulse.unheard()).isEmpty())
                .as("what was brought is there")
                .isTrue();
        return diff;
    }

    private static Wanted without(String table, String... columns) {
        return new Wanted(table, "", List.of(columns), false);
    }

    private void both(String sql) {
        cluster.execute(source, sql);
        cluster.execute(target, sql);
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
