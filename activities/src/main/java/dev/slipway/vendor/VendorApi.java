package dev.slipway.vendor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.plan.Durations;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import dev.slipway.vendor.VendorFailure.Type;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way in which vendors' APIs are asked: a limit for each answer, the same again where the vendor lets us hope and
 * the question may be put twice, and one classification of what else comes ({@link VendorFailure}).
 */
public final class VendorApi {

    private static final Logger LOG = LoggerFactory.getLogger(VendorApi.class);
    private static final MediaType JSON = MediaType.get("application/json");
    private static final long LARGEST_BODY = 8 << 20;
    private static final int SHOWN = 200;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);
    private static final List<String> REQUEST_IDS =
            List.of("x-github-request-id", "x-railway-request-id", "x-vercel-id", "request-id", "x-request-id");

    private final OkHttpClient client;
    private final Vendor vendor;
    private final Limits limits;
    private final UnaryOperator<String> redact;
    private final Clock clock;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * Whom we speak to, and as whom.
     *
     * @param name as people call it: GitHub
     * @param base address of the API
     * @param headers sent with each question; may hold the credential
     * @param credential how the credential is called, {@code the secret 'GITHUB_TOKEN'}; empty for none
     * @param renewal where a credential is renewed; empty where that is not known
     */
    public record Vendor(String name, HttpUrl base, Map<String, String> headers, String credential, String renewal) {
        public Vendor {
            headers = Map.copyOf(headers);
        }

        public Vendor(String name, HttpUrl base, Map<String, String> headers, String credential) {
            this(name, base, headers, credential, "");
        }

        private String unauthorized() {
            return credential.isEmpty()
                    ? "wants a credential"
                    : "does not accept " + credential + "; it is wrong or has expired, renew it"
                            + (renewal.isEmpty() ? "" : " at " + renewal);
        }
    }

    /**
     * How long is waited.
     *
     * @param answer for one answer, whole
     * @param patience for all tries of one question, pauses included
     */
    public record Limits(Duration answer, Duration patience) {}

    /** A whole answer with a status below 300; an empty body is a missing node. */
    public record Answer(int status, JsonNode body) {}

    public VendorApi(OkHttpClient base, Vendor vendor, Limits limits, UnaryOperator<String> redact, Clock clock) {
        this.client = base.newBuilder()
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .readTimeout(Duration.ZERO)
                .build();
        this.vendor = vendor;
        this.limits = limits;
        this.redact = redact;
        this.clock = clock;
    }

    /**
     * Asks for something; again, while there is hope and patience.
     *
     * @param path from the base, each part as it is
     * @throws VendorFailure where there is no answer
     */
    public Answer get(List<String> path, Map<String, String> query, Pulse pulse) {
        return ask(new Request.Builder().url(address(path, query)), true, pulse);
    }

    /** The same with headers that go with this question alone. */
    public Answer get(List<String> path, Map<String, String> query, Map<String, String> headers, Pulse pulse) {
        Request.Builder request = new Request.Builder().url(address(path, query));
        headers.forEach((name, value) -> header(request, name, value));
        return ask(request, true, pulse);
    }

    /** Asks for something to be gone; to ask for it twice is to ask for it once. */
    public Answer delete(List<String> path, Pulse pulse) {
        return ask(new Request.Builder().url(address(path, Map.of())).delete(), true, pulse);
    }

    /**
     * Asks for something to be done.
     *
     * @param again whether doing it twice is the same as doing it once
     * @throws VendorFailure where it is not known to be done
     */
    public Answer post(List<String> path, JsonNode body, boolean again, Pulse pulse) {
        return ask(
                new Request.Builder()
                        .url(address(path, Map.of()))
                        .post(RequestBody.create(body.toString().getBytes(StandardCharsets.UTF_8), JSON)),
                again,
                pulse);
    }

    /**
     * Asks for something to be changed.
     *
     * @param again whether doing it twice is the same as doing it once
     * @throws VendorFailure where it is not known to be done
     */
    public Answer patch(List<String> path, JsonNode body, boolean again, Pulse pulse) {
        return ask(
                new Request.Builder()
                        .url(address(path, Map.of()))
                        .patch(RequestBody.create(body.toString().getBytes(StandardCharsets.UTF_8), JSON)),
                again,
                pulse);
    }

    /**
     * Asks in GraphQL. An answer with {@code errors} is a failure, also under status 200, and one without {@code data} is
     * none.
     *
     * @param again whether doing it twice is the same as doing it once: true for queries
     * @return what stands under {@code data}
     * @throws VendorFailure where there is no answer, or where something that changes is not known to be done
     */
    public JsonNode graphql(String query, Map<String, ?> variables, boolean again, Pulse pulse) {
        ObjectNode body = json.createObjectNode().put("query", query);
        body.set("variables", json.valueToTree(variables));
        Request.Builder request = new Request.Builder()
                .url(vendor.base())
                .post(RequestBody.create(body.toString().getBytes(StandardCharsets.UTF_8), JSON));
        return ask(request, again, this::graphql, pulse).body().path("data");
    }

    private Answer graphql(Request request, Response response, Answer answer) {
        JsonNode errors = answer.body().path("errors");
        if (errors.size() > 0) {
            GraphqlErrors found = new GraphqlErrors(errors);
            Type type = found.type();
            String said = shown(found.message());
            String what =
                    switch (type) {
                        case VENDOR_UNAUTHORIZED ->
                            vendor.unauthorized() + ", or it may not see what it is asked for: " + said;
                        case VENDOR_RATE_LIMITED -> "takes no more questions for now: " + said;
                        default -> "said: " + said;
                    };
            throw failure(type, request, response, what, retryAfter(response).orElse(null));
        }
        if (!answer.body().path("data").isObject()) {
            throw failure(Type.VENDOR_UNREADABLE, request, response, "answered with neither `data` nor `errors`", null);
        }
        return answer;
    }

    private HttpUrl address(List<String> path, Map<String, String> query) {
        HttpUrl.Builder address = vendor.base().newBuilder();
        path.forEach(address::addPathSegment);
        query.forEach(address::addQueryParameter);
        return address.build();
    }

    /** What a whole answer with a good status still has to be. */
    private interface Further {
        Answer judge(Request request, Response response, Answer answer);
    }

    private Answer ask(Request.Builder builder, boolean again, Pulse pulse) {
        return ask(builder, again, (request, response, answer) -> answer, pulse);
    }

    private Answer ask(Request.Builder builder, boolean again, Further further, Pulse pulse) {
        vendor.headers().forEach((name, value) -> header(builder, name, value));
        Request request = builder.header("User-Agent", "slipway").build();
        Instant end = clock.instant().plus(limits.patience());
        Duration pause = FIRST_PAUSE;
        while (true) {
            pulse.beat("asks " + vendor.name());
            try {
                return once(request, further);
            } catch (VendorFailure failure) {
                LOG.debug("{} {}: {}", request.method(), shownPath(request), failure.getMessage());
                Instant next = failure.again().orElse(clock.instant().plus(jittered(pause)));
                // a refusal for too many questions has done nothing, so it may always be asked again
                boolean mayAgain = again || failure.type() == Type.VENDOR_RATE_LIMITED;
                if (!failure.type().passes() || !mayAgain || next.isAfter(end)) {
                    throw failure;
                }
                await(next, pulse);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    private static Duration jittered(Duration pause) {
        return Duration.ofMillis(
                pause.toMillis() / 2 + ThreadLocalRandom.current().nextLong(pause.toMillis() / 2 + 1));
    }

    private void await(Instant until, Pulse pulse) {
        while (clock.instant().isBefore(until)) {
            long left = Duration.between(clock.instant(), until).toMillis();
            try {
                TimeUnit.MILLISECONDS.sleep(Math.max(1, Math.min(left, 500)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new WorkInterrupted("interrupted while waiting for " + vendor.name(), e);
            }
            pulse.beat("waits for " + vendor.name());
        }
    }

    private Answer once(Request request, Further further) {
        okhttp3.Call call = client.newCall(request);
        call.timeout().timeout(limits.answer().toMillis(), TimeUnit.MILLISECONDS);
        try (Response response = call.execute()) {
            BufferedSource source = response.body().source();
            if (source.request(LARGEST_BODY + 1)) {
                throw failure(Type.VENDOR_UNREADABLE, request, response, "answered more than 8 MB", null);
            }
            return further.judge(
                    request, response, judged(request, response, response.body().string()));
        } catch (InterruptedIOException e) {
            throw failure(
                    Type.VENDOR_TIMED_OUT,
                    "did not answer " + shownPath(request) + " within " + Durations.text(limits.answer()));
        } catch (IOException e) {
            throw failure(
                    Type.VENDOR_UNREACHABLE,
                    "could not be reached at " + vendor.base().host() + ": " + shown(String.valueOf(e.getMessage())));
        }
    }

    private Answer judged(Request request, Response response, String body) {
        int status = response.code();
        if (status < 300) {
            return new Answer(status, parsed(request, response, body));
        }
        String said = said(body);
        Optional<Instant> limited = limited(response);
        if (limited.isPresent() || status == 429) {
            Instant again = limited.orElse(null);
            throw failure(
                    Type.VENDOR_RATE_LIMITED,
                    request,
                    response,
                    "takes no more questions" + (again == null ? " for now" : " until " + again),
                    again);
        }
        throw switch (status) {
            case 401 -> failure(Type.VENDOR_UNAUTHORIZED, request, response, vendor.unauthorized() + said, null);
            case 403 ->
                failure(
                        Type.VENDOR_FORBIDDEN,
                        request,
                        response,
                        "refuses " + shownPath(request)
                                + (vendor.credential().isEmpty()
                                        ? " without a credential"
                                        : "; " + vendor.credential() + " may not do that")
                                + said,
                        null);
            case 404, 410 ->
                failure(
                        Type.VENDOR_NOT_FOUND,
                        request,
                        response,
                        "has no " + shownPath(request)
                                + (vendor.credential().isEmpty()
                                        ? " that is public"
                                        : ", or " + vendor.credential() + " may not see it"),
                        null);
            default -> {
                boolean broken = status >= 500 || status == 408;
                yield failure(
                        broken ? Type.VENDOR_BROKEN : Type.VENDOR_REFUSED,
                        request,
                        response,
                        "answered " + status + " to " + shownPath(request) + said,
                        broken ? retryAfter(response).orElse(null) : null);
            }
        };
    }

    private JsonNode parsed(Request request, Response response, String body) {
        if (body.isBlank()) {
            return json.missingNode();
        }
        try {
            return json.readTree(body);
        } catch (JsonProcessingException e) {
            throw failure(
                    Type.VENDOR_UNREADABLE,
                    request,
                    response,
                    "answered " + response.code() + " to " + shownPath(request) + " with something that is no JSON",
                    null);
        }
    }

    /** What the vendor says of it: most put it under {@code message}. */
    private String said(String body) {
        try {
            JsonNode message = json.readTree(body).path("message");
            return message.isTextual() ? ": " + shown(message.textValue()) : "";
        } catch (JsonProcessingException e) {
            return "";
        }
    }

    private Optional<Instant> limited(Response response) {
        if (response.code() != 429 && response.code() != 403) {
            return Optional.empty();
        }
        Optional<Instant> after = retryAfter(response);
        if (after.isPresent()) {
            return after;
        }
        boolean usedUp = "0".equals(response.header("x-ratelimit-remaining"));
        return usedUp ? number(response.header("x-ratelimit-reset")).map(Instant::ofEpochSecond) : Optional.empty();
    }

    /** Seconds, or a date. */
    private Optional<Instant> retryAfter(Response response) {
        String value = response.header("retry-after");
        if (value == null) {
            return Optional.empty();
        }
        Optional<Instant> seconds =
                number(value).map(number -> clock.instant().plusSeconds(number).truncatedTo(ChronoUnit.SECONDS));
        if (seconds.isPresent()) {
            return seconds;
        }
        try {
            return Optional.of(ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Long> number(String text) {
        return text != null && text.matches("\\d{1,11}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    private VendorFailure failure(Type type, String what) {
        return new VendorFailure(type, vendor.name() + " " + what, "", null);
    }

    private VendorFailure failure(Type type, Request request, Response response, String what, Instant again) {
        String id = REQUEST_IDS.stream()
                .map(response::header)
                .filter(value -> value != null && value.matches("[A-Za-z0-9:._-]{1,100}"))
                .findFirst()
                .orElse("");
        LOG.debug("{} {} answered {}, request id {}", request.method(), shownPath(request), response.code(), id);
        return new VendorFailure(type, vendor.name() + " " + what, id, again);
    }

    private String shownPath(Request request) {
        return redact.apply(request.url().encodedPath());
    }

    private String shown(String text) {
        String line = redact.apply(text).strip().replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN - 1) + "…";
    }

    private static void header(Request.Builder builder, String name, String value) {
        try {
            builder.header(name, value.strip());
        } catch (IllegalArgumentException e) {
            // its message may hold the value, which may be a secret
            throw new IllegalArgumentException("the value of the header " + name
                    + " has a character that http does not allow; look for a line break in the secret");
        }
    }
}
