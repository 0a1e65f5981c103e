package dev.slipway.plan;

import static dev.slipway.plan.Key.byDefault;
import static dev.slipway.plan.Key.computed;
import static dev.slipway.plan.Key.optional;
import static dev.slipway.plan.Key.required;
import static dev.slipway.plan.Shape.arguments;
import static dev.slipway.plan.Shape.duration;
import static dev.slipway.plan.Shape.mapping;
import static dev.slipway.plan.Shape.number;
import static dev.slipway.plan.Shape.of;
import static dev.slipway.plan.Shape.set;

import java.util.List;
import java.util.Map;

/** What has to be true before people are asked. */
final class GateFormat {

    /** The kinds of gates. */
    static final List<String> KINDS =
            List.of("released", "checks", "reviews", "protection", "command", "http", "number");

    private static final Key GITHUB = required("github", of(Kind.REPOSITORY), "The repository on GitHub.");

    private static final Key GITHUB_TOKEN = optional(
            "token",
            of(Kind.SECRET),
            "The secret with a token; none for a public repository. The worker's file says to which hosts it may go.");

    static final Key GITHUB_API = byDefault(
            "api", "https://api.github.com", of(Kind.ADDRESS), "The address of GitHub's API, for an own server.");

    static final Shape.Mapping GATE = new Shape.Mapping(
            List.of(
                    computed("name", "made from what it asks", of(Kind.NAME), "What it is called."),
                    optional(
                            "released",
                            mapping(
                                    required("in", of(Kind.NAME), "The other environment of this service."),
                                    optional("for", duration("1s", "90d"), "How long it has to have been live there.")),
                            "The version succeeded in another environment, and is not marked bad there."),
                    optional(
                            "checks",
                            mapping(
                                    GITHUB,
                                    required("required", set(of(Kind.LINE)), "The names of the checks."),
                                    optional("app", of(Kind.LOGIN), "The app that has to have made them."),
                                    GITHUB_TOKEN,
                                    GITHUB_API),
                            "GitHub's checks have succeeded at the very commit."),
                    optional(
                            "reviews",
                            mapping(
                                    GITHUB,
                                    byDefault("approvals", "1", number(1, 20), "How many different people."),
                                    GITHUB_TOKEN,
                                    GITHUB_API),
                            "The pull request that the commit came by was approved at its last commit."),
                    optional(
                            "protection",
                            mapping(
                                    GITHUB,
                                    computed("branch", "the environment's branch", of(Kind.BRANCH), "The branch."),
                                    byDefault("reviews", "1", number(0, 20), "The approvals that it has to ask for."),
                                    optional("required", set(of(Kind.LINE)), "The checks that it has to ask for."),
                                    GITHUB_TOKEN,
                                    GITHUB_API),
                            "The branch is protected: no force pushes, no deletion, also not by administrators."),
                    optional("command", arguments(), "A command ends with 0. It runs when the approvals are there."),
                    optional("files", set(of(Kind.PATH)), "More files or folders that the command needs."),
                    optional("http", of(Kind.ADDRESS), "An address answers as expected."),
                    optional("expect", CheckFormat.EXPECT, "What the answer has to be."),
                    byDefault("within", "5s", duration("1ms", "10m"), "The longest time for an answer."),
                    optional(
                            "number",
                            new Shape.Mapping(
                                    List.of(
                                            optional("file", of(Kind.PATH), "A JSON file of the commit."),
                                            optional("url", of(Kind.ADDRESS), "An address that answers with JSON."),
                                            required("at", of(Kind.POINTER), "The JSON pointer of the number."),
                                            required("is", of(Kind.LIMIT), "What it has to be.")),
                                    Map.of(),
                                    List.of("file", "url")),
                            "A number in a JSON document is within a limit.")),
            Map.of(),
            KINDS);

    private GateFormat() {}
}
