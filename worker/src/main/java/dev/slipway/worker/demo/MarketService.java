package dev.slipway.worker.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands in for the application: its page of health asks the database what the version that is live needs of it. It also takes
 * the summaries, as a webhook.
 */
final class MarketService implements AutoCloseable {

    private final HttpServer http;
    private final ExecutorService threads;
    private final Path home;
    private final PostgresUrl database;
    private final List<String> summaries = new CopyOnWriteArrayList<>();

    MarketService(Path home, PostgresUrl database) throws IOException {
        this.home = home;
        this.database = database;
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "marketplace");
            thread.setDaemon(true);
            return thread;
        });
        this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/api/health", this::health);
        http.createContext("/summary", this::summary);
        http.start();
    }

    String address() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** What people were told, in order. */
    List<String> summaries() {
        return List.copyOf(summaries);
    }

    /** The version that is live; a dash where none is. */
    String serves() {
        try {
            Path current = home.resolve("current");
            return Files.exists(current)
                    ? Files.readSymbolicLink(current).getFileName().toString()
                    : "–";
        } catch (IOException e) {
            return "–";
        }
    }

    private void health(HttpExchange exchange) throws IOException {
        String version = serves();
        try (Connection connection = Connections.standard().open(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(Files.readString(home.resolve("current/health.sql")))) {
            rows.next();
            answer(exchange, 200, "{\"version\":\"" + version + "\",\"database\":\"ok\"}");
        } catch (SQLException | IOException | DatabaseRefused | DatabaseUnavailable e) {
            answer(exchange, 503, "{\"version\":\"" + version + "\",\"database\":\"failing\"}");
        }
    }

    private void summary(HttpExchange exchange) throws IOException {
        summaries.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        answer(exchange, 200, "{}");
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
