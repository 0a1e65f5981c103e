package dev.slipway.shop;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The shop's one address: stands in for a load balancer, hands every request to the live version and counts the answers by
 * version. It outlives every switch, so its counters do too. Of the headers it passes on Content-Type only; the shop has
 * no others.
 */
public final class Router implements AutoCloseable {
    private static final int THREADS = 16;
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(15);

    private final Path current;
    private final Metrics metrics = new Metrics("version");
    private final HttpClient client;
    private final Web web;

    Router(Path current, int port) throws IOException {
        // shorter than the 30 s after which the shop's server closes an idle connection: a request sent into one is
        // lost
        System.setProperty("jdk.httpclient.keepalive.timeout", "5");
        this.current = current;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        this.web = new Web(port, THREADS, this::answer);
    }

    /** {@code Router HOME PORT}: serves until it is stopped. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: Router HOME PORT");
        }
        Path home = Path.of(args[0]);
        Router router = new Router(home.resolve("current"), Integer.parseInt(args[1]));
        RunFile.of(home, "router").write(router.port());
    }

    int port() {
        return web.port();
    }

    @Override
    public void close() {
        web.close();
    }

    private Answer answer(Request request) {
        if (request.path().equals("/metrics")) {
            return Answer.metrics(metrics.page());
        }
        long start = System.nanoTime();
        Routed routed = route(request);
        // a probe is not a user: health checks would thin out the error rate
        if (!request.path().equals("/health")) {
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            metrics.count(routed.answer().code(), routed.version(), took);
        }
        return routed.answer();
    }

    private Routed route(Request request) {
        try {
            Optional<Live> live = Live.read(current);
            if (live.isEmpty()) {
                return new Routed("none", Answer.problem(503, "no version is live; switch to one"));
            }
            return route(request, live.get());
        } catch (IOException unreadable) {
            return new Routed(
                    "none", Answer.problem(503, "cannot read which version is live: " + unreadable.getMessage()));
        }
    }

    private Routed route(Request request, Live live) throws IOException {
        try {
            return new Routed(live.version(), forward(request, live));
        } catch (ConnectException refused) {
            // nothing was sent, so trying again is safe; it is of use only where the traffic has moved meanwhile
            Optional<Live> now = Live.read(current);
            if (now.isPresent() && !now.get().equals(live)) {
                return route(request, now.get());
            }
            return dead(live, "it refuses connections");
        } catch (IOException lost) {
            return dead(live, String.valueOf(lost.getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return dead(live, "the router is stopping");
        }
    }

    private static Routed dead(Live live, String why) {
        String message = "version %s does not answer: %s".formatted(live.version(), why);
        return new Routed(live.version(), Answer.problem(502, message));
    }

    private Answer forward(Request request, Live live) throws IOException, InterruptedException {
        HttpRequest.Builder forwarded = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + live.port() + request.target()))
                .timeout(ANSWER_WITHIN)
                .method(
                        request.method(),
                        request.body().length == 0
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(request.body()));
        if (!request.contentType().isEmpty()) {
            forwarded.header("Content-Type", request.contentType());
        }
        HttpResponse<byte[]> answer = client.send(forwarded.build(), BodyHandlers.ofByteArray());
        String contentType = answer.headers().firstValue("Content-Type").orElse("application/octet-stream");
        return new Answer(answer.statusCode(), contentType, answer.body());
    }

    private record Routed(String version, Answer answer) {}
}
