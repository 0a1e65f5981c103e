package dev.slipway.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.process.Pulse;
import dev.slipway.vendor.VendorFailure.Type;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/** What Railway says about one service in one environment, and does with it; public GraphQL API, version 2. */
public final class Railway {

    public static final String HOST = "backboard.railway.com";

    private static final Pattern ID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final int NEWEST = 20;
    private static final int MOST_NAMES = 12;
    private static final String FIELDS = "{ id status createdAt canRollback meta }";

    private final VendorApi api;
    private final boolean projectToken;
    private final Pulse pulse;

    private Railway(VendorApi api, boolean projectToken, Pulse pulse) {
        this.api = api;
        this.projectToken = projectToken;
        this.pulse = pulse;
    }

    /**
     * With what Railway is asked.
     *
     * @param projectToken whether the token is a project's, which goes in a header of its own
     * @param credential how the token is called in messages
     */
    public record Access(HttpUrl base, String token, boolean projectToken, String credential) {}

    /** The exact place that a plan's names lead to. */
    public record Place(String project, String service, String environment) {

        /** Where people look at a deployment. */
        public String page(String deployment) {
            return "https://railway.com/project/" + project + "/service/" + service + "?environmentId=" + environment
                    + "&id=" + deployment;
        }
    }

    /**
     * One deployment.
     *
     * @param status as Railway writes it
     * @param commit empty where it is none of a commit
     * @param reason why it was made, in small letters: {@code deploy}, {@code redeploy}, {@code rollback}; empty where
     *     Railway does not say
     * @param image digest of its image, empty where it is not known
     */
    public record Deployment(
            String id,
            String status,
            Instant created,
            boolean canRollBack,
            String commit,
            String reason,
            String image) {

        /** It serves, or sleeps until somebody asks. */
        public boolean good() {
            return status.equals("SUCCESS") || status.equals("SLEEPING");
        }

        /** It has ended, and never serves. */
        public boolean bad() {
            return List.of("FAILED", "CRASHED", "SKIPPED", "REMOVED", "REMOVING")
                    .contains(status);
        }

        /**
         * Whether it brings another one back: the same commit, and the same image where both are known. Where Railway does
         * not say why it was made, the image has to be known and the same: a build makes another one.
         */
        public boolean returnsTo(Deployment before) {
            boolean sameImage = image.equals(before.image());
            boolean unknownImage = image.isEmpty() || before.image().isEmpty();
            return created.isAfter(before.created())
                    && commit.equals(before.commit())
                    && (reason.equals("rollback") && (unknownImage || sameImage)
                            || reason.isEmpty() && !unknownImage && sameImage);
        }
    }

    /** A number at a time. */
    public record Sample(Instant at, double value) {}

    public static Railway of(
            OkHttpClient client,
            Access access,
            VendorApi.Limits limits,
            UnaryOperator<String> redact,
            Clock clock,
            Pulse pulse) {
        Map<String, String> headers = access.projectToken()
                ? Map.of("Project-Access-Token", access.token())
                : Map.of("Authorization", "Bearer " + access.token());
        VendorApi.Vendor vendor = new VendorApi.Vendor(
                "Railway",
                access.base(),
                headers,
                access.credential(),
                access.projectToken() ? "the project's settings (Tokens)" : "https://railway.com/account/tokens");
        return new Railway(new VendorApi(client, vendor, limits, redact, clock), access.projectToken(), pulse);
    }

    /**
     * Finds the exact place.
     *
     * @throws VendorFailure where there is no such project, service or environment; the message says which there are
     */
    public Place find(String project, String service, String environment) {
        String id = ID.matcher(project).matches() ? project : projectCalled(project);
        JsonNode found = query("""
                query project($id: String!) {
                  project(id: $id) {
                    services(first: 200) { edges { node { id name } } }
                    environments(first: 200) { edges { node { id name } } }
                  }
                }""", Map.of("id", id)).path("project");
        return new Place(
                id,
                named("service", service, found.path("services"), project),
                named("environment", environment, found.path("environments"), project));
    }

    /** The place where all three are ids, so that nothing has to be looked up. */
    public static Optional<Place> exactly(String project, String service, String environment) {
        boolean ids = Stream.of(project, service, environment)
                .allMatch(each -> ID.matcher(each).matches());
        return ids ? Optional.of(new Place(project, service, environment)) : Optional.empty();
    }

