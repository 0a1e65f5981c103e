package dev.slipway.notifying;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.notifying.NotificationChannel.NotSent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Sends a document to an address that is a secret itself, so that no part of it is ever said. */
final class JsonPost {

    private static final MediaType JSON = MediaType.get("application/json");
    private static final long LONGEST_ANSWER = 64 << 10;

    private final String who;
    private final String address;
    private final OkHttpClient client;
    private final Clock clock;

    /** @param who what the address is called in messages: {@code the webhook} */
    JsonPost(String who, String address, OkHttpClient client, Duration limit, Clock clock) {
        this.who = who;
        this.address = address;
        this.client = client.newBuilder()
                .callTimeout(limit)
                .followRedirects(false)
                .followSslRedirects(false)
                .build();
        this.clock = clock;
    }

    /**
     * Whatever was answered.
     *
     * @param after how long the receiver wants to be left alone, where it says so
     */
    record Reply(int status, String body, Optional<Duration> after) {
        boolean taken() {
            return status >= 200 && status < 300;
        }

        boolean passes() {
            return status >= 500 || status == 408 || status == 429;
        }
    }

    Reply send(JsonNode document, Map<String, String> headers) throws NotSent {
        try {
            Request.Builder request = new Request.Builder()
                    .url(address.strip())
                    .header("User-Agent", "slipway")
                    .post(RequestBody.create(document.toString().getBytes(StandardCharsets.UTF_8), JSON));
            headers.forEach(request::header);
            try (Response response = client.newCall(request.build()).execute()) {
                return new Reply(
                        response.code(), response.peekBody(LONGEST_ANSWER).string(), after(response));
            }
        } catch (IOException e) {
            throw new NotSent(who + " did not answer: " + e.getClass().getSimpleName(), true);
        } catch (IllegalArgumentException e) {
            throw new NotSent(who + "'s address is none", false);
        }
    }

    private Optional<Duration> after(Response response) {
        String value = response.header("Retry-After", "");
        if (value.matches("\\d{1,6}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            return value.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Duration.between(
                            clock.instant(),
                            ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
