package dev.slipway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesTest {

    @TempDir
    Path directory;

    @Test
    void choosesTheOldestThatIsNewEnough() throws IOException {
        PostgresBinaries binaries =
                PostgresBinaries.in(List.of(installed("17.2"), installed("15.18"), installed("16.1 (Debian 16.1-1)")));

        assertThat(binaries.forServer(15).version()).isEqualTo("15.18");
        assertThat(binaries.forServer(16).version()).isEqualTo("16.1");
        assertThat(binaries.forServer(9).major()).isEqualTo(15);
    }

    @Test
    void namesBothVersionsWhenNoneIsNewEnough() throws IOException {
        PostgresBinaries binaries = PostgresBinaries.in(List.of(installed("15.18")));

        assertThatThrownBy(() -> binaries.forServer(18))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("the server is PostgreSQL 18")
                .hasMessageContaining("the newest pg_dump on this machine is 15.18")
                .hasMessageContaining("install the package postgresql-client-18");
    }

    @Test
    void looksOnlyWhereItIsToldTo() throws IOException {
        Path named = installed("14.3");

        assertThat(PostgresBinaries.find(Map.of("PG_BIN", named.toString())).installations())
                .extracting(PostgresBinaries.Installation::version)
                .containsExactly("14.3");
        assertThatThrownBy(() -> PostgresBinaries.find(Map.of("PG_BIN", directory.toString()))
                        .forServer(15))
                .hasMessageContaining("no pg_dump was found");
    }

    @Test
    void findsThoseOfThePackages() {
        assertThat(PostgresBinaries.find(Map.of()).withServer().hasServer()).isTrue();
    }

    @Test
    void looksOnceAtADirectoryThatGoesByTwoNames() throws IOException {
        Path bin = installed("16.1");
        Path link = Files.createSymbolicLink(directory.resolve("bin"), bin);

        assertThat(PostgresBinaries.in(List.of(link, bin)).installations())
                .extracting(PostgresBinaries.Installation::directory)
                .containsExactly(link);
    }

    @Test
    void asksTheProgramsOfThisMachineOnce() {
        assertThat(PostgresBinaries.find()).isSameAs(PostgresBinaries.find());
    }

    private Path installed(String version) throws IOException {
        Path bin =
                Files.createDirectories(directory.resolve(version.split(" ")[0]).resolve("bin"));
        for (String name : List.of("pg_dump", "pg_restore")) {
            Path program = Files.writeString(
                    bin.resolve(name), "#!/bin/sh\necho '" + name + " (PostgreSQL) " + version + "'\n");
            assertThat(program.toFile().setExecutable(true)).isTrue();
        }
        return bin;
    }
}