    private String projectCalled(String name) {
        if (projectToken) {
            JsonNode own = query("query own { projectToken { project { id name } } }", Map.of())
                    .path("projectToken")
                    .path("project");
            if (own.path("name").asText().equals(name)) {
                return own.path("id").asText();
            }
            throw none("Railway has no project '" + name + "' for this token, which is one of '"
                    + own.path("name").asText() + "'");
        }
        JsonNode me = query("""
                query projects {
                  me { workspaces { projects(first: 200) { edges { node { id name } } } } }
                }""", Map.of()).path("me");
        List<JsonNode> all = new ArrayList<>();
        me.path("workspaces").forEach(workspace -> all.addAll(nodes(workspace.path("projects"))));
        return named("project", name, all, "");
    }

    private String named(String kind, String wanted, JsonNode connection, String project) {
        return named(kind, wanted, nodes(connection), " in the project '" + project + "'");
    }

    private static String named(String kind, String wanted, List<JsonNode> all, String where) {
        List<String> found = all.stream()
                .filter(node -> node.path("id").asText().equals(wanted)
                        || node.path("name").asText().equals(wanted))
                .map(node -> node.path("id").asText())
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        List<String> names = all.stream()
                .map(node -> node.path("name").asText())
                .sorted()
                .limit(MOST_NAMES)
                .toList();
        throw none(
                found.isEmpty()
                        ? "Railway has no " + kind + " '" + wanted + "'" + where + " that this token sees; there "
                                + (names.isEmpty() ? "is none" : "are " + String.join(", ", names))
                        : "Railway has more than one " + kind + " '" + wanted + "'" + where + "; give its id");
    }

    private static VendorFailure none(String sentence) {
        return new VendorFailure(Type.VENDOR_NOT_FOUND, sentence, "", null);
    }

    /** The newest deployments, newest first. */
    public List<Deployment> deployments(Place place) {
        JsonNode found = query(
                "query deployments($input: DeploymentListInput!, $first: Int) { deployments(input: $input, first: $first)"
                        + " { edges { node " + FIELDS + " } } }",
                Map.of(
                        "first",
                        NEWEST,
                        "input",
                        Map.of(
                                "projectId",
                                place.project(),
                                "environmentId",
                                place.environment(),
                                "serviceId",
                                place.service())));
        return newestFirst(nodes(found.path("deployments")));
    }

    public Deployment deployment(String id) {
        return deployment(
                query("query deployment($id: String!) { deployment(id: $id) " + FIELDS + " }", Map.of("id", id))
                        .path("deployment"));
    }

    /** What is deployed and runs, newest first: while one replaces another there are two. */
    public List<Deployment> active(Place place) {
        JsonNode found = query(
                "query active($environmentId: String!, $serviceId: String!) { serviceInstance(environmentId:"
                        + " $environmentId, serviceId: $serviceId) { activeDeployments " + FIELDS + " } }",
                Map.of("environmentId", place.environment(), "serviceId", place.service()));
        List<JsonNode> nodes = new ArrayList<>();
        found.path("serviceInstance").path("activeDeployments").forEach(nodes::add);
        return newestFirst(nodes);
    }

    /** @return the id of the deployment that was accepted, and is not done yet */
    public String deploy(Place place, String commit) {
        return change(
                        "mutation deploy($commitSha: String, $environmentId: String!, $serviceId: String!) {"
                                + " serviceInstanceDeployV2(commitSha: $commitSha, environmentId: $environmentId,"
                                + " serviceId: $serviceId) }",
                        Map.of("commitSha", commit, "environmentId", place.environment(), "serviceId", place.service()))
                .path("serviceInstanceDeployV2")
                .asText();
    }

    /** Asks for a rollback. Railway says only that it has heard, not which deployment will come of it. */
    public void rollBack(String id) {
        if (!change("mutation rollBack($id: String!) { deploymentRollback(id: $id) }", Map.of("id", id))
                .path("deploymentRollback")
                .asBoolean()) {
            throw new VendorFailure(
                    Type.VENDOR_REFUSED, "Railway does not want to roll back to deployment " + id, "", null);
        }
    }

    /** Stops a deployment that has not ended; to stop it twice is to stop it once. */
    public void cancel(String id) {
        api.graphql("mutation cancel($id: String!) { deploymentCancel(id: $id) }", Map.of("id", id), true, pulse);
    }

    /** The variables of the service as they are written, references included. */
    public Map<String, String> variables(Place place) {
        Map<String, String> found = new LinkedHashMap<>();
        query(
                        "query variables($projectId: String!, $environmentId: String!, $serviceId: String) {"
                                + " variables(projectId: $projectId, environmentId: $environmentId, serviceId:"
                                + " $serviceId, unrendered: true) }",
                        Map.of(
                                "projectId",
                                place.project(),
                                "environmentId",
                                place.environment(),
                                "serviceId",
                                place.service()))
                .path("variables")
                .fields()
                .forEachRemaining(
                        each -> found.put(each.getKey(), each.getValue().asText()));
        return found;
    }

