package dev.slipway.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.process.CommandRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where values come from, and that no message ever holds one. */
class SecretsTest {

    private static final String VALUE = "correct-horse-battery";

    @TempDir
    Path home;

    private Path file(String name, String content, String mode) throws IOException {
        Path file = Files.writeString(home.resolve(name), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    private Secrets secrets(Map<String, SecretSource> sources) {
        return new Secrets("shop/production", sources, new Redaction());
    }

    private SecretSource command(String script) {
        return new CommandSecret(List.of("/bin/sh", "-c", script), Map.of(), new CommandRunner());
    }

    @Test
    void readsEachKindOfPlace() throws Exception {
        Path dotEnv = file(".env", """
                # NAME=commented
                OTHER=x
                export NAME="correct-horse-battery"
                SINGLE='correct $HORSE battery'
                PLAIN=a=b=c
                """, "rw-------");
        assertThat(new EnvironmentVariable("A", Map.of("A", VALUE)).value()).contains(VALUE);
        assertThat(new SecretFile(file("one", VALUE + "\n", "rw-------")).value())
                .contains(VALUE);
        assertThat(new DotEnv(dotEnv, "NAME").value()).contains(VALUE);
        assertThat(new DotEnv(dotEnv, "SINGLE").value()).contains("correct $HORSE battery");
        assertThat(new DotEnv(dotEnv, "PLAIN").value()).contains("a=b=c");
        assertThat(new DotEnv(dotEnv, "# NAME").value()).isEmpty();
        assertThat(command("echo correct-horse-battery").value()).contains(VALUE);
    }

    @Test
    void whatIsNotThereIsEmptyAndNoFailure() {
        assertThat(new EnvironmentVariable("A", Map.of()).value()).isEmpty();
        assertThat(new SecretFile(home.resolve("none")).value()).isEmpty();
        assertThat(new DotEnv(home.resolve("none"), "A").value()).isEmpty();
        assertThat(command("true").value()).isEmpty();
        assertThat(secrets(Map.of("A", new EnvironmentVariable("A", Map.of("A", ""))))
                        .value("A"))
                .isEmpty();
    }

    @Test
    void refusesAFileThatEverybodyCanRead() throws Exception {
        for (String mode : List.of("rw-r--r--", "rw----r--", "rw-----w-")) {
            Path open = file("open-" + mode, "A=" + VALUE, mode);
            for (SecretSource source : List.of(new SecretFile(open), new DotEnv(open, "A"))) {
                assertThatThrownBy(source::value)
                        .isInstanceOf(SecretUnavailable.class)
                        .hasMessageContaining("chmod 600")
                        .hasMessageNotContaining(VALUE);
            }
        }
    }

    @Test
    void aCommandThatFailsNeverShowsWhatItPrinted() {
        assertThatThrownBy(() -> command("echo correct-horse-battery; echo correct-horse-battery >&2; exit 7")
                        .value())
                .isInstanceOf(SecretUnavailable.class)
                .hasMessageContaining("exit code 7")
                .hasMessageNotContaining(VALUE);
        assertThatThrownBy(() -> new CommandSecret(
                                List.of("/nowhere/op", "read", VALUE), Map.of("TOKEN", VALUE), new CommandRunner())
                        .value())
                .isInstanceOf(SecretUnavailable.class)
                .hasMessageNotContaining(VALUE);
    }

    @Test
    void noPlaceShowsAValue() throws Exception {
        List<SecretSource> places = List.of(
                new EnvironmentVariable("A", Map.of("A", VALUE, "B", VALUE)),
                new SecretFile(file("one", VALUE, "rw-------")),
                new DotEnv(file(".env", "A=" + VALUE, "rw-------"), "A"),
                new CommandSecret(List.of("op", "read", VALUE), Map.of("TOKEN", VALUE), new CommandRunner()));
        for (SecretSource place : places) {
            assertThat(place.place()).doesNotContain(VALUE);
            assertThat(place.toString()).doesNotContain(VALUE);
        }
        assertThat(secrets(Map.of("A", places.get(0))).toString()).doesNotContain(VALUE);
    }

    @Test
    void everyValueThatIsLookedUpIsKnownFromThenOn() throws Exception {
        Secrets secrets = secrets(Map.of("A", new SecretFile(file("one", VALUE, "rw-------"))));

        assertThat(secrets.resolve("$A")).isEqualTo(VALUE);

        assertThat(secrets.redact("it is " + VALUE)).isEqualTo("it is [A]");
    }

    @Test
    void onlyAWholeNameIsASecret() {
        Secrets secrets = secrets(Map.of("A", new EnvironmentVariable("A", Map.of("A", VALUE))));

        assertThat(secrets.resolve("x$A")).isEqualTo("x$A");
        assertThat(secrets.resolve("${version}")).isEqualTo("${version}");
        assertThatThrownBy(() -> secrets.resolve("$B"))
                .isInstanceOf(SecretUnavailable.class)
                .hasMessageContaining("'B' is not set for shop/production; it is not listed");
    }
}
