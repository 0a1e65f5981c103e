package dev.slipway.shop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** An HTTP server on the loopback that can leave without dropping a request. */
final class Web implements AutoCloseable {
    private static final int BACKLOG = 128;
    private static final int LONGEST_BODY = 1 << 20;

    private final HttpServer server;
    private final ExecutorService threads;
    private final Function<Request, Answer> handler;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong lastAsked = new AtomicLong(System.nanoTime());

    /** Serves from now on; port 0 takes a free one. */
    Web(int port, int threadCount, Function<Request, Answer> handler) throws IOException {
        // without this an answer on a connection that is kept open waits 40 ms for the reader's delayed ACK
        System.setProperty("sun.net.httpserver.nodelay", "true");
        this.handler = handler;
        this.threads = Executors.newFixedThreadPool(threadCount);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Goes on answering until nobody has asked for {@code quiet}, or {@code atMost} is over; then closes. */
    void drain(Duration quiet, Duration atMost) throws InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < atMost.toNanos()
                && (inFlight.get() > 0 || System.nanoTime() - Math.max(start, lastAsked.get()) < quiet.toNanos())) {
            Thread.sleep(10);
        }
        close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        inFlight.incrementAndGet();
        lastAsked.set(System.nanoTime());
        try (exchange) {
            Answer answer = handler.apply(read(exchange));
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            boolean bare = exchange.getRequestMethod().equals("HEAD") || answer.body().length == 0;
            exchange.sendResponseHeaders(answer.code(), bare ? -1 : answer.body().length);
            if (!bare) {
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(answer.body());
                }
            }
        } finally {
            inFlight.decrementAndGet();
        }
    }

    private static Request read(HttpExchange exchange) throws IOException {
        String contentType = exchange.getRequestHeaders().getFirst("Content-Type");
        return new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                contentType == null ? "" : contentType,
                exchange.getRequestBody().readNBytes(LONGEST_BODY));
    }
}
