package dev.slipway.shop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * The shop's customers: of ten requests two list the products, six look at one, two order it. Always the same mix, so that
 * a version's error rate is its own.
 */
public final class Traffic {
    private static final int PRODUCTS = 12;
    private static final int PER_SECOND = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String shop;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final Map<String, LongAdder> answers = new ConcurrentSkipListMap<>();
    private long asked;
    private long productsSeen;

    private Traffic(String shop) {
        this.shop = shop;
    }

    /** {@code Traffic URL [PER_SECOND]}: asks until its standard input ends or it is told to stop; then says what came back. */
    public static void main(String[] args) throws IOException {
        if (args.length < 1 || args.length > 2) {
            throw new IllegalArgumentException("usage: Traffic URL [PER_SECOND]");
        }
        System.setProperty("jdk.httpclient.keepalive.timeout", "5"); // the server closes idle connections after 30 s
        Traffic traffic = new Traffic(args[0].replaceAll("/+$", ""));
        int perSecond = args.length == 2 ? Integer.parseInt(args[1]) : PER_SECOND;
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        clock.scheduleAtFixedRate(traffic::ask, 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            clock.shutdown();
            traffic.awaitAnswers();
            System.out.println(traffic.summary());
        }));
        while (System.in.read() >= 0) {
            // whatever is written here is not for us; the end of it means that whoever started us is gone
        }
        System.exit(0);
    }

    private synchronized void ask() {
        client.sendAsync(next(), BodyHandlers.discarding()).whenComplete(this::count);
    }

    private synchronized void count(HttpResponse<Void> answer, Throwable problem) {
        String code = problem == null ? String.valueOf(answer.statusCode()) : "none";
        answers.computeIfAbsent(code, unseen -> new LongAdder()).increment();
        notifyAll();
    }

    private synchronized HttpRequest next() {
        long turn = asked++ % 10;
        if (turn < 2) {
            return request("/products").build();
        }
        long product = productsSeen++ % PRODUCTS + 1;
        if (turn < 8) {
            return request("/products/" + product).build();
        }
        return request("/orders")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"product\":%d,\"quantity\":1}".formatted(product)))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(shop + path)).timeout(PATIENCE);
    }

    private synchronized void awaitAnswers() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (answered() < asked && System.nanoTime() < end) {
                wait(50);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private long answered() {
        return answers.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** {@code traffic: 120 requests: 200=96 201=24}; {@code none} counts those that got no answer. */
    private synchronized String summary() {
        String codes = answers.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().sum())
                .collect(Collectors.joining(" "));
        return "traffic: %d requests: %s".formatted(answered(), codes);
    }
}
