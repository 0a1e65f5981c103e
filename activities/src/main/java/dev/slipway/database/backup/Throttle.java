package dev.slipway.database.backup;

import dev.slipway.process.ProcessMark;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Holds a program to a number of bytes a second in what it writes, whatever it writes and by however many processes: it is
 * halted while it is ahead, and the server waits for it meanwhile. A halted program still ends when it is killed.
 */
final class Throttle implements AutoCloseable {

    /** Short against the time-outs of any connection. */
    private static final long LOOK_MILLIS = 10;

    private final Archive archive;
    private final Path mark;
    private final String program;
    private final long rate;
    private final Thread thread;
    private volatile boolean over;

    private Throttle(Archive archive, Path mark, String program, long rate) {
        this.archive = archive;
        this.mark = mark;
        this.program = program;
        this.rate = rate;
        this.thread = new Thread(this::hold, "slipway: rate of " + program);
        thread.setDaemon(true);
    }

    /**
     * @param archive what is written
     * @param mark of the program's supervisor, once it runs
     * @param rate bytes a second; 0 for no limit
     */
    static Throttle start(Archive archive, Path mark, String program, long rate) {
        Throttle throttle = new Throttle(archive, mark, program, rate);
        if (rate > 0) {
            throttle.thread.start();
        }
        return throttle;
    }

    /** One shell for all signals: to start a kill(1) for each would take longer than what is to be held back. */
    private void hold() {
        try {
            Process kills = new ProcessBuilder("bash", "-p")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedWriter shell = kills.outputWriter()) {
                hold(shell);
            }
        } catch (IOException gone) {
            // the program has ended, or the shell: then it is as fast as it is
        }
    }

    private void hold(BufferedWriter shell) throws IOException {
        long start = System.nanoTime();
        boolean halted = false;
        while (!over) {
            boolean ahead = written() > rate * ((System.nanoTime() - start) / 1e9 + LOOK_MILLIS / 1e3);
            if (ahead != halted) {
                signal(shell, ahead ? "STOP" : "CONT");
                halted = ahead;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } catch (InterruptedException ended) {
                over = true;
            }
        }
        if (halted) {
            signal(shell, "CONT");
        }
    }

    private long written() {
        try {
            return archive.isThere() ? archive.bytes() : 0;
        } catch (IOException beingRenamed) {
            return 0;
        }
    }

    private void signal(BufferedWriter shell, String signal) throws IOException {
        List<String> processes = new ArrayList<>();
        ProcessMark.read(mark)
                .flatMap(supervisor -> ProcessHandle.of(supervisor.pid()))
                .ifPresent(supervisor -> supervisor
                        .descendants()
                        .filter(process -> process.info()
                                .command()
                                .filter(path -> path.endsWith("/" + program))
                                .isPresent())
                        .forEach(process -> processes.add(Long.toString(process.pid()))));
        if (!processes.isEmpty()) {
            shell.write("kill -" + signal + " " + String.join(" ", processes) + "\n");
            shell.flush();
        }
    }

    @Override
    public void close() {
        over = true;
        if (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
