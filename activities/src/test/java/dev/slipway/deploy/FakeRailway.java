package dev.slipway.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.vendor.GraphqlDescription;
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
import java.util.function.Supplier;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/**
 * One service at Railway as its API shows it: deployments that move on when somebody looks, failures under status 200, a
 * rollback that says only that it was heard, and every mutation done as often as it comes.
 */
public final class FakeRailway implements AutoCloseable {

    public static final String TOKEN = "railway-token-0123456789";
    static final String PROJECT = "11111111-aaaa-4aaa-8aaa-111111111111";
    static final String SERVICE = "22222222-aaaa-4aaa-8aaa-222222222222";
    static final String ENVIRONMENT = "33333333-aaaa-4aaa-8aaa-333333333333";

    /** One deployment, and how it goes on. */
    static final class Deployment {
        final String id = UUID.randomUUID().toString();
        final Instant created = Instant.now();
        final String commit;
        final String reason;
        final String image;
        final Map<String, String> variables;
        final Deque<String> next = new ArrayDeque<>();
        String status = "QUEUED";
        boolean imageGone;

        Deployment(String commit, String reason, String image, Map<String, String> variables) {
            this.commit = commit;
            this.reason = reason;
            this.image = image;
            this.variables = Map.copyOf(variables);
        }
    }

    /** What was refused by the vendor's own schema: a test looks that it is empty. */
    public final List<String> undescribed = new ArrayList<>();

    public final Map<String, String> variables = new LinkedHashMap<>();
    final List<Deployment> deployments = new ArrayList<>();
    final List<String> triggers = new ArrayList<>();
    final List<String> mutations = new ArrayList<>();
    final Map<String, Deque<Fault>> faults = new HashMap<>();
    public final Map<String, List<double[]>> metrics = new LinkedHashMap<>();
    /** How the deployments to come go on. */
    public List<String> course = List.of("BUILDING", "DEPLOYING", "SUCCESS");
    /** The next one that is done crashes before anybody looks whether it serves. */
    boolean crashes;

    boolean saysReasons = true;
    private final Optional<GraphqlDescription> description = GraphqlDescription.find("railway.schema.graphql");
    private final ObjectMapper json = new ObjectMapper();
    private final MockWebServer server = new MockWebServer();

