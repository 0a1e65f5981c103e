package dev.slipway.plan;

/** Where a channel leads, in the words of a person; of secrets it has the names. */
final class ChannelText {

    private ChannelText() {}

    /** For instance {@code Slack, #releases, by $SLACK_TOKEN}. */
    static String of(Channel channel) {
        for (Channel.Slack slack : channel.slack()) {
            return slack.token().isEmpty()
                    ? "Slack by " + slack.webhook()
                    : "Slack, " + slack.channel() + ", by " + slack.token();
        }
        for (Channel.PagerDuty pager : channel.pagerDuty()) {
            return "PagerDuty by " + pager.routingKey();
        }
        for (Channel.Email email : channel.email()) {
            return "e-mail to " + String.join(", ", email.to()) + " by " + email.smtp();
        }
        for (Channel.GitHubDeployment github : channel.github()) {
            return "deployments of " + github.repository() + " on GitHub by " + github.token();
        }
        return channel.log() ? "the worker's log" : channel.webhook();
    }
}
