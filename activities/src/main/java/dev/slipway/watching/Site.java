package dev.slipway.watching;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.secrets.Secrets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * What the sources of one watch may use. Nothing of it is used before they are first asked.
 *
 * @param fill fills in version and commit
 * @param directory lays out the plan's files, for commands
 */
record Site(ReleasePlan plan, UnaryOperator<String> fill, Secrets secrets, Supplier<Path> directory) {

    private static final Pattern SECRET = Pattern.compile("\\$[A-Za-z_][A-Za-z0-9_]*");

    /** A header with a token, looked up when it is sent. */
    Supplier<Map<String, String>> bearer(String metric, String token, String address) {
        if (token.isEmpty()) {
            return Map::of;
        }
        keepsSecrets(metric, address);
        return () -> Map.of("Authorization", "Bearer " + secrets.resolve(token));
    }

    /** @throws IllegalArgumentException where what is sent to the address can be read on the way */
    void keepsSecrets(String metric, String address) {
        HttpUrl url = HttpUrl.parse(address);
        boolean keeps = url != null
                && (url.isHttps()
                        || url.host().equals("localhost")
                        || url.host().equals("127.0.0.1"));
        if (!keeps) {
            throw new IllegalArgumentException(
                    "\"" + metric + "\": a token is sent by https only, and " + address + " is none");
        }
    }

    /** By the plan's own word: what a template is filled with never becomes a name. */
    Map<String, String> environment(Map<String, String> config) {
        Map<String, String> environment = new LinkedHashMap<>();
        config.forEach((name, value) ->
                environment.put(name, SECRET.matcher(value).matches() ? secrets.resolve(value) : fill.apply(value)));
        return environment;
    }

    UnaryOperator<String> redact() {
        return secrets::redact;
    }
}
