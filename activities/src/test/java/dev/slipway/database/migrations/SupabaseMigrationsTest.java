package dev.slipway.database.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SupabaseMigrationsTest extends MigrationToolContract {

    @Override
    MigrationTool tool() {
        return new OwnMigrations(new SupabaseFormat());
    }

    @Override
    Path path(int number, String name) {
        return directory.resolve("2024010100000%d_%s.sql".formatted(number, name));
    }

    @Override
    String key(int number, String name) {
        return "2024010100000" + number;
    }

    @Override
    String history() {
        return "SELECT string_agg(version, ',' ORDER BY version) FROM supabase_migrations.schema_migrations";
    }

    @Test
    void passesOverWhatSupabasePassesOver() throws Exception {
        Files.writeString(directory.resolve("seed.sql"), "CREATE TABLE seeded (id int);");
        Files.writeString(directory.resolve("20200101000000_init.sql"), "CREATE TABLE old (id int);");
        Files.createDirectories(directory.resolve("archive"));
        Files.writeString(directory.resolve("archive/20230101000000_x.sql"), "CREATE TABLE x (id int);");

        migrate();

        assertThat(tables()).isEqualTo("customers,orders");
        assertThat(status().notes()).hasSize(2);
    }

    @Test
    void refusesAVersionWithoutAFile() throws Exception {
        migrate();
        remove(2, "orders");

        assertThat(status().problems())
                .singleElement()
                .asString()
                .contains("supabase migration repair --status reverted 20240101000002");
    }

    @Test
    void refusesALateFile() throws Exception {
        remove(1, "customers");
        migrate();
        file(1, "customers", "CREATE TABLE customers (id int);");

        assertThat(status().problems()).singleElement().asString().contains("give it a newer version");
    }

    @Test
    void seesAnEditBehindACopy() throws Exception {
        file(3, "copy", "COPY customers FROM stdin;\n7\n8\n\\.\n-- the end\n");
        migrate();
        assertThat(status().problems()).isEmpty();

        file(3, "copy", "COPY customers FROM stdin;\n7\n9\n\\.\n-- the end\n");

        assertThat(status().problems()).singleElement().asString().contains("was edited");
    }
}
