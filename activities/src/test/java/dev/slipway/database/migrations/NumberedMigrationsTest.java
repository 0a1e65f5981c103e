package dev.slipway.database.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumberedMigrationsTest extends MigrationToolContract {

    @Override
    MigrationTool tool() {
        return new OwnMigrations(new NumberedFormat());
    }

    @Override
    Path path(int number, String name) {
        return directory.resolve("%04d_%s.sql".formatted(number, name));
    }

    @Override
    String key(int number, String name) {
        return "%04d".formatted(number);
    }

    @Override
    String history() {
        return "SELECT string_agg(version, ',' ORDER BY version) FROM slipway_migrations WHERE finished_at IS NOT NULL";
    }

    @Test
    void ordersByNumberAndKnowsTheWayBack() throws Exception {
        remove(1, "customers");
        remove(2, "orders");
        Files.writeString(directory.resolve("10_c.up.sql"), "CREATE TABLE c (id int);");
        Files.writeString(directory.resolve("10_c.down.sql"), "DROP TABLE c;");
        Files.writeString(
                directory.resolve("9_b.sql"),
                "-- migrate:up\nCREATE TABLE b (id int);\n-- migrate:down\nDROP TABLE b;\n");
        Files.writeString(directory.resolve("001.sql"), "CREATE TABLE a (id int);");

        assertThat(migrate().applied())
                .extracting(applied -> applied.migration().file())
                .containsExactly("001.sql", "9_b.sql", "10_c.up.sql");
        assertThat(tables()).isEqualTo("a,b,c");
        assertThat(tool.files(directory))
                .extracting(file -> file.down().strip())
                .containsExactly("", "-- migrate:down\nDROP TABLE b;", "DROP TABLE c;");
    }

    @Test
    void readsVersionsOfSeveralNumbersAndDirectionsInTheMiddle() throws Exception {
        remove(1, "customers");
        remove(2, "orders");
        for (String name : List.of(
                "20240101_120000_b.sql", "20240101_090000_a.sql", "20240101-130000.do.c.sql", "20240102_2fa.sql")) {
            Files.writeString(directory.resolve(name), "CREATE TABLE \"" + name + "\" (id int);");
        }
        Files.writeString(directory.resolve("20240101-130000.undo.c.sql"), "DROP TABLE c;");

        assertThat(migrate().applied())
                .extracting(applied -> applied.migration().file())
                .containsExactly(
                        "20240101_090000_a.sql",
                        "20240101_120000_b.sql",
                        "20240101-130000.do.c.sql",
                        "20240102_2fa.sql");
        assertThat(tool.files(directory)).extracting(MigrationFile::down).containsExactly("", "", "DROP TABLE c;", "");
    }

    @Test
    void refusesALateFileATwiceGivenNumberAndAWrongName() throws Exception {
        file(4, "four", "CREATE TABLE four (id int);");
        migrate();
        file(3, "late", "CREATE TABLE late (id int);");
        file(5, "one", "SELECT 1;");
        Files.writeString(directory.resolve("5_other.sql"), "SELECT 1;");
        Files.writeString(directory.resolve("seed.sql"), "SELECT 1;");

        assertThat(status().problems())
                .anyMatch(one ->
                        one.equals("0003_late.sql is older than 0004, which is applied; give it a newer version"))
                .anyMatch(one -> one.startsWith("0005_one.sql and 5_other.sql have the same version"))
                .anyMatch(one -> one.startsWith("seed.sql is not named as a migration"))
                .hasSize(3);
    }

    @Test
    void refusesASchemaThatOthersFilled() {
        cluster.execute(database, "CREATE TABLE other (id int)");

        assertThat(refused()).hasMessageContaining("the schema is not empty and has no history");
    }

    @Test
    void leavesADatabaseAloneThatIsAheadOfTheFiles() throws Exception {
        migrate();
        remove(2, "orders");

        assertThat(status().problems()).isEmpty();
        assertThat(status().notes()).singleElement().asString().contains("newer than every file");
        assertThat(migrate().applied()).isEmpty();
    }
}
