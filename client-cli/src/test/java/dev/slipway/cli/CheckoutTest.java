package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans whose source is git. */
final class CheckoutTest {

    private Desk desk;
    private Path plan;

    @BeforeEach
    void sitDown(@TempDir Path folder) throws IOException {
        desk = new Desk(folder, "127.0.0.1:1");
        plan = desk.checkout.resolve("slipway.yaml");
        Files.writeString(
                plan, Files.readString(plan).replace("{directory: .}", "{git: 'https://git.example.com/shop.git'}"));
        git("init", "-q", "-b", "main");
        git("add", ".");
        git("commit", "-q", "-m", "first");
    }

    private void git(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "git", "-C", desk.checkout.toString(), "-c", "user.name=ana", "-c", "user.email=ana@example.com"));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.onExit().join().exitValue()).isZero();
    }

    private Typed dryRun(String... more) {
        List<String> arguments = new ArrayList<>(List.of("release", "production", "--version", "1.0.0", "--dry-run"));
        arguments.addAll(Arrays.asList(more));
        return desk.type(arguments.toArray(String[]::new));
    }

    @Test
    void takesTheCommitThatIsCheckedOutAndWarnsThatItIsNotPushed() {
        Typed typed = dryRun();
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(typed.err()).contains("is on no remote branch");
    }

    @Test
    void refusesAFileOfThePlanThatIsNotCommitted() throws IOException {
        Files.writeString(desk.checkout.resolve("switch"), "#!/bin/sh\necho changed\n");
        Typed typed = dryRun();
        assertThat(typed.code()).isEqualTo(2);
        assertThat(typed.err()).contains("not committed: switch");
    }

    @Test
    void takesNoNoticeOfOtherFiles() throws IOException {
        Files.writeString(desk.checkout.resolve("notes.txt"), "later\n");
        assertThat(dryRun().code()).isZero();
    }

    @Test
    void readsThePlanOfANamedCommit() throws IOException {
        Typed before = desk.type("plan", "production", "--version", "1.0.0");
        String first = new Git(desk.checkout).commit("HEAD").orElseThrow();
        Files.writeString(desk.checkout.resolve("switch"), "#!/bin/sh\necho changed\n");
        git("commit", "-q", "-a", "-m", "second");
        assertThat(desk.type("plan", "production", "--version", "1.0.0").out()).isNotEqualTo(before.out());
        assertThat(desk.type("plan", "production", "--version", "1.0.0", "--commit", first)
                        .out())
                .isEqualTo(before.out());
    }

    @Test
    void saysThatACommitIsUnknown() {
        Typed typed = dryRun("--commit", "nonsense");
        assertThat(typed.code()).isEqualTo(2);
        assertThat(typed.err()).contains("there is no commit 'nonsense'");
    }

    @Test
    void findsThePlanFromAFolderInside() throws IOException {
        Path inside = Files.createDirectories(desk.checkout.resolve("db/migration"));
        assertThat(desk.typeIn(inside, "validate").code()).isZero();
    }
}
