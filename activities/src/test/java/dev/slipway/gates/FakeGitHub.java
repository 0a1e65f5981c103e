package dev.slipway.gates;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/** A repository on GitHub as its API shows it: in pages, and unknown things by 404. */
final class FakeGitHub implements AutoCloseable {

    static final String COMMIT = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
    static final String HEAD = "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d";

    final List<JsonNode> checkRuns = new ArrayList<>();
    final List<JsonNode> statuses = new ArrayList<>();
    final List<JsonNode> pulls = new ArrayList<>();
    final Map<Long, List<JsonNode>> reviews = new LinkedHashMap<>();
    final Map<String, JsonNode> protection = new LinkedHashMap<>();
    final List<JsonNode> rules = new ArrayList<>();
    final Map<Long, JsonNode> ruleSets = new LinkedHashMap<>();
    final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
    private final ObjectMapper json = new ObjectMapper();
    private final MockWebServer server = new MockWebServer();

    FakeGitHub() throws Exception {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                requests.add(request);
                return answer(request);
            }
        });
        server.start();
    }

    String address() {
        return server.url("/").toString().replaceAll("/$", "");
    }

    String host() {
        return server.getHostName();
    }

    JsonNode read(String text) {
        try {
            return json.readTree(text.replace('\'', '"'));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    void checkRun(String name, String app, String status, String conclusion) {
        checkRuns.add(read("{'name':'" + name + "','status':'" + status + "','conclusion':"
                + (conclusion.isEmpty() ? "null" : "'" + conclusion + "'") + ",'app':{'slug':'" + app + "'}}"));
    }

    void status(String context, String state) {
        statuses.add(read("{'context':'" + context + "','state':'" + state + "'}"));
    }

    void pull(int number, String author, String mergeCommit, boolean merged) {
        pulls.add(read("{'number':" + number + ",'user':{'login':'" + author + "'},'merge_commit_sha':'" + mergeCommit
                + "','state':'" + (merged ? "closed" : "open") + "','base':{'ref':'main'},'merged_at':"
                + (merged ? "'2026-11-01T12:00:00Z'" : "null") + ",'head':{'sha':'" + HEAD + "'}}"));
    }

    void review(long pull, String who, String state, String commit, String association) {
        reviews.computeIfAbsent(pull, none -> new ArrayList<>())
                .add(read("{'user':{'login':'" + who + "'},'state':'" + state + "','commit_id':'" + commit
                        + "','author_association':'" + association + "'}"));
    }

    private MockResponse answer(RecordedRequest request) {
        List<String> path = request.getUrl().pathSegments();
        if (path.size() < 4
                || !path.get(0).equals("repos")
                || !path.get(1).equals("acme")
                || !path.get(2).equals("shop")) {
            return nothing();
        }
        List<String> rest = path.subList(3, path.size());
        if (rest.size() == 3 && rest.get(0).equals("commits") && rest.get(1).equals(COMMIT)) {
            return switch (rest.get(2)) {
                case "check-runs" -> listed(request, "check_runs", checkRuns);
                case "status" -> listed(request, "statuses", statuses);
                case "pulls" -> listed(request, "", pulls);
                default -> nothing();
            };
        }
        if (rest.size() == 3 && rest.get(0).equals("pulls")) {
            return listed(request, "", reviews.getOrDefault(Long.valueOf(rest.get(1)), List.of()));
        }
        if (rest.size() == 3 && rest.get(0).equals("branches")) {
            return protection.containsKey(rest.get(1)) ? json(protection.get(rest.get(1))) : nothing();
        }
        if (rest.size() == 3 && rest.get(0).equals("rules")) {
            return listed(request, "", rules);
        }
        if (rest.size() == 2 && rest.get(0).equals("rulesets") && ruleSets.containsKey(Long.valueOf(rest.get(1)))) {
            return json(ruleSets.get(Long.valueOf(rest.get(1))));
        }
        return nothing();
    }

    private MockResponse listed(RecordedRequest request, String member, List<JsonNode> all) {
        int size = Integer.parseInt(request.getUrl().queryParameter("per_page"));
        int page = Integer.parseInt(request.getUrl().queryParameter("page"));
        int from = Math.min(all.size(), (page - 1) * size);
        ArrayNode items = json.createArrayNode().addAll(all.subList(from, Math.min(all.size(), from + size)));
        if (member.isEmpty()) {
            return json(items);
        }
        ObjectNode answer = json.createObjectNode();
        answer.put("total_count", all.size());
        // pending for ever where nobody sets a status: no one may judge by it
        answer.put("state", "pending");
        answer.set(member, items);
        return json(answer);
    }

    private static MockResponse json(JsonNode body) {
        return new MockResponse.Builder()
                .addHeader("Content-Type", "application/json")
                .body(body.toString())
                .build();
    }

    private static MockResponse nothing() {
        return new MockResponse.Builder()
                .code(404)
                .body("{\"message\":\"Not Found\"}")
                .build();
    }

    @Override
    public void close() {
        server.close();
    }
}
