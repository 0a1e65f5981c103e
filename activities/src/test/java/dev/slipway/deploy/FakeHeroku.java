package dev.slipway.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.vendor.HyperSchema;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/**
 * One app at Heroku as its API shows it: builds that become releases when somebody looks, config vars and rollbacks that are
 * releases, a release phase that can fail, and every POST done as often as it comes.
 */
final class FakeHeroku implements AutoCloseable {

    static final String KEY = "heroku-key-0123456789";

    private static final class Release {
        final String id = UUID.randomUUID().toString();
        final Instant created = Instant.now();
        int version;
        String description;
        String slug;
        Map<String, String> config;
        String status = "pending";
        int looks = 2;
        boolean failsInItsPhase;
    }

    private static final class Build {
        final String id = UUID.randomUUID().toString();
        final String slug = UUID.randomUUID().toString();
        final Instant created = Instant.now();
        String version;
        String status = "pending";
        String release = "";
        int looks = 2;
    }

    final List<String> undescribed = new ArrayList<>();
    final Map<String, String> config = new LinkedHashMap<>();
    /** Builds and rollbacks that were asked for. */
    final List<String> changes = new ArrayList<>();

    final Map<String, Deque<Fault>> faults = new HashMap<>();
    boolean releasePhaseFails;
    boolean overtaken;
    private final List<Release> releases = new ArrayList<>();
    private final List<Build> builds = new ArrayList<>();
    private String current = "";
    private final Optional<HyperSchema> description = HyperSchema.find("heroku-platform-api.hyperschema.json");
    private final ObjectMapper json = new ObjectMapper();
    private final MockWebServer server = new MockWebServer();

