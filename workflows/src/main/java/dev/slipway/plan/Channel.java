package dev.slipway.plan;

import static dev.slipway.plan.Absent.list;
import static dev.slipway.plan.Absent.text;

import java.util.List;

/**
 * A channel that people are told by. Exactly one of those before {@code on} is set, a list being none or one.
 *
 * @param webhook {@code $NAME} of the secret with the address, or the address
 * @param log true for the worker's log
 * @param on events: waiting, started, deployed, succeeded, failed, rolled-back, rollback-failed, rejected, expired,
 *     cancelled, decided; empty for all that are meant for such a channel
 * @param tier {@code daily} for one summary a day, {@code none} where nobody is told; empty for at once
 * @param at when the daily summary is due, {@code HH:mm} in the plan's {@link ReleasePlan#zone()}; empty for another
 *     tier
 */
public record Channel(
        String webhook,
        boolean log,
        List<Slack> slack,
        List<Email> email,
        List<PagerDuty> pagerDuty,
        List<GitHubDeployment> github,
        List<String> on,
        String tier,
        String at) {
    public Channel {
        tier = text(tier);
        at = text(at);
        webhook = text(webhook);
        slack = list(slack);
        email = list(email);
        pagerDuty = list(pagerDuty);
        github = list(github);
        on = list(on);
    }

    /** One that tells at once, or never. */
    public Channel(
            String webhook,
            boolean log,
            List<Slack> slack,
            List<Email> email,
            List<PagerDuty> pagerDuty,
            List<GitHubDeployment> github,
            List<String> on,
            String tier) {
        this(webhook, log, slack, email, pagerDuty, github, on, tier, "");
    }

    /** One by a webhook, or the worker's log. */
    public Channel(String webhook, boolean log, List<String> on) {
        this(webhook, log, List.of(), List.of(), List.of(), List.of(), on, "", "");
    }

    /** Whether it gets one summary a day. */
    public boolean daily() {
        return tier.equals("daily");
    }

    /**
     * Slack, by an incoming webhook or by a bot.
     *
     * @param webhook {@code $NAME} of the secret with the webhook's address, empty for a bot
     * @param token {@code $NAME} of the secret with the bot's token, empty for a webhook
     * @param channel the bot's channel
     * @param api address of Slack's API, for a bot
     */
    public record Slack(String webhook, String token, String channel, String api) {
        public Slack {
            webhook = text(webhook);
            token = text(token);
            channel = text(channel);
            api = text(api);
        }
    }

    /**
     * E-mail.
     *
     * @param smtp {@code $NAME} of the secret with the mail server's address
     */
    public record Email(String smtp, String from, List<String> to) {
        public Email {
            smtp = text(smtp);
            from = text(from);
            to = list(to);
        }
    }

    /**
     * Deployments on GitHub.
     *
     * @param repository {@code OWNER/NAME}
     * @param token {@code $NAME} of the secret with the token
     * @param api address of the API
     */
    public record GitHubDeployment(String repository, String token, String api) {
        public GitHubDeployment {
            repository = text(repository);
            token = text(token);
            api = text(api);
        }
    }

    /**
     * An integration of PagerDuty's Events API v2.
     *
     * @param routingKey {@code $NAME} of the secret with its key
     * @param api address of the API
     */
    public record PagerDuty(String routingKey, String api) {
        public PagerDuty {
            routingKey = text(routingKey);
            api = text(api);
        }
    }
}
