package dev.slipway.worker.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Two pages over HTTP: {@code /metrics} for Prometheus and {@code /health} for whoever restarts dead workers. */
public final class MetricsPage implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads;

    private MetricsPage(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /** @throws IOException where the address is taken; the message names it */
    public static MetricsPage open(String host, int port, Metrics metrics, Supplier<Health> health) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(host, port), 0);
        } catch (BindException e) {
            throw new IOException(
                    "metrics can't be answered on " + host + ":" + port + " (" + e.getMessage()
                            + "); another worker may run here: give this one another `metrics: {port: …}`",
                    e);
        }
        ExecutorService threads = Executors.newFixedThreadPool(2, work -> {
            Thread thread = new Thread(work, "metrics");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext(
                "/metrics",
                exchange ->
                        answer(exchange, "/metrics", 200, "text/plain; version=0.0.4; charset=utf-8", metrics.page()));
        server.createContext("/health", exchange -> {
            Health now = health.get();
            answer(exchange, "/health", now.well() ? 200 : 503, "application/json", now.json());
        });
        server.start();
        return new MetricsPage(server, threads);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, String path, int status, String type, String text)
            throws IOException {
        try (exchange) {
            boolean here = exchange.getRequestURI().getPath().equals(path);
            boolean read = exchange.getRequestMethod().equals("GET")
                    || exchange.getRequestMethod().equals("HEAD");
            byte[] body = (here ? text : "not found\n").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", here ? type : "text/plain");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(here ? (read ? status : 405) : 404, head || !read ? -1 : body.length);
            if (!head && read) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
