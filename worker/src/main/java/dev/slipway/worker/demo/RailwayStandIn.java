package dev.slipway.worker.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * A stand-in for Railway on this machine: one project with three services, and as much of the API as Slipway asks. As at
 * Railway a deployment is accepted long before it serves, a failure comes with status 200, and a rollback says only that it
 * was heard and becomes a deployment of its own, with the old image and the old variables. What serves behaves as its commit says.
 */
final class RailwayStandIn {

    static final List<String> TIERS = List.of("preview", "staging", "production");
    private static final String PROJECT = "11111111-aaaa-4aaa-8aaa-000000000000";
    private static final Duration TO_BUILD = Duration.ofMillis(200);
    private static final Duration TO_SERVE = Duration.ofMillis(500);
    private static final double LIMIT_GB = 0.5;

    /** Customers of each service, made up. */
    private static final int REQUESTS_PER_SECOND = 100;

    /** One deployment. */
    private static final class Deployment {
        final String id = UUID.randomUUID().toString();
        final Instant created = Instant.now();
        final String commit;
        final String reason;
        final String image;
        final Map<String, String> variables;
        final Manners manners;
        boolean replaced;
        boolean cancelled;
        boolean looked;

        Deployment(String commit, String reason, String image, Map<String, String> variables, Manners manners) {
            this.commit = commit;
            this.reason = reason;
            this.image = image;
            this.variables = Map.copyOf(variables);
            this.manners = manners;
        }

        /** What fails on staging already is rolled back there. */
        boolean failsHere() {
            return !manners.staysWell() && "production".equals(variables.get("FLASK_ENV"));
        }

        String status() {
            Duration age = Duration.between(created, Instant.now());
            if (cancelled || replaced) {
                return "REMOVED";
            }
            if (age.compareTo(TO_BUILD) < 0) {
                return "BUILDING";
            }
            return age.compareTo(TO_SERVE) < 0 ? "DEPLOYING" : "SUCCESS";
        }
    }

    /** One service in its environment. */
    private static final class Service {
        final String id = UUID.randomUUID().toString();
        final String environment = UUID.randomUUID().toString();
        final String tier;
        final List<Deployment> deployments = new ArrayList<>();
        final Map<String, String> variables = new LinkedHashMap<>();

        Service(String tier) {
            this.tier = tier;
        }

        String name() {
            return "script_fury_" + tier;
        }

        Optional<Deployment> serving() {
            Optional<Deployment> newest = deployments.stream()
                    .filter(each -> each.status().equals("SUCCESS"))
                    .reduce((one, other) -> other);
            newest.ifPresent(now ->
                    deployments.stream().takeWhile(each -> each != now).forEach(before -> before.replaced = true));
            return newest;
        }
    }

    private final String token;
    private final Function<String, Manners> build;
    private final ObjectMapper json = new ObjectMapper();
    private final List<Service> services = TIERS.stream().map(Service::new).toList();

    /**
     * @param token that is accepted
     * @param build what a commit is once it runs
     */
    RailwayStandIn(String token, Function<String, Manners> build) {
        this.token = token;
        this.build = build;
    }

    /** The commit that serves in a tier; empty where nothing does. */
    synchronized String serves(String tier) {
        return tier(tier).serving().map(each -> each.commit).orElse("");
    }

    /** The image that serves in a tier. */
    synchronized String image(String tier) {
        return tier(tier).serving().map(each -> each.image).orElse("");
    }

    /** The variables that what serves was started with. */
    synchronized Map<String, String> variables(String tier) {
        return tier(tier).serving().map(each -> each.variables).orElse(Map.of());
    }

    /** How many deployments were asked for in a tier, and not for a rollback. */
    synchronized long deployments(String tier, String commit) {
        return tier(tier).deployments.stream()
                .filter(each -> each.commit.equals(commit) && each.reason.equals("deploy"))
                .count();
    }

