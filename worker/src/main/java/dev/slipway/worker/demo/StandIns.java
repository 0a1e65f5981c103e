package dev.slipway.worker.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * All that Script Fury talks to, on one port of this machine: Railway with the three services that it runs, GitHub with the
 * coverage that its pages show, Slack and PagerDuty.
 */
final class StandIns implements AutoCloseable {

    private final HttpServer http;
    private final ExecutorService threads;
    private final RailwayStandIn railway;
    private final GitHubStandIn github;
    private final Function<String, Manners> commits;
    private final List<String> slack = new CopyOnWriteArrayList<>();
    private final List<String> pagerDuty = new CopyOnWriteArrayList<>();

    /** @param commits what stands in a commit about how it behaves */
    StandIns(RailwayStandIn railway, GitHubStandIn github, Function<String, Manners> commits) throws IOException {
        this.railway = railway;
        this.github = github;
        this.commits = commits;
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "stand-in");
            thread.setDaemon(true);
            return thread;
        });
        this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/railway", this::railway);
        http.createContext("/github", this::github);
        http.createContext("/pages/coverage/", this::coverage);
        http.createContext("/slack", exchange -> answer(exchange, 200, keep(slack, exchange, "ok")));
        http.createContext(
                "/pagerduty", exchange -> answer(exchange, 202, keep(pagerDuty, exchange, "{\"status\":\"success\"}")));
        RailwayStandIn.TIERS.forEach(tier -> http.createContext("/" + tier, exchange -> service(exchange, tier)));
        http.start();
    }

    String address() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    RailwayStandIn railway() {
        return railway;
    }

    /** What came to Slack, in order. */
    List<String> slack() {
        return List.copyOf(slack);
    }

    /** What came to PagerDuty, in order. */
    List<String> pagerDuty() {
        return List.copyOf(pagerDuty);
    }

    private void railway(HttpExchange exchange) throws IOException {
        String question = body(exchange);
        answer(exchange, 200, railway.graphql(exchange.getRequestHeaders().getFirst("Authorization"), question));
    }

    private void github(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/github".length());
        Optional<String> found = github.get(exchange.getRequestHeaders().getFirst("Authorization"), path);
        answer(exchange, found.isPresent() ? 200 : 404, found.orElse("{\"message\":\"Not Found\"}"));
    }

    private void coverage(HttpExchange exchange) throws IOException {
        String file = exchange.getRequestURI().getPath().replaceFirst(".*/", "");
        double percent = commits.apply(file.replace(".json", "")).coverage();
        answer(exchange, 200, String.format(Locale.ROOT, "{\"totals\":{\"percent_covered\":%s}}", percent));
    }

    private void service(HttpExchange exchange, String tier) throws IOException {
        RailwayStandIn.Page page =
                railway.page(tier, exchange.getRequestURI().getPath().substring(tier.length() + 1));
        answer(exchange, page.status(), page.text());
    }

    private static String keep(List<String> inbox, HttpExchange exchange, String answer) throws IOException {
        inbox.add(body(exchange));
        return answer;
    }

    private static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders()
                .set("Content-Type", text.startsWith("{") || text.startsWith("[") ? "application/json" : "text/plain");
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