    FakeHeroku() throws Exception {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return answer(request);
            }
        });
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getPort();
    }

    boolean described() {
        return description.isPresent();
    }

    /** @param what method and last part that is no id: {@code POST builds} */
    void fault(String what, Fault fault) {
        faults.computeIfAbsent(what, none -> new ArrayDeque<>()).add(fault);
    }

    Map<String, String> servingConfig() {
        return serving().map(each -> each.config).orElse(Map.of());
    }

    int releaseCount() {
        return releases.size();
    }

    private Optional<Release> serving() {
        return releases.stream().filter(each -> each.id.equals(current)).findFirst();
    }

    private synchronized MockResponse answer(RecordedRequest request) {
        JsonNode body;
        try {
            body = request.getBody() == null || request.getBody().size() == 0
                    ? json.missingNode()
                    : json.readTree(request.getBody().utf8());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
        description.ifPresent(known -> undescribed.addAll(
                known.problems(request.getMethod(), request.getUrl().encodedPath(), body)));
        if (!("Bearer " + KEY).equals(request.getHeaders().get("Authorization"))) {
            return error(401, "unauthorized", "Invalid credentials provided.");
        }
        List<String> path = request.getUrl().pathSegments();
        if (path.size() < 3 || !path.get(1).equals("shop")) {
            return error(404, "not_found", "Couldn't find that app.");
        }
        Deque<Fault> planned = faults.getOrDefault(request.getMethod() + " " + path.get(2), new ArrayDeque<>());
        return planned.isEmpty()
                ? proper(request.getMethod(), path.subList(2, path.size()), body)
                : FaultyAnswers.of(
                        planned.poll(), () -> proper(request.getMethod(), path.subList(2, path.size()), body));
    }

    private MockResponse proper(String method, List<String> path, JsonNode body) {
        String id = path.size() > 1 ? path.get(1) : "";
        return switch (method + " " + path.get(0) + (id.isEmpty() ? "" : " one")) {
            case "GET releases" -> {
                releases.forEach(this::advance);
                ArrayNode all = json.createArrayNode();
                releases.forEach(each -> all.add(shown(each)));
                yield FaultyAnswers.json(206, all);
            }
            case "GET releases one" ->
                releases.stream()
                        .filter(each -> each.id.equals(id))
                        .findFirst()
                        .map(each -> {
                            advance(each);
                            return FaultyAnswers.json(200, shown(each));
                        })
                        .orElseGet(() -> error(404, "not_found", "Couldn't find that release."));
            case "POST releases" -> rollBack(body.path("release").asText());
            case "GET builds" -> {
                ArrayNode all = json.createArrayNode();
                builds.forEach(each -> all.add(shown(each)));
                yield FaultyAnswers.json(200, all);
            }
            case "GET builds one" ->
                builds.stream()
                        .filter(each -> each.id.equals(id))
                        .findFirst()
                        .map(each -> {
                            advance(each);
                            return FaultyAnswers.json(200, shown(each));
                        })
                        .orElseGet(() -> error(404, "not_found", "Couldn't find that build."));
            case "POST builds" -> build(body.path("source_blob").path("version").asText());
            case "DELETE builds one" -> {
                builds.stream().filter(each -> each.id.equals(id)).forEach(each -> each.status = "failed");
                yield FaultyAnswers.json(200, json.createObjectNode());
            }
            case "GET slugs one" ->
                FaultyAnswers.json(200, json.createObjectNode().put("id", id).put("commit", commitOf(id)));
            case "GET config-vars" -> FaultyAnswers.json(200, json.valueToTree(config));
            case "PATCH config-vars" -> {
                Map<String, String> before = Map.copyOf(config);
                body.properties()
                        .forEach(each ->
                                config.put(each.getKey(), each.getValue().asText()));
                if (!before.equals(config)) {
                    release("Set " + String.join(", ", config.keySet()) + " config vars", slug(), config);
                }
                yield FaultyAnswers.json(200, json.valueToTree(config));
            }
            default -> error(404, "not_found", "The requested API endpoint was not found.");
        };
    }

    private String slug() {
        return serving().map(each -> each.slug).orElse("");
    }

    private String commitOf(String slug) {
        return builds.stream()
                .filter(each -> each.slug.equals(slug))
                .map(each -> each.version)
                .findFirst()
                .orElse("");
    }

    private MockResponse build(String version) {
        changes.add("build " + version);
        Build made = new Build();
        made.version = version;
        builds.add(made);
        return FaultyAnswers.json(201, shown(made));
    }

    private void advance(Build build) {
        if (build.status.equals("pending") && --build.looks <= 0) {
            build.status = "succeeded";
            Release made = release("Deploy " + build.version.substring(0, 8), build.slug, config);
            made.failsInItsPhase = releasePhaseFails;
            build.release = made.id;
        }
    }

    private Release release(String description, String slug, Map<String, String> config) {
        Release made = new Release();
        made.version = releases.size() + 1;
        made.description = description;
        made.slug = slug;
        made.config = Map.copyOf(config);
        releases.add(made);
        return made;
    }

    private void advance(Release release) {
        if (!release.status.equals("pending") || --release.looks > 0) {
            return;
        }
        release.status = release.failsInItsPhase ? "failed" : "succeeded";
        if (!release.failsInItsPhase) {
            current = release.id;
            if (overtaken) {
                Release theirs = release("Set THEIRS config vars", release.slug, release.config);
                theirs.status = "succeeded";
                current = theirs.id;
            }
        }
    }

    private MockResponse rollBack(String id) {
        Optional<Release> to =
                releases.stream().filter(each -> each.id.equals(id)).findFirst();
        if (to.isEmpty()) {
            return error(422, "invalid_params", "No such release.");
        }
        changes.add("rollback " + id);
        config.clear();
        config.putAll(to.get().config);
        return FaultyAnswers.json(
                201, shown(release("Rollback to v" + to.get().version, to.get().slug, to.get().config)));
    }

    private ObjectNode shown(Release release) {
        ObjectNode node = json.createObjectNode()
                .put("id", release.id)
                .put("version", release.version)
                .put("status", release.status)
                .put("current", release.id.equals(current))
                .put("description", release.description)
                .put("eligible_for_rollback", true)
                .put("created_at", release.created.toString());
        if (release.slug.isEmpty()) {
            node.putNull("slug");
        } else {
            node.putObject("slug").put("id", release.slug);
        }
        return node;
    }

    private ObjectNode shown(Build build) {
        ObjectNode node = json.createObjectNode()
                .put("id", build.id)
                .put("status", build.status)
                .put("created_at", build.created.toString());
        node.putObject("source_blob").put("version", build.version);
        if (build.release.isEmpty()) {
            node.putNull("release");
        } else {
            node.putObject("release").put("id", build.release);
        }
        return node;
    }

    private MockResponse error(int status, String id, String message) {
        return FaultyAnswers.json(status, json.createObjectNode().put("id", id).put("message", message));
    }

    @Override
    public void close() {
        server.close();
    }
}
