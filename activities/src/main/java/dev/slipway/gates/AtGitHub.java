package dev.slipway.gates;

import dev.slipway.secrets.SecretUnavailable;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.vendor.GitHub;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/**
 * Asks GitHub for a gate: only about the repository that this worker releases from (a fork has the same commits, and green
 * checks of its owner's making), and with a token only where the worker's file lets it go.
 */
final class AtGitHub {

    private static final String PUBLIC = "api.github.com";
    private static final Pattern ADDRESS = Pattern.compile(
            "(?:[a-z+]+://(?:[^@/]*@)?[^/]+/|[^@/:]+@[^:/]+:/?)(?<path>.+?)(?:\\.git)?/?", Pattern.CASE_INSENSITIVE);

    private final OkHttpClient client;

    AtGitHub(OkHttpClient client) {
        this.client = client;
    }

    /**
     * Whom a gate asks.
     *
     * @param repository {@code OWNER/NAME}
     * @param token {@code $NAME}, empty for none
     * @param api address of the API
     */
    record Asked(String repository, String token, String api) {}

    List<String> problems(GateContext context, Asked asked) {
        List<String> problems = new ArrayList<>();
        if (context.plan().commit().isEmpty()) {
            problems.add(
                    "it asks GitHub about a commit, and a release from a directory has none; use `source: {git: …}`");
        }
        foreign(context, asked).ifPresent(problems::add);
        HttpUrl base = HttpUrl.get(asked.api());
        if (asked.token().isEmpty()) {
            if (!base.host().equals(PUBLIC)) {
                problems.add(
                        base.host() + " is not GitHub's own address: give a token whose `hosts` in the worker's file "
                                + "name it, so that not the plan alone says who is asked");
            }
            return problems;
        }
        boolean secret =
                base.isHttps() || base.host().equals("localhost") || base.host().equals("127.0.0.1");
        if (!secret) {
            problems.add("a token is sent by https only, and " + asked.api() + " is none");
        }
        context.served().secrets().mayNotGo(asked.token(), base.host()).ifPresent(problems::add);
        return problems;
    }

    private static Optional<String> foreign(GateContext context, Asked asked) {
        return context.served().settings().source() instanceof ServedEnvironment.Source.Git git
                ? repository(git.address())
                        .filter(own -> !own.equalsIgnoreCase(asked.repository()))
                        .map(own -> "it asks about " + asked.repository() + ", and this worker releases from " + own)
                : Optional.empty();
    }

    /** The last two parts of an address with a host; empty for a path on this host. */
    static Optional<String> repository(String address) {
        Matcher parts = ADDRESS.matcher(address);
        if (address.toLowerCase(Locale.ROOT).startsWith("file:") || !parts.matches()) {
            return Optional.empty();
        }
        String[] path = parts.group("path").split("/");
        return path.length < 2
                ? Optional.of(path[0])
                : Optional.of(path[path.length - 2] + "/" + path[path.length - 1]);
    }

    /** @throws SecretUnavailable where the token may not be used */
    GitHub of(GateContext context, Asked asked) {
        List<String> problems = problems(context, asked);
        if (!problems.isEmpty()) {
            throw new SecretUnavailable(String.join("; ", problems));
        }
        String token = asked.token().isEmpty() ? "" : context.served().secrets().resolve(asked.token());
        return GitHub.of(
                client,
                new GitHub.Access(
                        HttpUrl.get(asked.api()),
                        token,
                        token.isEmpty() ? "" : "the secret '" + asked.token().substring(1) + "'"),
                asked.repository(),
                context.served().secrets()::redact,
                Clock.systemUTC(),
                context.pulse());
    }
}
