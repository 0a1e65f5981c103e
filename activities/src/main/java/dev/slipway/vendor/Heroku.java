package dev.slipway.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.process.Pulse;
import dev.slipway.vendor.VendorFailure.Type;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/** What Heroku says about one app, and does with it; Platform API, version 3. */
public final class Heroku {

    public static final String HOST = "api.heroku.com";

    private final VendorApi api;
    private final String app;
    private final Pulse pulse;
    private final ObjectMapper json = new ObjectMapper();

    private Heroku(VendorApi api, String app, Pulse pulse) {
        this.api = api;
        this.app = app;
        this.pulse = pulse;
    }

    /**
     * With what Heroku is asked.
     *
     * @param credential how the key is called in messages
     */
    public record Access(HttpUrl base, String key, String credential) {}

    /**
     * A release: code, or only other config vars, or a rollback.
     *
     * @param status {@code pending}, {@code succeeded}, {@code failed}, {@code expired}
     * @param slug empty where it has no code
     */
    public record Release(
            String id, int version, String status, boolean current, String description, String slug, Instant created) {

        private static final Pattern ROLLBACK = Pattern.compile("Rollback to v(\\d{1,9})\\b.*");

        /** The version that it brought back; empty where it is no rollback. */
        public OptionalInt returnsTo() {
            Matcher words = ROLLBACK.matcher(description);
            return words.matches() ? OptionalInt.of(Integer.parseInt(words.group(1))) : OptionalInt.empty();
        }

        public boolean pending() {
            return status.equals("pending");
        }

        public boolean succeeded() {
            return status.equals("succeeded");
        }
    }

    /**
     * A build; one that succeeded has not been released yet.
     *
     * @param status {@code pending}, {@code succeeded}, {@code failed}
     * @param version what it was called when it was asked for: the commit
     * @param release empty while there is none
     */
    public record Build(String id, String status, String version, String release, Instant created) {

        public boolean failed() {
            return status.equals("failed");
        }
    }

    public static Heroku of(
            OkHttpClient client,
            Access access,
            String app,
            VendorApi.Limits limits,
            UnaryOperator<String> redact,
            Clock clock,
            Pulse pulse) {
        VendorApi.Vendor vendor = new VendorApi.Vendor(
                "Heroku",
                access.base(),
                Map.of("Accept", "application/vnd.heroku+json; version=3", "Authorization", "Bearer " + access.key()),
                access.credential(),
                "https://dashboard.heroku.com/account/applications");
        return new Heroku(new VendorApi(client, vendor, limits, redact, clock), app, pulse);
    }

    /** The newest releases, newest first. */
    public List<Release> releases() {
        List<Release> found = new ArrayList<>();
        api.get(under("releases"), Map.of(), Map.of("Range", "version ..; order=desc,max=100"), pulse)
                .body()
                .forEach(each -> found.add(release(each)));
        return found.stream()
                .sorted(Comparator.comparingInt(Release::version).reversed())
                .toList();
    }

    public Release release(String id) {
        return release(api.get(under("releases", id), Map.of(), pulse).body());
    }

    /** The commit of a slug; empty where it was built without one. */
    public String commit(String slug) {
        return api.get(under("slugs", slug), Map.of(), pulse)
                .body()
                .path("commit")
                .asText("");
    }

    /** The newest builds, newest first. */
    public List<Build> builds() {
        List<Build> found = new ArrayList<>();
        api.get(under("builds"), Map.of(), Map.of("Range", "started_at ..; order=desc,max=50"), pulse)
                .body()
                .forEach(each -> found.add(build(each)));
        return found.stream()
                .sorted(Comparator.comparing(Build::created).reversed())
                .toList();
    }

    public Build build(String id) {
        return build(api.get(under("builds", id), Map.of(), pulse).body());
    }

    /** Asks for a build that is released when it is done. */
    public Build startBuild(String source, String version) {
        ObjectNode body = json.createObjectNode();
        body.putObject("source_blob").put("url", source).put("version", version);
        return build(api.post(under("builds"), body, false, pulse).body());
    }

    /** Stops a build that is not done. */
    public void cancelBuild(String id) {
        api.delete(under("builds", id), pulse);
    }

    /** Asks for a release that is like an old one, its config vars included; the release phase runs again. */
    public Release rollBack(String id) {
        return release(api.post(under("releases"), json.createObjectNode().put("release", id), false, pulse)
                .body());
    }

    public Map<String, String> configVars() {
        Map<String, String> found = new LinkedHashMap<>();
        api.get(under("config-vars"), Map.of(), pulse)
                .body()
                .properties()
                .forEach(each -> found.put(each.getKey(), each.getValue().asText()));
        return found;
    }

    /** Sets config vars: a release of its own. To set what is set makes none. */
    public void setConfigVars(Map<String, String> variables) {
        api.patch(under("config-vars"), json.valueToTree(variables), true, pulse);
    }

    private List<String> under(String... path) {
        List<String> whole = new ArrayList<>(List.of("apps", app));
        whole.addAll(List.of(path));
        return whole;
    }

    private static Release release(JsonNode node) {
        return new Release(
                node.path("id").asText(),
                node.path("version").asInt(),
                node.path("status").asText(),
                node.path("current").asBoolean(),
                node.path("description").asText(""),
                node.path("slug").path("id").asText(""),
                time(node));
    }

    private static Build build(JsonNode node) {
        return new Build(
                node.path("id").asText(),
                node.path("status").asText(),
                node.path("source_blob").path("version").asText(""),
                node.path("release").path("id").asText(""),
                time(node));
    }

    private static Instant time(JsonNode node) {
        String text = node.path("created_at").asText();
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new VendorFailure(Type.VENDOR_UNREADABLE, "Heroku says '" + text + "' for a time", "", null);
        }
    }
}
