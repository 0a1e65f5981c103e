package dev.slipway.plan.reading;

import static dev.slipway.plan.reading.Key.byDefault;
import static dev.slipway.plan.reading.Key.computed;
import static dev.slipway.plan.reading.Key.optional;
import static dev.slipway.plan.reading.Key.required;
import static dev.slipway.plan.reading.Shape.duration;
import static dev.slipway.plan.reading.Shape.list;
import static dev.slipway.plan.reading.Shape.mapping;
import static dev.slipway.plan.reading.Shape.number;
import static dev.slipway.plan.reading.Shape.of;
import static dev.slipway.plan.reading.Shape.set;
import static dev.slipway.plan.reading.Shape.word;

import java.util.List;
import java.util.Map;

/**
 * The plan format: every key, what it takes, what holds where it is absent, and what it means. This and what it is made
 * of is the one place for all of that; {@link PlanReader} and {@link PlanSchema} both go by it.
 */
final class Format {

    private static final Shape.Mapping WINDOW = mapping(
            required("zone", of(Kind.ZONE), "The time zone that the times are meant in."),
            optional("open", set(of(Kind.OPEN)), "When changes may begin; always where absent."),
            optional("closed", set(of(Kind.CLOSED)), "Dates on which nothing begins, both ends included."));

    private static final Shape.Mapping ROLLBACK = mapping(
            byDefault(
                    "within", "2m", duration("1s", "24h"), "The time that a rollback may take before people are told."),
            computed("by", "the people of `approval.from`", set(of(Kind.NAME)), "Who may roll back by hand."),
            optional("confirm", of(Kind.LINE), "A word that has to be typed exactly for a rollback by hand."),
            byDefault("reason", "optional", ApprovalFormat.REASON, "Whether a rollback by hand needs a reason."),
            byDefault(
                    "lock-after",
                    "true",
                    of(Kind.YES_NO),
                    "Whether the environment stays locked after a rollback until a person unlocks it."));

    static final Shape.Mapping ON_FAILURE = mapping(
            byDefault("backup", "stop", word("stop", "ask"), "What a failed backup does."),
            byDefault(
                    "migrate",
                    "stop",
                    word("stop", "ask"),
                    "What a failed migration does; nothing is deployed then. `ask`: a person says retry or give up."),
            byDefault("reference-data", "stop", word("stop", "ask"), "What a failed promotion does."),
            byDefault(
                    "deploy",
                    "roll-back",
                    word("stop", "roll-back", "ask"),
                    "What a failed deployment does. `ask`: a person says retry, roll back or give up."),
            byDefault("verify", "roll-back", word("stop", "roll-back", "ask"), "What a failed check does."));

    static final Shape.Mapping TIMEOUTS = mapping(
            byDefault(
                    "answer",
                    "1h",
                    duration("1s", "24h"),
                    "How long a person is waited for who is asked: after a failure, or when the watch can't decide."),
            timeout("preflight", "2m"),
            timeout("review", "2m"),
            timeout("backup", "30m"),
            timeout("migrate", "15m"),
            timeout("reference-data", "10m"),
            timeout("deploy", "10m"),
            timeout("verify", "2m"),
            timeout("rollback", "10m"),
            optional(
                    "restore",
                    duration("1s", "24h"),
                    "The longest time for reading a backup, for restoring it and for switching to it, each; 1h where"
                            + " absent."));

    private static final Shape.Mapping ENVIRONMENT = new Shape.Mapping(
            List.of(
                    optional("branch", of(Kind.BRANCH), "The branch whose commits may be released here."),
                    optional(
                            "gates",
                            list(GateFormat.GATE),
                            "What has to be true before people are asked, and when it begins."),
                    optional("hotfix", ApprovalFormat.HOTFIX, "The hotfix lane; there is none where absent."),
                    optional("approval", ApprovalFormat.APPROVAL, "Who has to say yes; nobody where absent."),
                    optional("window", WINDOW, "When changes may begin; always where absent."),
                    optional(
                            "databases",
                            new Shape.Entries(Kind.NAME, DatabaseFormat.DATABASE),
                            "The databases, taken in the order of their names, but for what `after` says."),
                    optional("deploy", list(TargetFormat.TARGET), "The targets, in order."),
                    optional("verify", list(CheckFormat.CHECK), "Checks of what was deployed."),
                    optional("watch", WatchFormat.WATCH, "The rollback window and its rules."),
                    optional("rollback", ROLLBACK, "Rollback by hand, and what follows any rollback."),
                    optional("on-failure", ON_FAILURE, "What happens when a phase fails."),
                    optional("timeouts", TIMEOUTS, "The longest time for each step."),
                    optional("notify", list(ChannelFormat.CHANNEL), "Where people are told."),
                    optional("contact", new Shape.Entries(Kind.NAME, of(Kind.LINE)), "Who to call, by role.")),
            Map.of(),
            List.of());

    static final Shape.Mapping ROOT = mapping(
            required("slipway", number(0, Long.MAX_VALUE), "The plan format, 1."),
            required("service", of(Kind.NAME), "The name of the service."),
            required(
                    "source",
                    new Shape.Mapping(
                            List.of(
                                    optional("git", of(Kind.GIT), "The address of the repository."),
                                    optional("directory", of(Kind.ANY_PATH), "A directory on the worker.")),
                            Map.of(),
                            List.of("git", "directory")),
                    "Where a worker gets the files that this plan names."),
            optional(
                    "people",
                    new Shape.Entries(Kind.NAME, new Shape.Either(of(Kind.PUBLIC_KEY), set(of(Kind.PUBLIC_KEY)))),
                    "Who somebody is: their public keys. Several keys are still one person."),
            optional(
                    "identities",
                    new Shape.Entries(
                            Kind.NAME,
                            mapping(
                                    optional("emails", set(of(Kind.EMAIL)), "The addresses in their commits."),
                                    optional("github", of(Kind.LOGIN), "Their login on GitHub."))),
                    "What else `people` are known by: needed for `not: [authors]`."),
            optional(
                    "secrets",
                    list(new Shape.Either(
                            of(Kind.VARIABLE),
                            mapping(
                                    required("name", of(Kind.VARIABLE), "The secret's name."),
                                    byDefault(
                                            "required",
                                            "true",
                                            of(Kind.YES_NO),
                                            "Whether a release is refused where the worker has no value."),
                                    optional(
                                            "shape",
                                            word("url", "postgres", "json"),
                                            "What the value has to look like."),
                                    optional("prefix", of(Kind.LINE), "What the value has to begin with."),
                                    optional("min-length", number(1, 10_000), "The least number of characters."),
                                    optional(
                                            "same-as",
                                            of(Kind.VARIABLE),
                                            "The secret that has to have the same value.")))),
                    "The names of the secrets that this plan uses as `$NAME`."),
            required("environments", new Shape.Entries(Kind.NAME, ENVIRONMENT), "What a release is, per environment."));

    private Format() {}

    private static Key timeout(String step, String usual) {
        return byDefault(step, usual, duration("1s", "24h"), "The longest time for " + step + ".");
    }
}