    /** An answer of the service itself. */
    record Page(int status, String text) {}

    /** What the service of a tier answers. */
    synchronized Page page(String tier, String path) {
        Optional<Deployment> serving = tier(tier).serving();
        if (serving.isEmpty()) {
            return new Page(404, "Application not found");
        }
        Deployment now = serving.get();
        return switch (path) {
            case "/health" ->
                now.looked && now.failsHere()
                        ? new Page(503, "{\"status\":\"down\"}")
                        : new Page(200, "{\"status\":\"ok\",\"commit\":\"" + now.commit + "\"}");
            case "/metrics" -> new Page(200, metrics(now));
            default -> {
                now.looked = true;
                yield new Page(200, "Script Fury");
            }
        };
    }

    private static String metrics(Deployment now) {
        long all = Duration.between(now.created, Instant.now()).toMillis() * REQUESTS_PER_SECOND / 1000;
        long failed = Math.round(all * now.manners.errors());
        return "# TYPE flask_http_request_total counter\nflask_http_request_total{method=\"GET\",status=\"200\"} "
                + (all - failed) + "\nflask_http_request_total{method=\"GET\",status=\"500\"} " + failed + "\n";
    }

    private Service tier(String tier) {
        return services.stream()
                .filter(each -> each.tier.equals(tier))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no tier '" + tier + "'"));
    }

    /** Answers one question. */
    synchronized String graphql(String authorization, String question) throws IOException {
        if (!("Bearer " + token).equals(authorization)) {
            return errors("Not Authorized");
        }
        JsonNode body = json.readTree(question);
        String query = body.path("query").asText().replaceAll("\\s+", " ");
        String field = query.substring(query.indexOf('{') + 1).strip().split("[ ({]", 2)[0];
        JsonNode variables = body.path("variables");
        services.forEach(Service::serving);
        return switch (field) {
            case "me" -> me();
            case "project" -> project(variables.path("id").asText());
            case "deployments" -> listed(of(variables.path("input")));
            case "deployment" -> deployment(variables.path("id").asText());
            case "serviceInstance" -> active(of(variables));
            case "serviceInstanceDeployV2" ->
                deploy(of(variables), variables.path("commitSha").asText());
            case "deploymentRollback" -> rollBack(variables.path("id").asText());
            case "deploymentCancel" -> cancel(variables.path("id").asText());
            case "variables" -> data("variables", json.valueToTree(of(variables).variables));
            case "variableCollectionUpsert" -> upsert(variables.path("input"));
            case "deploymentTriggers" -> data("deploymentTriggers", edges(List.of()));
            case "metrics" -> metrics(of(variables), variables.path("measurements"));
            default -> errors("Cannot query field \"" + field + "\"");
        };
    }

