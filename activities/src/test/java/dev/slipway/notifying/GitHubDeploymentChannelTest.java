package dev.slipway.notifying;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.plan.Channel;
import dev.slipway.trust.Json;
import dev.slipway.vendor.VendorDescription;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.QueueDispatcher;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class GitHubDeploymentChannelTest extends HttpChannelContract {

    private static final String COMMIT = "6dcb09b5b57875f334f61aebed695e2e4193db5e";

    /** Deployments and their statuses, as GitHub keeps them. */
    private static final class Repository extends Dispatcher {

        private final ArrayNode deployments = Json.mapper().createArrayNode();
        private final Map<Long, ArrayNode> statuses = new HashMap<>();
        private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();

        @Override
        public MockResponse dispatch(RecordedRequest request) {
            requests.add(request);
            List<String> path = request.getUrl().pathSegments();
            boolean post = request.getMethod().equals("POST");
            try {
                if (path.size() == 4) {
                    return post ? deploy(request) : answer(200, found(request));
                }
                ArrayNode of = statuses.get(Long.valueOf(path.get(4)));
                if (!post) {
                    return answer(200, of);
                }
                of.insert(0, Json.mapper().readTree(request.getBody().utf8()));
                return answer(201, of.get(0));
            } catch (IOException e) {
                return answer(422, Json.mapper().createObjectNode());
            }
        }

        private MockResponse deploy(RecordedRequest request) throws IOException {
            ObjectNode deployment =
                    (ObjectNode) Json.mapper().readTree(request.getBody().utf8());
            long id = deployments.size() + 1L;
            deployment.put("id", id).put("sha", deployment.get("ref").asText());
            deployments.insert(0, deployment);
            statuses.put(id, Json.mapper().createArrayNode());
            return answer(201, deployment);
        }

        private ArrayNode found(RecordedRequest request) {
            ArrayNode found = Json.mapper().createArrayNode();
            for (JsonNode each : deployments) {
                if (each.get("sha").asText().equals(request.getUrl().queryParameter("sha"))
                        && each.get("environment")
                                .asText()
                                .equals(request.getUrl().queryParameter("environment"))) {
                    found.add(each);
                }
            }
            return found;
        }

        private static MockResponse answer(int status, JsonNode body) {
            return new MockResponse.Builder().code(status).body(body.toString()).build();
        }

        List<String> states() {
            List<String> states = new ArrayList<>();
            statuses.values()
                    .forEach(all ->
                            all.forEach(each -> states.add(0, each.get("state").asText())));
            return states;
        }
    }

    private final Repository repository = new Repository();

    @Override
    NotificationChannel channel() {
        NotificationChannel channel = new GitHubDeploymentChannel(
                api("GitHub", GitHubDeploymentChannel.headers(secret())), "acme/shop", Clock.systemUTC());
        return new NotificationChannel() {
            @Override
            public String name() {
                return channel.name();
            }

            @Override
            public void send(Notification notification) throws NotSent {
                channel.send(notification.commit(COMMIT));
            }
        };
    }

    @Override
    String secret() {
        return "ghp_secret-token";
    }

    @Override
    void takes() {
        server.setDispatcher(repository);
    }

    @Override
    String received() {
        // GitHub takes 140 characters of it, and no commands
        return repository.statuses.values() + " ./switch 0.9.0 for of it all";
    }

    private Runnable failing(Runnable answers) {
        return () -> {
            server.setDispatcher(new QueueDispatcher());
            answers.run();
        };
    }

    @Override
    List<Runnable> refusals() {
        return answering(400, 401, 403, 404, 409, 422, 301).stream()
                .map(this::failing)
                .toList();
    }

    @Override
    List<Runnable> outages() {
        List<Runnable> all = new ArrayList<>(answering(500, 502, 503, 429));
        all.add(answering(200, HTML));
        all.add(answering(200, "{}"));
        return all.stream().map(this::failing).toList();
    }

    @Override
    void refusesTheSecret() {
        answers(401, "{\"message\":\"Bad credentials\"}");
    }

    private static Notification of(String event) {
        return Notification.of("r/" + event, event, "shop", "production", "1.1.0", "shop/production 1.1.0 " + event);
    }

    @Test
    void oneDeploymentGoesThroughItsStates() throws Exception {
        takes();
        for (String event : List.of("waiting", "started", "deployed", "rolled-back")) {
            channel().send(of(event));
        }

        assertThat(repository.deployments).hasSize(1);
        JsonNode deployment = repository.deployments.get(0);
        assertThat(deployment.get("ref").asText()).isEqualTo(COMMIT);
        assertThat(deployment.get("auto_merge").booleanValue()).isFalse();
        assertThat(deployment.get("required_contexts")).isEmpty();
        assertThat(deployment.get("environment").asText()).isEqualTo("production");
        assertThat(repository.states()).containsExactly("queued", "in_progress", "in_progress", "failure");
    }

    @Test
    void whoTellsAgainChangesNothing() throws Exception {
        takes();
        channel().send(of("succeeded"));
        channel().send(of("succeeded"));

        assertThat(repository.deployments).hasSize(1);
        assertThat(repository.states()).containsExactly("success");
    }

    @Test
    void aWordAboutTheEnvironmentIsNoDeploymentHoweverLoud() {
        Channel github = new Channel(
                "",
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(new Channel.GitHubDeployment("acme/shop", "$T", "https://api.github.com")),
                List.of(),
                "");

        assertThat(Channels.wants(github, of("decided"), true)).isFalse();
        assertThat(Channels.wants(github, of("succeeded").commit(COMMIT), false))
                .isTrue();
    }

    @Test
    void everyRequestIsAsGitHubDescribesIt() throws Exception {
        VendorDescription described = VendorDescription.find("github.json").orElse(null);
        Assumptions.assumeTrue(described != null, "GitHub's description is not on this machine");
        takes();
        channel().send(of("started").line("x".repeat(300)));

        assertThat(repository.requests).hasSize(4);
        for (RecordedRequest each : repository.requests) {
            assertThat(each.getHeaders().get("Authorization")).isEqualTo("Bearer " + secret());
            assertThat(described.problems(each)).as(each.getUrl().encodedPath()).isEmpty();
        }
        assertThat(repository.statuses.get(1L).get(0).get("description").asText())
                .hasSizeLessThanOrEqualTo(140);
    }
}
