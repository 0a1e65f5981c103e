package dev.slipway.watching;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A service that an {@link Incident} happens to: its counters are what its traffic would have made of them. */
final class ScriptedTarget implements AutoCloseable {

    private static final double STEP = 0.01;

    private final Incident incident;
    private final ExecutorService threads = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "target");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Long> scrapes = new ArrayList<>();
    private HttpServer server;
    private int port;
    private boolean up;

    private long start;
    private boolean playing;
    private double counted;
    private double requests;
    private double errors;
    private double latency;

    ScriptedTarget(Incident incident) throws IOException {
        this.incident = incident;
        this.start = System.nanoTime();
        this.counted = time();
        open();
    }

    private synchronized void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 50);
        port = server.getAddress().getPort();
        server.setExecutor(threads);
        server.createContext("/metrics", this::metrics);
        server.createContext("/health", exchange -> answer(exchange, 200, "ok"));
        server.start();
        up = true;
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** The watch begins: until now all was well. */
    synchronized void play() {
        count();
        start = System.nanoTime();
        playing = true;
        counted = 0;
    }

    /** Goes down and comes back as the script says, with counters from zero. */
    synchronized void follow() throws IOException {
        boolean wanted = !playing || !incident.targetDown.contains(time());
        if (up && !wanted) {
            server.stop(0);
            up = false;
        } else if (!up && wanted) {
            requests = 0;
            errors = 0;
            latency = 0;
            counted = time();
            open();
        }
    }

    /** In milliseconds: how much later than it should a scrape has come. */
    synchronized long latestScrape() {
        long most = 0;
        for (int i = 1; i < scrapes.size(); i++) {
            most = Math.max(most, scrapes.get(i) - scrapes.get(i - 1));
        }
        return Math.max(0, most - Prometheus.SCRAPE.toMillis());
    }

    private double time() {
        double passed = (System.nanoTime() - start) / 1e9;
        // before it plays, it is always just before the beginning
        return playing ? passed : passed - 1e6;
    }

    private void count() {
        double now = time();
        for (; counted + STEP <= now; counted += STEP) {
            double came = incident.requests.applyAsDouble(counted) * STEP;
            requests += came;
            errors += came * incident.errors.applyAsDouble(counted);
            latency += came * incident.latency.applyAsDouble(counted);
        }
    }

    private synchronized void metrics(HttpExchange exchange) throws IOException {
        count();
        scrapes.add(System.nanoTime() / 1_000_000);
        if (playing && incident.scrapesLost.contains(time())) {
            answer(exchange, 503, "");
            return;
        }
        Instant clock = Instant.now().plusMillis(Math.round(incident.clock * 1000));
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
        String stamp = incident.stampsItsSamples ? " " + clock.toEpochMilli() : "";
        answer(
                exchange,
                200,
                String.format(
                        Locale.ROOT,
                        "http_requests_total{code=\"200\"} %f%6$s%n"
                                + "http_requests_total{code=\"500\"} %f%6$s%n"
                                + "latency_seconds_sum %f%6$s%nmemory_ratio %f%6$s%n"
                                + "process_start_time_seconds %d%6$s%n",
                        requests - errors,
                        errors,
                        latency,
                        incident.memory.applyAsDouble(time()),
                        clock.getEpochSecond() - 3600,
                        stamp));
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public synchronized void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
