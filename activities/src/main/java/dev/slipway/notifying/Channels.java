package dev.slipway.notifying;

import dev.slipway.plan.Channel;
import dev.slipway.secrets.SecretUnavailable;
import dev.slipway.secrets.Secrets;
import dev.slipway.served.Served;
import dev.slipway.trust.Json;
import dev.slipway.vendor.VendorApi;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/** The kinds of channels: what each is made of, what it is for, and what of it would fail later. */
public final class Channels {

    private static final String MAIL_SERVER = "address of a mail server such as smtp://user:…@host:587";

    /** By https, except to this machine: the address alone lets whoever reads it write to the channel. */
    private static final String SLACK_WEBHOOK =
            "(?:https://[^\\s/]+|http://(?:localhost|127\\.0\\.0\\.1)(?::\\d+)?)/\\S+";

    private final OkHttpClient client;
    private final Duration limit;
    private final Clock clock;
    private final Pace pace = new Pace(Duration.ofSeconds(1));

    public Channels(OkHttpClient client, Duration limit, Clock clock) {
        this.client = client;
        this.limit = limit;
        this.clock = clock;
    }

    /** @throws SecretUnavailable where what it needs is not there, or may not go where it would */
    NotificationChannel of(Served served, Channel channel) {
        Secrets secrets = served.secrets();
        for (Channel.Slack slack : channel.slack()) {
            return slack.token().isEmpty()
                    ? new SlackWebhookChannel(
                            name(slack.webhook()), post("Slack's webhook", secrets.resolve(slack.webhook())), pace)
                    : new SlackBotChannel(
                            api(
                                    secrets,
                                    "Slack",
                                    slack.api(),
                                    slack.token(),
                                    Map.of("Authorization", "Bearer " + token(secrets, slack.token(), slack.api()))),
                            name(slack.token()),
                            slack.channel(),
                            pace,
                            clock);
        }
        for (Channel.PagerDuty pager : channel.pagerDuty()) {
            String key = token(secrets, pager.routingKey(), pager.api());
            return new PagerDutyChannel(
                    api(secrets, "PagerDuty", pager.api(), pager.routingKey(), Map.of()),
                    key,
                    name(pager.routingKey()),
                    clock);
        }
        for (Channel.Email email : channel.email()) {
            MailServer server = MailServer.parse(secrets.resolve(email.smtp()))
                    .orElseThrow(() ->
                            new SecretUnavailable("the secret '" + name(email.smtp()) + "' is no " + MAIL_SERVER));
            return new EmailChannel(server, name(email.smtp()), email.from(), email.to(), limit, Map.of());
        }
        for (Channel.GitHubDeployment github : channel.github()) {
            return new GitHubDeploymentChannel(
                    api(
                            secrets,
                            "GitHub",
                            github.api(),
                            github.token(),
                            GitHubDeploymentChannel.headers(token(secrets, github.token(), github.api()))),
                    github.repository(),
                    clock);
        }
        return channel.log()
                ? new LogChannel()
                : new WebhookChannel(post("the webhook", secrets.resolve(channel.webhook())), Json.mapper());
    }

    private JsonPost post(String who, String address) {
        return new JsonPost(who, address, client, limit, clock);
    }

    /** Without patience of its own: how often something is sent again is decided in one place. */
    private VendorApi api(Secrets secrets, String vendor, String base, String secret, Map<String, String> headers) {
        return new VendorApi(
                client,
                new VendorApi.Vendor(vendor, HttpUrl.get(base), headers, "the secret '" + name(secret) + "'"),
                new VendorApi.Limits(limit, Duration.ZERO),
                secrets::redact,
                clock);
    }

    /** What a plan may make a worker send before anybody has approved it is for the worker's file to say. */
    private static String token(Secrets secrets, String secret, String api) {
        mayNotGo(secrets, secret, api).ifPresent(why -> {
            throw new SecretUnavailable(why);
        });
        return secrets.resolve(secret).strip();
    }

    private static Optional<String> mayNotGo(Secrets secrets, String secret, String api) {
        HttpUrl base = HttpUrl.get(api);
        boolean near = base.host().equals("localhost") || base.host().equals("127.0.0.1");
        return base.isHttps() || near
                ? secrets.mayNotGo(secret, base.host())
                : Optional.of("the secret '" + name(secret) + "' is sent by https only, and " + api + " is none");
    }

    private static String name(String secret) {
        return secret.startsWith("$") ? secret.substring(1) : secret;
    }

    /**
     * Whether a channel is told of something.
     *
     * @param loud whatever the channel is for
     */
    static boolean wants(Channel channel, Notification notification, boolean loud) {
        if (channel.tier().equals("none")
                || !channel.github().isEmpty() && !GitHubDeploymentChannel.wants(notification)) {
            return false;
        }
        if (loud) {
            return true;
        }
        if (channel.daily()) {
            // of that the summary tells
            return false;
        }
        boolean chosen = channel.on().stream()
                .anyMatch(word -> Messages.topics(notification.event()).contains(word));
        if (channel.pagerDuty().isEmpty()) {
            return channel.on().isEmpty() || chosen;
        }
        boolean raised = channel.on().isEmpty() ? PagerDutyChannel.wantsByItself(notification) : chosen;
        // what may have been raised is also resolved
        return raised || notification.over();
    }

    /**
     * What of a plan's channels would fail later: secrets that may not go there, or are of another shape. Secrets that are
     * missing are told of with all the others.
     */
    public List<String> problems(Served served, List<Channel> channels) {
        List<String> problems = new ArrayList<>();
        for (Channel channel : channels) {
            for (Channel.Slack slack : channel.slack()) {
                if (slack.token().isEmpty()) {
                    shape(served, slack.webhook(), SLACK_WEBHOOK, "address of one of Slack's webhooks")
                            .ifPresent(problems::add);
                } else {
                    mayNotGo(served.secrets(), slack.token(), slack.api()).ifPresent(problems::add);
                    shape(served, slack.token(), "xox[a-z](?:\\.xox[a-z])?-\\S+", "token of a Slack bot such as xoxb-…")
                            .ifPresent(problems::add);
                }
            }
            for (Channel.PagerDuty pager : channel.pagerDuty()) {
                mayNotGo(served.secrets(), pager.routingKey(), pager.api()).ifPresent(problems::add);
                shape(served, pager.routingKey(), "[A-Za-z0-9]{32}", "integration key of 32 letters and digits")
                        .ifPresent(problems::add);
            }
        }
        return problems.stream().map(problem -> "notify: " + problem).distinct().toList();
    }

    private static Optional<String> shape(Served served, String secret, String pattern, String words) {
        return shape(served, secret, value -> value.strip().matches(pattern), words);
    }

    private static Optional<String> shape(Served served, String secret, Predicate<String> right, String words) {
        try {
            return served.secrets()
                    .value(name(secret))
                    .filter(value -> !right.test(value))
                    .map(wrong -> "the secret '" + name(secret) + "' ("
                            + served.secrets().place(name(secret)) + ") is no " + words);
        } catch (SecretUnavailable e) {
            // said where secrets are looked for
            return Optional.empty();
        }
    }
}
