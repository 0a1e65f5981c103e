package dev.slipway.worker.demo;

import dev.slipway.worker.Stopped;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A program that is run to its end, line by line. */
final class Program implements AutoCloseable {

    private final Process process;
    private final List<String> argv;
    private final Thread reader;
    private final List<String> lines = new ArrayList<>();

    private Program(Process process, List<String> argv, Consumer<String> each) {
        this.process = process;
        this.argv = argv;
        this.reader = new Thread(() -> read(each), "lines of " + argv.get(0));
        reader.setDaemon(true);
        reader.start();
    }

    static Program start(List<String> argv, Path directory, Map<String, String> environment, Consumer<String> each) {
        ProcessBuilder builder =
                new ProcessBuilder(argv).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return new Program(builder.start(), argv, each);
        } catch (IOException e) {
            throw new Stopped(Stopped.FAILED, "'" + argv.get(0) + "' can't be started: " + e.getMessage());
        }
    }

    /** Runs it, and answers its exit code. */
    static int run(
            List<String> argv, Path directory, Map<String, String> environment, Duration limit, Consumer<String> each) {
        try (Program program = start(argv, directory, environment, each)) {
            program.process.getOutputStream().close();
            return program.await(limit);
        } catch (IOException e) {
            throw new Stopped(Stopped.FAILED, "'" + argv.get(0) + "' can't be spoken to: " + e.getMessage());
        }
    }

    /** Runs what has to succeed, silently. */
    static void must(List<String> argv, Path directory, Map<String, String> environment) {
        List<String> said = new ArrayList<>();
        int exit = run(argv, directory, environment, Duration.ofSeconds(30), said::add);
        if (exit != 0) {
            throw new Stopped(
                    Stopped.FAILED,
                    "'" + String.join(" ", argv) + "' ended with " + exit + ": " + String.join("\n", said));
        }
    }

    private void read(Consumer<String> each) {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
                each.accept(line);
            }
        } catch (IOException gone) {
            // it was stopped while it spoke
        }
    }

    private int await(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Stopped(
                        Stopped.FAILED,
                        "'" + String.join(" ", argv) + "' did not end within " + limit.toSeconds() + " s");
            }
            reader.join(TimeUnit.SECONDS.toMillis(2));
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped(Stopped.FAILED, "interrupted");
        }
    }

    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** Closes its input, which some take for the sign to end, and stops it where it goes on. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException gone) {
            // it has ended already
        }
        try {
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                process.destroy();
            }
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            reader.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
