package dev.slipway.watching;

import dev.slipway.secrets.SecretUnavailable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import okhttp3.ConnectionPool;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * One question over HTTP, and what came of it, for people to read. Addresses are shown without query and user, texts of
 * servers redacted and cut.
 */
public final class HttpCall {
    private static final long LARGEST_BODY = 16 << 20;
    private static final int SHOWN = 200;

    /** Of a page, more than a person would read of it. */
    private static final int PAGE = 8_000;

    private static final Pattern MARKUP = Pattern.compile("(?is)<(script|style)\\b.*?</\\1>|<[^>]*>");

    private final OkHttpClient client;
    private final UnaryOperator<String> redact;
    private final HttpUrl url;
    private final Supplier<Map<String, String>> headers;

    public HttpCall(OkHttpClient base, UnaryOperator<String> redact, String url, Map<String, String> headers) {
        this(base, redact, url, () -> headers);
    }

    /** @param headers looked up for each question: they may hold a secret, which is read when it is used */
    HttpCall(OkHttpClient base, UnaryOperator<String> redact, String url, Supplier<Map<String, String>> headers) {
        // A kept connection would go on talking to the process that was just replaced, so every question opens its own.
        // A redirect is an answer: a page to log in on says 200 and is no healthy service.
        this.client = base.newBuilder()
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.MILLISECONDS))
                .followRedirects(false)
                .followSslRedirects(false)
                .cache(null)
                .connectTimeout(Duration.ZERO)
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .build();
        this.redact = redact;
        this.url = Optional.ofNullable(HttpUrl.parse(url))
                .orElseThrow(() -> new IllegalArgumentException("\"" + redact.apply(url)
                        + "\" is no address; want one such as https://shop.example.com/health"));
        this.headers = headers;
    }

    /** What came of a question. */
    public sealed interface Answer {}

    /**
     * The server answered, whatever it was.
     *
     * @param date what its clock said; empty where it did not say
     */
    public record Answered(int status, String body, long millis, Optional<Instant> date) implements Answer {}

    /** The server refused, did not answer in time, or broke off. */
    public record Silent(String why, long millis) implements Answer {}

    /** The server was never reached, because this machine does not know the way: that says nothing about the server. */
    public record NoWay(String why) implements Answer {}

    public Answer get(Duration timeout) {
        return call(new Request.Builder().url(url), timeout);
    }

    public Answer post(RequestBody body, Duration timeout) {
        return call(new Request.Builder().url(url).post(body), timeout);
    }

    private Answer call(Request.Builder builder, Duration timeout) {
        try {
            headers.get().forEach((name, value) -> header(builder, name, value));
        } catch (SecretUnavailable e) {
            return new NoWay(e.getMessage());
        }
        if (!url.username().isEmpty()) {
            header(builder, "Authorization", Credentials.basic(url.username(), url.password()));
        }
        long began = System.nanoTime();
        okhttp3.Call call = client.newCall(builder.build());
        call.timeout().timeout(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS);
        try (Response response = call.execute()) {
            BufferedSource source = response.body().source();
            if (source.request(LARGEST_BODY + 1)) {
                return new Answered(response.code(), "(more than 16 MB)", millisSince(began), date(response));
            }
            return new Answered(response.code(), response.body().string(), millisSince(began), date(response));
        } catch (UnknownHostException e) {
            return new NoWay("this worker finds no address for \"" + url.host() + "\"");
        } catch (NoRouteToHostException e) {
            return new NoWay("this worker has no route to \"" + url.host() + "\"");
        } catch (InterruptedIOException e) {
            return new Silent(place() + " did not answer within " + written(timeout), millisSince(began));
        } catch (SSLException e) {
            return new Silent(
                    place() + " offers no usable TLS: " + shown(String.valueOf(e.getMessage())), millisSince(began));
        } catch (IOException e) {
            return broken(e, millisSince(began));
        }
    }

    private static Optional<Instant> date(Response response) {
        return Optional.ofNullable(response.headers().getDate("Date")).map(Date::toInstant);
    }

    private Answer broken(IOException e, long millis) {
        String message = String.valueOf(e.getMessage()) + " " + e.getCause();
        if (message.contains("unreachable")) {
            return new NoWay("this worker's network does not reach \"" + url.host() + "\"");
        }
        if (message.contains("refused")) {
            return new Silent(place() + " refused the connection", millis);
        }
        return new Silent(place() + " broke the connection off: " + shown(String.valueOf(e.getMessage())), millis);
    }

    private static void header(Request.Builder builder, String name, String value) {
        try {
            builder.header(name, value.strip());
        } catch (IllegalArgumentException e) {
            // its message, and so the cause, may hold the value, which may be a secret
            throw new IllegalArgumentException("header \"" + name
                    + "\" has a character that http does not allow; look for a line break in its value");
        }
    }

    private static long millisSince(long began) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    static String written(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }

    /** Whom it asks, whatever the question. */
    String server() {
        return url.host() + ":" + url.port();
    }

    /** The address as it may be shown. */
    String place() {
        return redact.apply(url.newBuilder()
                .username("")
                .password("")
                .query(null)
                .fragment(null)
                .build()
                .toString());
    }

    /** The beginning of a server's text on one line. It is redacted first: a secret cut in two is not recognised. */
    String shown(String text) {
        return cut(redact.apply(text));
    }

    /** The same, and of a page of HTML only what a person would read there: the sentence has to fit beside others. */
    String read(String body) {
        String text = redact.apply(body);
        if (!text.stripLeading().startsWith("<")) {
            return cut(text);
        }
        String page = text.length() <= PAGE ? text : text.substring(0, PAGE);
        String words = MARKUP.matcher(page).replaceAll(" ").strip();
        // what markup held apart may be one of them now
        return cut(words.isEmpty() ? text : redact.apply(words));
    }

    private static String cut(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN - 1) + "…";
    }
}
