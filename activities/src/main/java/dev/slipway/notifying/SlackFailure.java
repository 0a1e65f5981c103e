package dev.slipway.notifying;

import dev.slipway.notifying.NotificationChannel.NotSent;
import java.util.Set;

/** What Slack's API means by the word in {@code {"ok": false, "error": …}}, which comes with status 200. */
final class SlackFailure {

    private static final Set<String> TOKEN = Set.of(
            "invalid_auth",
            "not_authed",
            "account_inactive",
            "token_revoked",
            "token_expired",
            "no_permission",
            "missing_scope",
            "not_allowed_token_type");
    private static final Set<String> CHANNEL =
            Set.of("channel_not_found", "not_in_channel", "is_archived", "restricted_action");
    private static final Set<String> PASSES = Set.of(
            "ratelimited",
            "rate_limited",
            "internal_error",
            "fatal_error",
            "service_unavailable",
            "request_timeout",
            "team_added_to_org");

    private SlackFailure() {}

    static NotSent of(String word, String secret, String channel) {
        String shown = word.matches("[a-z_]{1,60}") ? word : "no word for it";
        if (TOKEN.contains(word)) {
            return new NotSent(
                    "Slack does not accept the secret '" + secret + "' (" + shown
                            + "); it is wrong, has expired or may not do `chat:write`: renew it",
                    false);
        }
        if (CHANNEL.contains(word)) {
            return new NotSent(
                    "Slack's bot of the secret '" + secret + "' can't write to " + channel + " (" + shown
                            + "); invite it there, or name another channel",
                    false);
        }
        return new NotSent("Slack did not take the message (" + shown + ")", PASSES.contains(word));
    }

    static void awaitTurn(Pace pace, String receiver) throws NotSent {
        try {
            pace.await(receiver);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotSent("the worker was stopped before it could be sent", true);
        }
    }
}
