package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script at the top, with a java that only says what it was called with. */
final class LauncherTest {

    private Path home;
    private Path javaHome;

    @BeforeEach
    void install(@TempDir Path folder) throws IOException {
        Path script = Path.of(System.getProperty("slipway.root", ".."), "slipway");
        assumeTrue(Files.exists(script), "no launcher in " + script);
        home = Files.createDirectories(folder.resolve("slip way"));
        Files.copy(script, home.resolve("slipway"));
        home.resolve("slipway").toFile().setExecutable(true);
        for (String module : new String[] {"client-cli", "worker"}) {
            Path lib = Files.createDirectories(home.resolve(module).resolve("target/lib"));
            Files.writeString(home.resolve(module).resolve("target").resolve(module + "-0.1.0.jar"), "");
            Files.writeString(lib.resolve("workflows-0.1.0.jar"), "");
        }
        javaHome = folder.resolve("java");
        java("17.0.15");
    }

    private void java(String version) throws IOException {
        Path java = Files.createDirectories(javaHome.resolve("bin")).resolve("java");
        Files.writeString(
                java, "#!/bin/sh\nfor each in \"$@\"; do echo \"$each\"; done\necho tty=$SLIPWAY_TTY\nexit 7\n");
        java.toFile().setExecutable(true);
        Files.writeString(javaHome.resolve("release"), "IMPLEMENTOR=x\nJAVA_VERSION=\"" + version + "\"\n");
    }

    private Typed start(Path script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(Map.of("JAVA_HOME", javaHome.toString(), "JAVA_OPTS", "-Dx=1 -Dy=2"));
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Typed(process.onExit().join().exitValue(), out, err);
    }

    @Test
    void startsTheCommandLineAndKeepsItsExitCode() throws IOException {
        Typed typed = start(home.resolve("slipway"), "status", "a b");
        assertThat(typed.code()).isEqualTo(7);
        assertThat(typed.out())
                .contains("dev.slipway.cli.Main\nstatus\na b\n")
                .contains(home.resolve("client-cli/target/client-cli-0.1.0.jar").toString())
                .contains("-Dx=1\n-Dy=2\n")
                .endsWith("tty=\n");
        assertThat(typed.err()).isEmpty();
    }

    @Test
    void startsTheWorkerDevAndDemoOnTheirOwnClassPath() throws IOException {
        for (String command : new String[] {"worker", "dev", "demo"}) {
            assertThat(start(home.resolve("slipway"), command).out())
                    .contains("dev.slipway.worker.Main\n" + command + "\n")
                    .contains("worker/target/lib/*")
                    .doesNotContain("client-cli");
        }
    }

    @Test
    void findsItsFolderThroughLinks() throws IOException {
        Path bin = Files.createDirectories(home.resolveSibling("bin"));
        Path first = Files.createSymbolicLink(bin.resolve("first"), Path.of("../slip way/slipway"));
        Path second = Files.createSymbolicLink(bin.resolve("slipway"), first);
        assertThat(start(second, "version").out()).contains("dev.slipway.cli.Main\nversion\n");
    }

    @Test
    void saysInOneSentenceThatJavaIsTooOld() throws IOException {
        java("11.0.2");
        Typed typed = start(home.resolve("slipway"), "version");
        assertThat(typed.code()).isEqualTo(1);
        assertThat(typed.err())
                .contains("is Java 11.0.2; install Java 17 or newer")
                .hasLineCount(1);
    }
}
