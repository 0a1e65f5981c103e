package dev.slipway.worker.demo;

import dev.slipway.process.Child;
import dev.slipway.process.Command;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.StopSignal;
import dev.slipway.worker.Stopped;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Types and starts what a person would: {@code ./slipway}. */
record LauncherHands(Path launcher) implements Hands {

    private static final Duration TO_START = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    /** The worker's own grace, and its children's. */
    private static final Duration TO_STOP = Duration.ofSeconds(8);

    @Override
    public int type(
            List<String> arguments, Path folder, Map<String, String> variables, Duration limit, Consumer<String> each) {
        List<String> argv = new ArrayList<>(List.of(launcher.toString()));
        argv.addAll(arguments);
        return Program.run(argv, folder, variables, limit, each);
    }

    @Override
    public AutoCloseable worker(Path file, int metricsPort, Map<String, String> variables) {
        Child worker = new CommandRunner()
                .start(
                        new Command(
                                List.of(launcher.toString(), "worker", "--file", file.toString()),
                                file.getParent(),
                                passable(variables),
                                TO_START,
                                TO_STOP),
                        StopSignal.TERM,
                        Optional.empty());
        try {
            await(worker, metricsPort);
            return worker;
        } catch (RuntimeException e) {
            worker.close();
            throw e;
        }
    }

    private static Map<String, String> passable(Map<String, String> variables) {
        Map<String, String> passable = new TreeMap<>(variables);
        passable.keySet().removeIf(name -> !name.matches("[A-Za-z_][A-Za-z0-9_]*"));
        return passable;
    }

    private static void await(Child worker, int metricsPort) {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest health = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metricsPort + "/health"))
                .timeout(Duration.ofSeconds(5))
                .build();
        while (worker.age().compareTo(TO_START) < 0 && !worker.await(BETWEEN_LOOKS)) {
            try {
                if (client.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // it has not opened its page yet
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Stopped(Stopped.FAILED, "interrupted");
            }
        }
        throw new Stopped(Stopped.FAILED, "the worker did not start: " + String.join("\n", worker.lastLines()));
    }
}