    public FakeRailway() throws Exception {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return answer(request);
            }
        });
        server.start();
    }

    public String address() {
        return "http://127.0.0.1:" + server.getPort() + "/graphql/v2";
    }

    boolean described() {
        return description.isPresent();
    }

    void fault(String field, Fault fault) {
        faults.computeIfAbsent(field, none -> new ArrayDeque<>()).add(fault);
    }

    /** The deployment that serves. */
    public Optional<String> serving() {
        return active().map(each -> each.id);
    }

    public Optional<String> servingCommit() {
        return active().map(each -> each.commit);
    }

    Optional<Deployment> active() {
        return deployments.stream()
                .filter(each -> each.status.equals("SUCCESS") || each.status.equals("SLEEPING"))
                .reduce((one, other) -> other);
    }

    private synchronized MockResponse answer(RecordedRequest request) {
        JsonNode body;
        try {
            body = json.readTree(request.getBody().utf8());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
        description.ifPresent(known -> undescribed.addAll(known.problems(body)));
        String token = request.getHeaders().get("Authorization");
        if (!("Bearer " + TOKEN).equals(token)
                && !TOKEN.equals(request.getHeaders().get("Project-Access-Token"))) {
            return errors("Not Authorized", "INTERNAL_SERVER_ERROR");
        }
        String query = body.path("query").asText().replaceAll("\\s+", " ");
        String field = query.substring(query.indexOf('{') + 1).strip().split("[ ({]", 2)[0];
        Deque<Fault> planned = faults.getOrDefault(field, new ArrayDeque<>());
        if (planned.isEmpty()) {
            return field(field, body.path("variables"));
        }
        return faulty(planned.poll(), () -> field(field, body.path("variables")));
    }

    private static MockResponse faulty(Fault fault, Supplier<MockResponse> proper) {
        return FaultyAnswers.of(fault, proper);
    }

    private MockResponse field(String field, JsonNode variables) {
        return switch (field) {
            case "project" -> project(variables.path("id").asText());
            case "me" ->
                data("{'me':{'workspaces':[{'projects':{'edges':[{'node':{'id':'" + PROJECT
                        + "','name':'shop'}}]}}]}}");
            case "projectToken" -> data("{'projectToken':{'project':{'id':'" + PROJECT + "','name':'shop'}}}");
            case "deployments" -> listed();
            case "deployment" -> deployment(variables.path("id").asText());
            case "serviceInstance" -> instance();
            case "serviceInstanceDeployV2" -> deploy(variables.path("commitSha").asText());
            case "deploymentRollback" -> rollBack(variables.path("id").asText());
            case "deploymentCancel" -> cancel(variables.path("id").asText());
            case "variables" -> {
                ObjectNode data = json.createObjectNode();
                data.set("variables", json.valueToTree(this.variables));
                yield data(data);
            }
            case "variableCollectionUpsert" -> upsert(variables.path("input"));
            case "buildLogs" ->
                data("{'buildLogs':[{'timestamp':'2026-11-27T10:00:00Z','message':'npm install'},"
                        + "{'timestamp':'2026-11-27T10:00:01Z','message':'out of memory'}]}");
            case "deploymentTriggers" -> triggers();
            case "metrics" -> metrics(variables);
            default -> errors("Cannot query field \"" + field + "\"", "GRAPHQL_VALIDATION_FAILED");
        };
    }

    private MockResponse project(String id) {
        return id.equals(PROJECT)
                ? data("{'project':{'services':{'edges':[{'node':{'id':'" + SERVICE + "','name':'api'}},"
                        + "{'node':{'id':'44444444-aaaa-4aaa-8aaa-444444444444','name':'postgres'}}]},"
                        + "'environments':{'edges':[{'node':{'id':'" + ENVIRONMENT + "','name':'production'}}]}}}")
                : errors("Project not found", "INTERNAL_SERVER_ERROR");
    }

    private MockResponse listed() {
        ArrayNode edges = json.createArrayNode();
        for (int at = deployments.size() - 1; at >= 0; at--) {
            edges.addObject().set("node", shown(deployments.get(at)));
        }
        ObjectNode data = json.createObjectNode();
        data.putObject("deployments").set("edges", edges);
        return data(data);
    }

    private MockResponse deployment(String id) {
        return deployments.stream()
                .filter(each -> each.id.equals(id))
                .findFirst()
                .map(each -> {
                    advance(each);
                    ObjectNode data = json.createObjectNode();
                    data.set("deployment", shown(each));
                    return data(data);
                })
                .orElseGet(() -> errors("Deployment not found", "INTERNAL_SERVER_ERROR"));
    }

    private void advance(Deployment deployment) {
        if (deployment.next.isEmpty()) {
            return;
        }
        String next = deployment.next.poll();
        if (next.equals("SUCCESS")) {
            active().ifPresent(before -> before.status = "REMOVED");
        }
        deployment.status = next;
    }

    private MockResponse instance() {
        if (crashes) {
            active().ifPresent(now -> {
                now.status = "CRASHED";
                crashes = false;
            });
        }
        ObjectNode data = json.createObjectNode();
        ArrayNode active = data.putObject("serviceInstance").putArray("activeDeployments");
        deployments.stream()
                .filter(each ->
                        List.of("SUCCESS", "SLEEPING", "CRASHED", "DEPLOYING").contains(each.status))
                .forEach(each -> active.add(shown(each)));
        return data(data);
    }

    private MockResponse deploy(String commit) {
        mutations.add("deploy " + commit);
        Deployment made = new Deployment(commit, "deploy", "sha256:" + UUID.randomUUID(), variables);
        made.next.addAll(course);
        deployments.add(made);
        return data("{'serviceInstanceDeployV2':'" + made.id + "'}");
    }

    private MockResponse rollBack(String id) {
        Optional<Deployment> to = deployments.stream()
                .filter(each -> each.id.equals(id) && canRollBack(each))
                .findFirst();
        if (to.isEmpty()) {
            return errors("Deployment cannot be rolled back", "INTERNAL_SERVER_ERROR");
        }
        mutations.add("rollback " + id);
        Deployment made = new Deployment(to.get().commit, "rollback", to.get().image, to.get().variables);
        made.next.addAll(List.of("DEPLOYING", "SUCCESS"));
        deployments.add(made);
        return data("{'deploymentRollback':true}");
    }

    private MockResponse cancel(String id) {
        mutations.add("cancel " + id);
        deployments.stream().filter(each -> each.id.equals(id)).forEach(each -> {
            each.next.clear();
            each.next.add("REMOVED");
        });
        return data("{'deploymentCancel':true}");
    }

    private MockResponse upsert(JsonNode input) {
        input.path("variables")
                .fields()
                .forEachRemaining(
                        each -> variables.put(each.getKey(), each.getValue().asText()));
        if (!input.path("skipDeploys").asBoolean()) {
            deploy(active().map(now -> now.commit).orElse(""));
        }
        return data("{'variableCollectionUpsert':true}");
    }

    private MockResponse triggers() {
        ObjectNode data = json.createObjectNode();
        ArrayNode edges = data.putObject("deploymentTriggers").putArray("edges");
        triggers.forEach(branch -> edges.addObject()
                .putObject("node")
                .put("repository", "acme/shop")
                .put("branch", branch));
        return data(data);
    }

    private MockResponse metrics(JsonNode variables) {
        ObjectNode data = json.createObjectNode();
        ArrayNode results = data.putArray("metrics");
        variables.path("measurements").forEach(measurement -> {
            ObjectNode result = results.addObject().put("measurement", measurement.asText());
            ArrayNode values = result.putArray("values");
            metrics.getOrDefault(measurement.asText(), List.of())
                    .forEach(value ->
                            values.addObject().put("ts", (long) value[0]).put("value", value[1]));
        });
        return data(data);
    }

    private static boolean canRollBack(Deployment deployment) {
        return !deployment.imageGone
                && List.of("SUCCESS", "SLEEPING", "REMOVED", "CRASHED").contains(deployment.status);
    }

    private ObjectNode shown(Deployment deployment) {
        ObjectNode node = json.createObjectNode()
                .put("id", deployment.id)
                .put("status", deployment.status)
                .put("createdAt", deployment.created.toString())
                .put("canRollback", canRollBack(deployment));
        ObjectNode meta = node.putObject("meta").put("commitHash", deployment.commit);
        if (saysReasons) {
            meta.put("reason", deployment.reason);
        }
        if (!deployment.status.equals("QUEUED") && !deployment.status.equals("BUILDING")) {
            meta.put("imageDigest", deployment.image);
        }
        return node;
    }

    private MockResponse data(String data) {
        try {
            return data(json.readTree(data.replace('\'', '"')));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(data, e);
        }
    }

    private MockResponse data(JsonNode data) {
        return FaultyAnswers.json(200, json.createObjectNode().set("data", data));
    }

    private MockResponse errors(String message, String code) {
        ObjectNode body = json.createObjectNode().putNull("data");
        body.putArray("errors")
                .addObject()
                .put("message", message)
                .putObject("extensions")
                .put("code", code);
        return FaultyAnswers.json(200, body);
    }

    @Override
    public void close() {
        server.close();
    }
}
