package dev.slipway.shop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One version of the shop: products to read and orders to write, over HTTP, from PostgreSQL. */
public final class Shop implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Shop.class.getName());
    private static final int THREADS = 4;
    private static final Duration QUIET = Duration.ofMillis(250);
    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(5);
    private static final Pattern PRODUCT = Pattern.compile("/products/(\\d{1,9})");

    /** Not text, not JSON, not an object; out of range, nothing where something must be, breaks a CHECK. */
    private static final Set<String> CALLERS_MISTAKE =
            Set.of("22021", "22P05", "22P02", "22023", "22003", "23502", "23514");

    private final Queries queries;
    private final Database database;
    private final Metrics metrics = new Metrics("path");
    private final Web web;

    Shop(Queries queries, DatabaseUrl url, int port) throws IOException {
        this.queries = queries;
        this.database = new Database(url, "shop " + queries.version());
        this.web = new Web(port, THREADS, this::count);
    }

    /** {@code Shop HOME VERSION}: serves that kept release on a free port, which it writes to its run file. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: Shop HOME VERSION");
        }
        String url = System.getenv().getOrDefault("DATABASE_URL", "");
        Path home = Path.of(args[0]);
        Path file = home.resolve("releases").resolve(args[1]).resolve("queries.properties");
        Shop shop = new Shop(Queries.read(file), DatabaseUrl.parse(url), 0);
        Runtime.getRuntime().addShutdownHook(new Thread(shop::drain));
        RunFile.of(home, "shop").write(shop.port());
    }

    int port() {
        return web.port();
    }

    @Override
    public void close() {
        web.close();
    }

    /** Requests that the router sent here a moment before it turned to the next version still get their answer. */
    private void drain() {
        try {
            web.drain(QUIET, LONGEST_DRAIN);
        } catch (InterruptedException interrupted) {
            web.close();
        }
    }

    private Answer count(Request request) {
        long start = System.nanoTime();
        Answer answer = answer(request);
        metrics.count(answer.code(), route(request.path()), Duration.ofNanos(System.nanoTime() - start));
        return answer;
    }

    private Answer answer(Request request) {
        try {
            return switch (request.method() + " " + route(request.path())) {
                case "GET /health" -> health();
                case "GET /version" -> Answer.json(200, "{\"version\":\"" + queries.version() + "\"}");
                case "GET /metrics" -> Answer.metrics(metrics.page());
                case "GET /products" -> Answer.json(200, database.rows(queries.products()));
                case "GET /products/{id}" -> product(request.path());
                case "POST /orders" -> order(new String(request.body(), StandardCharsets.UTF_8));
                default -> Answer.problem(404, "nothing here for " + request.method() + " " + request.path());
            };
        } catch (SQLException problem) {
            if (CALLERS_MISTAKE.contains(String.valueOf(problem.getSQLState()))) {
                return Answer.problem(400, problem.getMessage());
            }
            LOG.log(Level.WARNING, "{0} {1}: {2}", new Object[] {
                request.method(), request.target(), problem.getMessage()
            });
            return Answer.problem(500, problem.getMessage());
        }
    }

    private Answer health() {
        String body = "{\"status\":\"%s\",\"version\":\"" + queries.version() + "\",\"database\":\"%s\"}";
        try {
            database.text("SELECT 1");
            return Answer.json(200, body.formatted("ok", "ok"));
        } catch (SQLException problem) {
            LOG.log(Level.WARNING, "the database does not answer: {0}", problem.getMessage());
            return Answer.json(503, body.formatted("failing", "does not answer"));
        }
    }

    private Answer product(String path) throws SQLException {
        Matcher matcher = PRODUCT.matcher(path);
        Optional<String> product = matcher.matches()
                ? database.row(queries.product(), Integer.valueOf(matcher.group(1)))
                : Optional.empty();
        return product.map(json -> Answer.json(200, json)).orElse(Answer.problem(404, "no such product"));
    }

    private Answer order(String body) throws SQLException {
        return database.text(queries.order(), body)
                .map(json -> Answer.json(201, json))
                .orElse(Answer.problem(400, "no such product"));
    }

    /** The path without what callers choose, so that the metrics stay few. */
    private static String route(String path) {
        return switch (path) {
            case "/health", "/version", "/metrics", "/products", "/orders" -> path;
            default -> PRODUCT.matcher(path).matches() ? "/products/{id}" : "other";
        };
    }
}
