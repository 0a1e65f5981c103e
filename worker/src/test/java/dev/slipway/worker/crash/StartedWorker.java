package dev.slipway.worker.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A worker in a process of its own, with its log in a file. */
final class StartedWorker implements SomeWorker {

    private final Process process;
    private final Path log;

    private StartedWorker(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts one.
     *
     * @param point where it dies; empty to live
     * @param log what it says
     */
    static StartedWorker start(Path file, String point, Path happened, Path log, Map<String, String> variables) {
        return start(List.of(new Seat(file, "", new Point(point, happened))), log, variables);
    }

    /** Starts several in one process. */
    static StartedWorker start(List<Seat> seats, Path log, Map<String, String> variables) {
        List<String> argv = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:CompileThresholdScaling=3",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote",
                "-Xms160m",
                "-Xmn96m",
                "-Xmx256m"));
        argv.addAll(ClassArchive.options(classes(log)));
        argv.addAll(List.of("-cp", ClassArchive.CLASS_PATH, CrashingWorker.class.getName()));
        argv.addAll(CrashingWorker.arguments(seats));
        ProcessBuilder builder = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(variables);
        try {
            return new StartedWorker(builder.start(), log);
        } catch (IOException e) {
            throw new IllegalStateException("a worker did not start", e);
        }
    }

    /** The names of the classes that it has loaded; there unless it was started with an archive of them. */
    Path classes() {
        return classes(log);
    }

    private static Path classes(Path log) {
        return Path.of(log + ".classes");
    }

    long pid() {
        return process.pid();
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void kill() {
        process.destroyForcibly();
        await();
    }

    /** STOP freezes it, CONT thaws it. */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new IllegalStateException("no kill on this machine", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int stop() {
        process.destroy();
        return await();
    }

    private int await() {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a worker ended", e);
        }
    }

    @Override
    public String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    @Override
    public void close() {
        kill();
    }
}