    private Service of(JsonNode place) {
        return services.stream()
                .filter(each -> each.id.equals(place.path("serviceId").asText())
                        && each.environment.equals(place.path("environmentId").asText()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such service: " + place));
    }

    private Optional<Deployment> known(String id) {
        return services.stream()
                .flatMap(each -> each.deployments.stream())
                .filter(each -> each.id.equals(id))
                .findFirst();
    }

    private String me() {
        ObjectNode project = json.createObjectNode().put("id", PROJECT).put("name", "script-fury");
        ObjectNode me = json.createObjectNode();
        me.putArray("workspaces").addObject().set("projects", edges(List.of(project)));
        return data("me", me);
    }

    private String project(String id) {
        if (!id.equals(PROJECT)) {
            return errors("Project not found");
        }
        ObjectNode project = json.createObjectNode();
        project.set(
                "services",
                edges(services.stream().map(each -> named(each.id, each.name())).toList()));
        project.set(
                "environments",
                edges(services.stream()
                        .map(each -> named(each.environment, each.tier))
                        .toList()));
        return data("project", project);
    }

    private ObjectNode named(String id, String name) {
        return json.createObjectNode().put("id", id).put("name", name);
    }

    private String listed(Service service) {
        List<ObjectNode> newestFirst = new ArrayList<>();
        service.deployments.forEach(each -> newestFirst.add(0, shown(each)));
        return data("deployments", edges(newestFirst));
    }

    private String deployment(String id) {
        return known(id).map(each -> data("deployment", shown(each))).orElseGet(() -> errors("Deployment not found"));
    }

    private String active(Service service) {
        ObjectNode instance = json.createObjectNode();
        ArrayNode active = instance.putArray("activeDeployments");
        service.deployments.stream()
                .filter(each -> List.of("SUCCESS", "DEPLOYING").contains(each.status()))
                .forEach(each -> active.add(shown(each)));
        return data("serviceInstance", instance);
    }

    private String deploy(Service service, String commit) {
        Deployment made =
                new Deployment(commit, "deploy", "sha256:" + UUID.randomUUID(), service.variables, build.apply(commit));
        service.deployments.add(made);
        return data("serviceInstanceDeployV2", json.valueToTree(made.id));
    }

    private String rollBack(String id) {
        for (Service service : services) {
            for (Deployment to : List.copyOf(service.deployments)) {
                if (to.id.equals(id) && canRollBack(to)) {
                    service.deployments.add(new Deployment(to.commit, "rollback", to.image, to.variables, to.manners));
                    return data("deploymentRollback", json.valueToTree(true));
                }
            }
        }
        return errors("Deployment cannot be rolled back");
    }

    private String cancel(String id) {
        known(id).ifPresent(each -> each.cancelled = true);
        return data("deploymentCancel", json.valueToTree(true));
    }

    private String upsert(JsonNode input) {
        Service service = of(input);
        input.path("variables")
                .properties()
                .forEach(each ->
                        service.variables.put(each.getKey(), each.getValue().asText()));
        return data("variableCollectionUpsert", json.valueToTree(true));
    }

    private String metrics(Service service, JsonNode measurements) {
        double memory = service.serving().map(each -> each.manners.memory()).orElse(0.0);
        ArrayNode results = json.createArrayNode();
        measurements.forEach(measurement -> {
            String name = measurement.asText();
            double value = name.equals("MEMORY_LIMIT_GB") ? LIMIT_GB : LIMIT_GB * memory;
            results.addObject()
                    .put("measurement", name)
                    .putArray("values")
                    .addObject()
                    .put("ts", Instant.now().getEpochSecond())
                    .put("value", value);
        });
        return data("metrics", results);
    }

    private static boolean canRollBack(Deployment deployment) {
        return List.of("SUCCESS", "REMOVED").contains(deployment.status()) && !deployment.cancelled;
    }

    private ObjectNode shown(Deployment deployment) {
        ObjectNode node = json.createObjectNode()
                .put("id", deployment.id)
                .put("status", deployment.status())
                .put("createdAt", deployment.created.toString())
                .put("canRollback", canRollBack(deployment));
        ObjectNode meta =
                node.putObject("meta").put("commitHash", deployment.commit).put("reason", deployment.reason);
        if (!deployment.status().equals("BUILDING")) {
            meta.put("imageDigest", deployment.image);
        }
        return node;
    }

    private ObjectNode edges(List<ObjectNode> nodes) {
        ObjectNode connection = json.createObjectNode();
        ArrayNode edges = connection.putArray("edges");
        nodes.forEach(node -> edges.addObject().set("node", node));
        return connection;
    }

    private String data(String field, JsonNode value) {
        ObjectNode body = json.createObjectNode();
        body.putObject("data").set(field, value);
        return body.toString();
    }

    private String errors(String message) {
        ObjectNode body = json.createObjectNode().putNull("data");
        body.putArray("errors")
                .addObject()
                .put("message", message)
                .putObject("extensions")
                .put("code", "INTERNAL_SERVER_ERROR");
        return body.toString();
    }
}
