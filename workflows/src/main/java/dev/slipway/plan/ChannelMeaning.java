package dev.slipway.plan;

/** Judges where people are told. */
final class ChannelMeaning {

    private final Problems problems;
    private final Located root;

    ChannelMeaning(Problems problems, Located root) {
        this.problems = problems;
        this.root = root;
    }

    void channels(Located channels) {
        channels.items().forEach(this::channel);
    }

    private void channel(Located channel) {
        Located log = channel.at("log");
        if (log.there() && log.sound() && !log.text().equals("true")) {
            problems.add(log.place(), "`log: false` tells nobody", "take the channel out");
        }
        Located tier = channel.at("tier");
        boolean daily = tier.there() && tier.sound() && tier.text().equals("daily");
        if (daily && (channel.has("pagerduty") || channel.has("github"))) {
            problems.add(
                    tier.place(),
                    channel.has("github")
                            ? "a deployment on GitHub has the state of one release, and no summary of a day"
                            : "an incident is about one release that needs a person, and no summary of a day",
                    "use `at-once`, or `none`");
        }
        if (channel.has("at") && !daily) {
            problems.add(channel.at("at").place(), "`at` is when a daily summary is due", "say `tier: daily` as well");
        }
        if (channel.has("github") && root.at("source").has("directory")) {
            problems.add(
                    channel.at("github").place(),
                    "GitHub is told of the deployment of a commit, and a release from a directory has none",
                    "release from git, or take it out");
        }
    }
}