    /** Sets variables without letting Railway deploy for it; to set them twice is to set them once. */
    public void setVariables(Place place, Map<String, String> variables) {
        api.graphql(
                "mutation set($input: VariableCollectionUpsertInput!) { variableCollectionUpsert(input: $input) }",
                Map.of(
                        "input",
                        Map.of(
                                "projectId",
                                place.project(),
                                "environmentId",
                                place.environment(),
                                "serviceId",
                                place.service(),
                                "variables",
                                variables,
                                "replace",
                                false,
                                "skipDeploys",
                                true)),
                true,
                pulse);
    }

    /** The last lines of a build. */
    public List<String> buildLog(String id, int lines) {
        List<String> found = new ArrayList<>();
        query(
                        "query log($id: String!, $limit: Int) { buildLogs(deploymentId: $id, limit: $limit) { timestamp"
                                + " message } }",
                        Map.of("id", id, "limit", lines))
                .path("buildLogs")
                .forEach(line -> found.add(line.path("message").asText()));
        return found.subList(Math.max(0, found.size() - lines), found.size());
    }

    /** The branches whose pushes the service deploys by itself, as {@code repository branch}. */
    public List<String> triggers(Place place) {
        return nodes(query(
                                "query triggers($projectId: String!, $environmentId: String!, $serviceId: String!) {"
                                        + " deploymentTriggers(projectId: $projectId, environmentId: $environmentId,"
                                        + " serviceId: $serviceId, first: 50) { edges { node { repository branch } } } }",
                                Map.of(
                                        "projectId",
                                        place.project(),
                                        "environmentId",
                                        place.environment(),
                                        "serviceId",
                                        place.service()))
                        .path("deploymentTriggers"))
                .stream()
                .map(trigger -> trigger.path("repository").asText() + " "
                        + trigger.path("branch").asText())
                .toList();
    }

    /**
     * What the service used.
     *
     * @param measurements as Railway names them: {@code MEMORY_USAGE_GB}
     * @return the newest sample of each that has one; over several instances the greatest of the newest
     */
    public Map<String, Sample> newest(Place place, List<String> measurements, Instant since) {
        JsonNode found = query(
                "query metrics($projectId: String, $environmentId: String, $serviceId: String, $startDate: DateTime!,"
                        + " $measurements: [MetricMeasurement!]!, $rate: Int, $groupBy: [MetricTag!]) { metrics(projectId:"
                        + " $projectId, environmentId: $environmentId, serviceId: $serviceId, startDate: $startDate,"
                        + " measurements: $measurements, sampleRateSeconds: $rate, groupBy: $groupBy) { measurement values"
                        + " { ts value } } }",
                Map.of(
                        "projectId",
                        place.project(),
                        "environmentId",
                        place.environment(),
                        "serviceId",
                        place.service(),
                        "startDate",
                        since.toString(),
                        "measurements",
                        measurements,
                        "rate",
                        30,
                        "groupBy",
                        List.of("SERVICE_ID")));
        Map<String, Sample> newest = new LinkedHashMap<>();
        found.path("metrics").forEach(result -> {
            for (JsonNode value : result.path("values")) {
                Sample sample = new Sample(
                        Instant.ofEpochSecond(value.path("ts").asLong()),
                        value.path("value").asDouble());
                newest.merge(
                        result.path("measurement").asText(),
                        sample,
                        (one, other) -> other.at().isBefore(one.at()) ? one : other);
            }
        });
        return newest;
    }

    private JsonNode query(String query, Map<String, ?> variables) {
        return api.graphql(query, variables, true, pulse);
    }

    private JsonNode change(String mutation, Map<String, ?> variables) {
        return api.graphql(mutation, variables, false, pulse);
    }

    private static List<JsonNode> nodes(JsonNode connection) {
        List<JsonNode> nodes = new ArrayList<>();
        connection.path("edges").forEach(edge -> nodes.add(edge.path("node")));
        return nodes;
    }

    private static List<Deployment> newestFirst(List<JsonNode> nodes) {
        return nodes.stream()
                .map(Railway::deployment)
                .sorted(Comparator.comparing(Deployment::created).reversed())
                .toList();
    }

    private static Deployment deployment(JsonNode node) {
        JsonNode meta = node.path("meta");
        return new Deployment(
                node.path("id").asText(),
                node.path("status").asText(),
                time(node.path("createdAt").asText()),
                node.path("canRollback").asBoolean(),
                meta.path("commitHash").asText(""),
                meta.path("reason").asText("").toLowerCase(Locale.ROOT),
                meta.path("imageDigest").asText(""));
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new VendorFailure(Type.VENDOR_UNREADABLE, "Railway says '" + text + "' for a time", "", null);
        }
    }
}
