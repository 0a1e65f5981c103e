package dev.slipway.plan;

import static dev.slipway.plan.Key.byDefault;
import static dev.slipway.plan.Key.computed;
import static dev.slipway.plan.Key.optional;
import static dev.slipway.plan.Key.required;
import static dev.slipway.plan.Shape.arguments;
import static dev.slipway.plan.Shape.list;
import static dev.slipway.plan.Shape.mapping;
import static dev.slipway.plan.Shape.of;
import static dev.slipway.plan.Shape.set;
import static dev.slipway.plan.Shape.word;

import java.util.List;

/** What a version is deployed to. */
final class TargetFormat {

    private static final String FIRST_TARGETS = "use a `command` target that calls the vendor's own tool";

    private static final Shape.Mapping COMMAND_TARGET = mapping(
            required("deploy", arguments(), "Makes `${version}` live."),
            required("current", arguments(), "Prints what is live on its last line; nothing where nothing is."),
            required("roll-back", list(of(Kind.UNDO_ARGUMENT)), "Makes `${previous}` live again."),
            optional("files", set(of(Kind.PATH)), "More files or folders that the commands need."));

    private static final Shape.Scalar AUTO_DEPLOY = word("refused", "allowed");

    private static final String RAILWAY_TOKEN = "$RAILWAY_TOKEN";

    private static final String HEROKU_TOKEN = "$HEROKU_API_KEY";

    private static final Shape.Mapping RAILWAY = mapping(
            required("project", of(Kind.LINE), "The project: its id, or its name."),
            required("service", of(Kind.LINE), "The service: its id, or its name."),
            computed(
                    "environment",
                    "the environment's name",
                    of(Kind.LINE),
                    "Railway's environment: its id, or its name."),
            byDefault("token", RAILWAY_TOKEN, of(Kind.SECRET), "The secret with the token."),
            byDefault(
                    "token-kind",
                    "account",
                    word("account", "project"),
                    "Whose token it is: `account` for an account's or a workspace's, `project` for a project's."),
            byDefault(
                    "auto-deploy",
                    "refused",
                    AUTO_DEPLOY,
                    "Whether the service may deploy by itself when something is pushed."),
            byDefault(
                    "api",
                    "https://backboard.railway.com/graphql/v2",
                    of(Kind.ADDRESS),
                    "The address of Railway's API."));

    private static final Shape.Mapping HEROKU = mapping(
            required("app", of(Kind.NAME), "The app's name."),
            required(
                    "source",
                    of(Kind.ADDRESS),
                    "The address of a tarball (.tar.gz) of the sources that Heroku builds; `${commit}` and `${version}` are"
                            + " filled in."),
            byDefault("token", HEROKU_TOKEN, of(Kind.SECRET), "The secret with the API key."),
            byDefault("api", "https://api.heroku.com", of(Kind.ADDRESS), "The address of Heroku's API."));

    static final Shape.Mapping TARGET = new Shape.Mapping(
            List.of(
                    required("name", of(Kind.NAME), "The target's name, unique in the environment."),
                    optional("command", COMMAND_TARGET, "Three commands: argv lists, never shell text."),
                    optional("railway", RAILWAY, "A service at Railway; the commit is deployed."),
                    optional("heroku", HEROKU, "An app at Heroku; the commit is built and released."),
                    optional(
                            "config",
                            new Shape.Entries(Kind.VARIABLE, of(Kind.CONFIG)),
                            "Environment variables for the commands, or of the service or app: texts or `$NAME` of a"
                                    + " secret.")),
            Shape.Later.all("`%s` targets", FIRST_TARGETS, "vercel", "supabase", "neon", "github", "kubernetes", "fly"),
            List.of("command", "railway", "heroku"));

    private TargetFormat() {}
}
