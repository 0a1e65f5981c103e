package dev.slipway.plan;

import static dev.slipway.plan.Key.byDefault;
import static dev.slipway.plan.Key.computed;
import static dev.slipway.plan.Key.optional;
import static dev.slipway.plan.Key.required;
import static dev.slipway.plan.Shape.mapping;
import static dev.slipway.plan.Shape.of;
import static dev.slipway.plan.Shape.set;
import static dev.slipway.plan.Shape.word;

import java.util.List;

/** Where people are told. */
final class ChannelFormat {

    private static final String FIRST_CHANNELS = "use `slack`, `email`, `pagerduty`, `github`, `webhook` or `log`";

    private static final String EVENTS =
            "waiting started deployed succeeded failed rolled-back rollback-failed rejected expired cancelled decided";

    /** When a daily summary is due that says no time itself. */
    static final String DAILY_AT = "09:00";

    private static final Shape.Mapping SLACK_BOT = mapping(
            required("token", of(Kind.SECRET), "The secret with the bot's token, `xoxb-…`."),
            required("channel", of(Kind.LINE), "The channel, such as `#releases`, or its id."),
            byDefault("api", "https://slack.com/api", of(Kind.ADDRESS), "The address of Slack's API."));

    private static final Shape.Mapping PAGER_DUTY = mapping(
            required("routing-key", of(Kind.SECRET), "The secret with the integration key of an Events API v2."),
            byDefault(
                    "api",
                    "https://events.pagerduty.com/v2",
                    of(Kind.ADDRESS),
                    "The address of PagerDuty's Events API; `https://events.eu.pagerduty.com/v2` in Europe."));

    private static final Shape.Mapping EMAIL = mapping(
            required(
                    "smtp",
                    of(Kind.SECRET),
                    "The secret with the mail server: `smtp://user:password@host:587`, or `smtps://`."),
            required("from", of(Kind.EMAIL), "The sender's address."),
            required("to", set(of(Kind.EMAIL)), "Who gets it."));

    private static final Shape.Mapping GITHUB_DEPLOYMENT = mapping(
            required("repository", of(Kind.REPOSITORY), "The repository on GitHub."),
            required("token", of(Kind.SECRET), "The secret with a token that may write deployments."),
            GateFormat.GITHUB_API);

    static final Shape.Mapping CHANNEL = new Shape.Mapping(
            List.of(
                    optional(
                            "slack",
                            new Shape.Either(of(Kind.SECRET), SLACK_BOT),
                            "The secret with the address of an incoming webhook, or a bot."),
                    optional("email", EMAIL, "E-mail by SMTP."),
                    optional("pagerduty", PAGER_DUTY, "An incident for what needs a person."),
                    optional("github", GITHUB_DEPLOYMENT, "The state of a deployment of the commit on GitHub."),
                    optional("webhook", of(Kind.WEBHOOK), "The secret with the address, or the address."),
                    optional("log", of(Kind.YES_NO), "True for the worker's log."),
                    computed(
                            "on",
                            "all of them; for `pagerduty` those that need a person",
                            set(word(EVENTS.split(" "))),
                            "The events that are told."),
                    byDefault(
                            "tier",
                            "at-once",
                            word("at-once", "daily", "none"),
                            "When: at once, in one summary a day, or never."),
                    computed(
                            "at",
                            "`" + DAILY_AT + "`, with `tier: daily`",
                            of(Kind.TIME),
                            "When the daily summary is due, by the window's `zone`; UTC where there is no window.")),
            Shape.Later.all("notifications by `%s`", FIRST_CHANNELS, "teams", "statuspage"),
            List.of("slack", "email", "pagerduty", "github", "webhook", "log"));

    private ChannelFormat() {}
}
