package dev.slipway.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.PreflightResult;
import dev.slipway.trust.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A planted value, looked for afterwards in everything that was said and written. */
class PlantedSecretTest {

    private static final String VALUE = "planted/Value+4711!";

    private Dock dock;

    @BeforeEach
    void setUp(@TempDir Path home) throws Exception {
        dock = new Dock(home);
        dock.secret("API_KEY", VALUE);
        dock.serve(Dock.NO_FLOOR);
        dock.files();
        dock.edit("slipway.yaml", "config: {LIVE", "config: {KEY: $API_KEY, LIVE");
    }

    @AfterEach
    void tearDown() {
        dock.close();
    }

    private void nowhere() throws IOException {
        List<String> forms = List.of(
                VALUE,
                "planted%2FValue",
                Base64.getEncoder()
                        .encodeToString(VALUE.getBytes(StandardCharsets.UTF_8))
                        .substring(0, 20));
        for (Path root : List.of(dock.home.resolve("store"), dock.home.resolve("state"))) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                    assertThat(forms).as(file.toString()).noneMatch(text::contains);
                }
            }
        }
    }

    private static void notIn(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            assertThat(String.valueOf(each)).doesNotContain(VALUE).doesNotContain("planted%2F");
        }
    }

    @Test
    void aTalkativeScriptThatWorksTellsNobody() throws Exception {
        dock.script(
                Dock.SWITCH.replace("echo \"switching", "echo \"key $KEY\"; echo \"key $KEY\" >&2; echo \"switching"));
        OpenResult opened = dock.opened("1.0.0");

        var result = dock.activities().deploy(dock.step(opened, 1));
        var closed = dock.close(opened.grant(), "SUCCEEDED");

        assertThat(result.lines()).contains("key [API_KEY]");
        assertThat(Json.mapper().writeValueAsString(result)).doesNotContain(VALUE);
        assertThat(Json.mapper().writeValueAsString(closed)).doesNotContain(VALUE);
        nowhere();
    }

    @Test
    void aTalkativeScriptThatFailsTellsNobody() throws Exception {
        dock.script("""
                #!/usr/bin/env bash
                [ "$1" = --current ] && exit 0
                echo "KEY=$KEY base64: $(printf %s "$KEY" | base64)" ; exit 9
                """);
        OpenResult opened = dock.opened("1.0.0");

        assertThatThrownBy(() -> dock.activities().deploy(dock.step(opened, 1)))
                .hasStackTraceContaining("exit code 9: KEY=[API_KEY]")
                .satisfies(PlantedSecretTest::notIn);
        var closed = dock.activities()
                .close(new ReleaseActivities.CloseRequest(
                        "shop",
                        "production",
                        "1.0.0",
                        "",
                        opened.grant(),
                        "w",
                        "FAILED",
                        "it was " + VALUE,
                        List.of()));

        assertThat(Json.mapper().writeValueAsString(closed)).doesNotContain(VALUE);
        nowhere();
    }

    @Test
    void aScriptThatNamesASecretAsItsVersionOpensNothing() throws Exception {
        dock.script("#!/bin/sh\necho \"$KEY\"\n");
        Dock.Ready ready = dock.ready("1.0.0");

        assertThatThrownBy(() -> dock.open(ready))
                .hasStackTraceContaining("printed a secret")
                .satisfies(PlantedSecretTest::notIn);

        assertThat(dock.state().openGrant()).isEmpty();
        nowhere();
    }

    @Test
    void theUndoByHandHoldsNamesOnly() throws Exception {
        dock.released("1.0.0");
        OpenResult opened = dock.opened("1.1.0");

        String undo = dock.activities().deploy(dock.step(opened, 1)).undo();

        assertThat(undo).contains("KEY=\"$API_KEY\"").contains("./switch 1.0.0").doesNotContain(VALUE);
        nowhere();
    }

    @Test
    void preflightNamesAllMissingSecretsAtOnceAndNoValue() throws Exception {
        dock.edit("slipway.yaml", "secrets: [API_KEY]", "secrets: [API_KEY, ONE, TWO, {name: THREE, required: false}]");
        ReleasePlan plan = dock.plan("1.0.0");

        PreflightResult result = dock.preflight(plan, dock.request(plan));

        assertThat(result.problems())
                .filteredOn(problem -> problem.contains("secret"))
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).contains("'ONE' is not listed for shop/production"))
                .anySatisfy(problem -> assertThat(problem).contains("'TWO'"));
        assertThat(result.notes())
                .anySatisfy(note -> assertThat(note).contains("'THREE'").contains("optional"));
        assertThat(Json.mapper().writeValueAsString(result)).doesNotContain(VALUE);
    }

    @Test
    void preflightSaysThatAValueIsTooShortToBeTakenOut() throws Exception {
        dock.secret("API_KEY", "abc");
        ReleasePlan plan = dock.plan("1.0.0");

        assertThat(dock.preflight(plan, dock.request(plan)).notes())
                .anySatisfy(note -> assertThat(note).contains("'API_KEY' is shorter than 6 characters"));
    }
}
