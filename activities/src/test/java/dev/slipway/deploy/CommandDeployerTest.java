package dev.slipway.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.http.HttpClients;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.record.Grant;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import dev.slipway.release.Dock;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandDeployerTest extends DeployerContract {

    private Dock dock;
    private final Deployers deployers = new Deployers(new CommandRunner(), HttpClients.standard());

    @BeforeEach
    void setUp(@TempDir Path home) throws Exception {
        dock = new Dock(home);
        dock.files();
    }

    @AfterEach
    void tearDown() {
        dock.close();
    }

    @Override
    Deployer deployer() {
        return deployers.of(dock.plan("1.0.0").deploy().get(0));
    }

    @Override
    StepContext release(String version) throws Exception {
        ReleasePlan plan = dock.plan(version);
        Step step = Step.planned(1, StepKind.DEPLOY, "web");
        Grant grant = new Grant(
                "ab".repeat(32),
                Grant.RELEASE,
                version,
                plan.digest(),
                "",
                "",
                dock.clock.instant(),
                dock.clock.instant().plus(Duration.ofHours(1)),
                List.of(step),
                "",
                Map.of());
        return new StepContext(dock.served(), grant, step, plan);
    }

    @Override
    int changes() throws Exception {
        return dock.history().size();
    }

    @Override
    void loseSight() throws Exception {
        dock.script("#!/bin/sh\n[ \"$1\" = --current ] && exit 5\necho $1 >> \"$LIVE.history\"\n");
    }

    private void currentPrints(String shell) throws Exception {
        dock.script("#!/usr/bin/env bash\nif [ \"$1\" = --current ]; then " + shell
                + "; exit 0; fi\necho \"$1\" >> \"$LIVE.history\"\n");
    }

    private void refusesToKnow(String shell) throws Exception {
        currentPrints(shell);
        StepContext release = release("1.0.0");
        assertThatThrownBy(() -> deployer().deploy(release, Pulse.unheard()))
                .as(shell)
                .isInstanceOfSatisfying(
                        StepFailed.class, failed -> assertThat(failed.changed()).isFalse())
                .hasMessageContaining("nobody knows what is live");
        assertThat(dock.history()).isEmpty();
    }

    @Test
    void takesNoGarbageForAnId() throws Exception {
        refusesToKnow("printf '\\033[2Jcleared'");
        refusesToKnow("echo --force");
        refusesToKnow("head -c 300 /dev/zero | tr '\\0' x");
        refusesToKnow("printf 'a\\342\\200\\256b'");
        refusesToKnow("kill -9 $$");
    }

    @Test
    void theLastLineIsTheId() throws Exception {
        currentPrints("echo 'looking …'; echo; echo '  3.2.1  '; echo; echo 'a warning' >&2");

        assertThat(deployer().current(release("1.0.0"), Pulse.unheard())).isEqualTo("3.2.1");
    }

    @Test
    void noticesACurrentThatSaysSomethingElseAfterwards() throws Exception {
        currentPrints("echo 0.0.1");
        StepContext release = release("1.0.0");

        assertThatThrownBy(() -> deployer().deploy(release, Pulse.unheard()))
                .isInstanceOfSatisfying(
                        StepFailed.class, failed -> assertThat(failed.changed()).isTrue())
                .hasMessage("web: `./switch 1.0.0` ended well, but `./switch --current` says '0.0.1' and not '1.0.0'");
    }

    @Test
    void aFailureCarriesTheLastLines() throws Exception {
        dock.script("#!/usr/bin/env bash\n[ \"$1\" = --current ] && exit 0\nseq 300; echo 'disk full' >&2; exit 28\n");
        StepContext release = release("1.0.0");

        assertThatThrownBy(() -> deployer().deploy(release, Pulse.unheard()))
                .isInstanceOfSatisfying(StepFailed.class, failed -> {
                    assertThat(failed.changed()).isTrue();
                    assertThat(failed.lines()).hasSize(200).contains("disk full", "300");
                })
                .hasMessageContaining("`./switch 1.0.0` ended with exit code 28");
    }

    @Test
    void aTimeOutStopsTheWholeGroup() throws Exception {
        dock.files("    timeouts: {deploy: 3s}\n");
        dock.script("#!/usr/bin/env bash\n[ \"$1\" = --current ] && exit 0\n"
                + "(trap '' TERM; echo $BASHPID > \"$LIVE.grandchild\"; exec sleep 60) &\nwait\n");
        StepContext release = release("1.0.0");

        assertThatThrownBy(() -> deployer().deploy(release, Pulse.unheard()))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("was stopped after");
        long grandchild = Long.parseLong(
                Files.readString(dock.home.resolve("live.grandchild")).strip());
        ProcessHandle.of(grandchild)
                .ifPresent(handle -> assertThat(handle.onExit()).succeedsWithin(Duration.ofSeconds(10)));
    }

    @Test
    void commandsSeeTheConfigTheBasicsAndTheNamedFilesOnly() throws Exception {
        dock.secret("UNUSED", "unused-secret-value");
        dock.serve(Dock.NO_FLOOR);
        Files.writeString(dock.source.resolve("unnamed"), "not in the plan");
        dock.script(
                "#!/usr/bin/env bash\n[ \"$1\" = --current ] && { [ ! -e \"$LIVE\" ] || cat \"$LIVE\"; exit 0; }\n"
                        + "env -0 | cut -z -d= -f1 | tr '\\0' '\\n' > \"$LIVE.names\"; ls -A > \"$LIVE.files\"; echo $1 > \"$LIVE\"\n");

        deployer().deploy(release("1.0.0"), Pulse.unheard());

        assertThat(Files.readAllLines(dock.home.resolve("live.names")))
                .isSubsetOf("LIVE", "PATH", "HOME", "LANG", "TMPDIR", "PWD", "SHLVL", "_", "OLDPWD")
                .contains("LIVE", "PATH");
        assertThat(Files.readAllLines(dock.home.resolve("live.files"))).containsExactly("slipway.yaml", "switch");
        try (Stream<String> files =
                Files.list(dock.source).map(path -> path.getFileName().toString())) {
            assertThat(files).contains("unnamed");
        }
    }

    @Test
    void theUndoIsOneThatAShellReadsAsItWasMeant() throws Exception {
        dock.secret("API_KEY", "planted-secret");
        dock.serve(Dock.NO_FLOOR);
        dock.files();
        dock.edit("slipway.yaml", "config: {LIVE", "config: {KEY: $API_KEY, NOTE: \"it's $(touch x) `id`\", LIVE");
        String evil = "$(touch " + dock.home.resolve("ran") + ")'; touch " + dock.home.resolve("ran") + " #";

        String undo = deployer().undoByHand(release("1.0.0"), evil);

        assertThat(undo).startsWith("cd " + dock.source + " && env ").contains("KEY=\"$API_KEY\"");
        assertThat(undo).doesNotContain("planted-secret");
        // env's variables are for its child: let a child print them
        String shown = undo.substring(undo.indexOf("env "))
                .replace("./switch", "sh -c 'printf \"%s|%s|%s\" \"$KEY\" \"$NOTE\" \"$0\"'");
        Process shell = new ProcessBuilder("bash", "-c", "API_KEY=theirs; " + shown)
                .redirectErrorStream(true)
                .start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).isEqualTo("theirs|it's $(touch x) `id`|" + evil);
        assertThat(dock.home.resolve("ran")).doesNotExist();
    }
}
