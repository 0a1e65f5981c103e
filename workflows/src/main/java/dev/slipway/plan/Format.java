package dev.slipway.plan;

import static dev.slipway.plan.Key.byDefault;
import static dev.slipway.plan.Key.computed;
import static dev.slipway.plan.Key.optional;
import static dev.slipway.plan.Key.required;
import static dev.slipway.plan.Shape.duration;
import static dev.slipway.plan.Shape.list;
import static dev.slipway.plan.Shape.mapping;
import static dev.slipway.plan.Shape.number;
import static dev.slipway.plan.Shape.of;
import static dev.slipway.plan.Shape.set;
import static dev.slipway.plan.Shape.word;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The plan format: every key, what it takes, what holds where it is absent, and what it means. The one place for all of
 * that; {@link PlanReader} and {@link PlanSchema} both go by it.
 */
final class Format {

    private static final String FIRST_DATABASE_TOOLS = "use `sql`, or a `command`";
    private static final String FIRST_TARGETS = "use a `command` target that calls the vendor's own tool";
    private static final String FIRST_CHANNELS = "use `slack`, `email`, `pagerduty`, `github`, `webhook` or `log`";
    private static final String FIRST_METRICS = "use `json`, or a `command` that asks for it";

    static final String EVENTS =
            "waiting started deployed succeeded failed rolled-back rollback-failed rejected expired cancelled decided";

    /** The kinds of gates. */
    static final List<String> GATES =
            List.of("released", "checks", "reviews", "protection", "command", "http", "number");

    private static final Shape.Items ARGUMENTS = list(of(Kind.ARGUMENT));
    private static final Shape.Scalar REASON = word("required", "optional");

    static final Shape.Mapping EXPECT = mapping(
            byDefault("status", "200", number(100, 599), "The expected HTTP status."),
            optional(
                    "json",
                    new Shape.Entries(Kind.POINTER, of(Kind.EXPECTED)),
                    "JSON pointers into the answer, with the text expected there."));

    static final Shape.Mapping APPROVAL = mapping(
            required("from", set(of(Kind.NAME)), "The people whose yes counts."),
            byDefault("quorum", "1", number(1, 50), "How many different people have to say yes."),
            optional(
                    "not",
                    set(word("requester", "authors")),
                    "Whose yes does not count: `requester`, the one who asked; `authors`, who wrote what is new."),
            byDefault("expires", "24h", duration("1m", "30d"), "How long a yes holds, and is waited for."),
            computed(
                    "remind",
                    "a quarter of `expires`",
                    duration("1m", "30d"),
                    "How long before the end of the waiting people are told again."),
            optional("confirm", of(Kind.LINE), "A word that has to be typed exactly."),
            byDefault("reason", "optional", REASON, "Whether a reason has to be given."),
            optional("checklist", set(of(Kind.LINE)), "Items that have to be ticked by name."),
            byDefault(
                    "unsigned",
                    "refused",
                    word("refused", "allowed"),
                    "Whether a yes without a signature counts, as somebody clicks it in Temporal's UI; it is called"
                            + " claimed. The worker's floor has to allow it, too."));

    private static final Key GITHUB = required("github", of(Kind.REPOSITORY), "The repository on GitHub.");
    private static final Key GITHUB_TOKEN = optional(
            "token",
            of(Kind.SECRET),
            "The secret with a token; none for a public repository. The worker's file says to which hosts it may go.");
    private static final Key GITHUB_API = byDefault(
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
                    optional("command", ARGUMENTS, "A command ends with 0. It runs when the approvals are there."),
                    optional("files", set(of(Kind.PATH)), "More files or folders that the command needs."),
                    optional("http", of(Kind.ADDRESS), "An address answers as expected."),
                    optional("expect", EXPECT, "What the answer has to be."),
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
            GATES);

    static final Shape.Mapping HOTFIX = mapping(
            optional(
                    "branch",
                    of(Kind.BRANCH),
                    "The branch whose commits may be released in the hotfix lane; the same as without where absent."),
            optional(
                    "skip",
                    set(of(Kind.NAME)),
                    "What a hotfix does not wait for: `window`, `freeze`, gates by their name or kind."),
            optional("approval", APPROVAL, "Who has to say yes to a hotfix; the same as without where absent."));

    private static final Shape.Scalar ALLOWED = word("allowed", "refused");

    /** The file of a policy; not a part of a plan. */
    static final Shape.Mapping POLICY = mapping(
            required("slipway-policy", number(0, Long.MAX_VALUE), "The policy format, 1."),
            optional(
                    "people",
                    new Shape.Entries(Kind.NAME, new Shape.Either(of(Kind.PUBLIC_KEY), set(of(Kind.PUBLIC_KEY)))),
                    "Whose keys count; those that others name where absent."),
            optional(
                    "approval",
                    mapping(
                            optional("from", set(of(Kind.NAME)), "The people whose yes counts."),
                            byDefault("quorum", "1", number(0, 50), "The least number of different people."),
                            optional("not", set(word("requester", "authors")), "Whose yes never counts."),
                            byDefault("unsigned", "refused", ALLOWED, "Whether a yes without a signature may count.")),
                    "The least that every plan has to ask for."),
            optional("gates", set(word(GATES.toArray(String[]::new))), "Kinds of gates that every plan has to have."),
            byDefault("hotfix", "refused", ALLOWED, "Whether the hotfix lane may be taken."),
            byDefault("commands", "allowed", ALLOWED, "Whether commands of a plan may run."),
            optional("keep", duration("1d", "3650d"), "The least time that backups are kept."));

    static final Shape.Mapping WINDOW = mapping(
            required("zone", of(Kind.ZONE), "The time zone that the times are meant in."),
            optional("open", set(of(Kind.OPEN)), "When changes may begin; always where absent."),
            optional("closed", set(of(Kind.CLOSED)), "Dates on which nothing begins, both ends included."));

    private static final Shape.Mapping UNLESS = mapping(
            optional("larger-than", of(Kind.SIZE), "The size of the dump above which it is only read back whole."),
            optional(
                    "longer-than",
                    duration("1s", "24h"),
                    "The time that a restore may take; after it the dump is only read back whole."));

    static final Shape.Mapping BACKUP = mapping(
            required("store", store(), "The name of a store in the worker's file."),
            byDefault(
                    "verify",
                    "full-read",
                    word("full-read", "restore"),
                    "How the backup is proved: `full-read` reads it back whole and compares checksums; `restore` restores it"
                            + " into a throw-away server on the worker and compares every table's rows."),
            byDefault("keep", "30d", duration("1d", "3650d"), "How long the backup is kept."),
            optional(
                    "unless",
                    UNLESS,
                    "When `verify: restore` is too much, and a full read has to do; it is said then."),
            byDefault(
                    "format",
                    "custom",
                    word("custom", "directory"),
                    "The dump's format: one file, or a directory that several jobs can write."),
            byDefault("jobs", "1", number(1, 16), "How many tables are dumped at once; needs `format: directory`."),
            byDefault(
                    "compress",
                    "gzip",
                    of(Kind.COMPRESSION),
                    "How the dump is packed; `gzip` is level 1. `zstd` needs a pg_dump 16 or newer on the worker, built with it."),
            optional("rate", of(Kind.SIZE), "The most that is written per second."),
            optional(
                    "schemas",
                    set(of(Kind.SCHEMA)),
                    "The only schemas that are dumped; all that are not the platform's where absent."),
            byDefault("at-least", "3", number(1, 1000), "How many backups are kept however old they are."));

    static final Shape.Mapping MIGRATE = new Shape.Mapping(
            List.of(
                    optional("flyway", of(Kind.PATH), "A folder of Flyway migrations."),
                    optional("prisma", of(Kind.PATH), "A folder of Prisma migrations, such as prisma/migrations."),
                    optional(
                            "supabase", of(Kind.PATH), "A folder of Supabase migrations, such as supabase/migrations."),
                    optional("sql", of(Kind.PATH), "A folder of numbered SQL files, such as 0001_first.sql."),
                    optional("command", ARGUMENTS, "A command that migrates: an argv list, never shell text."),
                    byDefault(
                            "runner",
                            "own",
                            word("own", "official"),
                            "Who applies the files of `prisma` and `supabase`: `own`, this worker, which writes the"
                                    + " tool's history; `official`, the tool's command line, which the worker's machine"
                                    + " has to have."),
                    byDefault(
                            "lock-timeout",
                            "3s",
                            duration("1ms", "10m"),
                            "How long a statement may wait for a lock before the migration gives up."),
                    byDefault(
                            "retry-for",
                            "1m",
                            duration("1ms", "1h"),
                            "How long a migration that meets a held lock is tried again, after ever longer pauses."),
                    byDefault(
                            "all-or-nothing",
                            "false",
                            of(Kind.YES_NO),
                            "Whether everything that is pending has to go into one transaction; refused where a file"
                                    + " cannot."),
                    optional(
                            "files",
                            set(of(Kind.PATH)),
                            "More files or folders that the command, or the official tool, needs."),
                    byDefault(
                            "rehearse",
                            "where-possible",
                            word("where-possible", "required", "never"),
                            "Whether pending files are tried on a copy of the newest verified backup before people are"
                                    + " asked; `required` releases nothing without."),
                    optional(
                            "refuse",
                            set(word("reversible", "compatible", "one-way")),
                            "Classes of migrations that are not released."),
                    optional(
                            "longest-lock",
                            duration("1ms", "1h"),
                            "How long a lock may block an application in the rehearsal; longer ones are not released."),
                    byDefault(
                            "row-level-security",
                            "optional",
                            word("optional", "required"),
                            "Whether a new table has to have row-level security, as on Supabase.")),
            all("migrations by `%s`", FIRST_DATABASE_TOOLS, "liquibase"),
            List.of("flyway", "prisma", "supabase", "sql", "command"));

    static final Shape.Mapping REFERENCE_TABLE = mapping(
            required("name", of(Kind.TABLE), "The table's name."),
            optional(
                    "where",
                    of(Kind.CONDITION),
                    "Which rows are meant, on both sides: columns, literals and operators; all of them where absent."),
            optional(
                    "without",
                    set(of(Kind.COLUMN)),
                    "Columns that are neither compared nor written, such as one that a trigger keeps."),
            byDefault("extra", "keep", word("keep", "delete"), "What happens to rows that only the target has."),
            optional(
                    "show",
                    set(of(Kind.COLUMN)),
                    "Columns whose changed values the review shows: numbers, times, yes and no, labels of enums. All others"
                            + " are masked."));

    static final Shape.Mapping REFERENCE_DATA = new Shape.Mapping(
            List.of(
                    optional("from", of(Kind.SECRET), "The secret with the connection string to copy from."),
                    optional(
                            "files",
                            of(Kind.PATH),
                            "A folder with one file for each table, named after it: `.csv` with a header, or `.sql` with"
                                    + " INSERT and COPY of literals."),
                    required(
                            "tables",
                            list(new Shape.Either(of(Kind.TABLE), REFERENCE_TABLE)),
                            "The tables whose rows are brought: names, or mappings."),
                    optional(
                            "needs",
                            set(of(Kind.SECRET)),
                            "Optional secrets without which this is skipped, as it is without `from`.")),
            Map.of(),
            List.of("from", "files"));

    static final Shape.Mapping RESTORE = mapping(
            byDefault(
                    "switch",
                    "none",
                    word("none", "copy", "rename", "command"),
                    "How what was restored takes the place of what is there: not at all, row by row into the same"
                            + " tables, by renaming both databases, or by a command."),
            optional(
                    "command",
                    list(of(Kind.RESTORE_ARGUMENT)),
                    "Switches to the database `${restored}`; belongs to `switch: command`."),
            optional("files", set(of(Kind.PATH)), "More files or folders that the command needs."),
            computed(
                    "by",
                    "the people of `approval.from`, as many as its quorum",
                    set(of(Kind.NAME)),
                    "Who may say yes to a restore: any one of those who are named here, also who asked for it. Where nobody is"
                            + " named, `approval.not` counts as for a release."),
            byDefault("confirm", "CONFIRM", of(Kind.LINE), "The word that has to be typed exactly for a restore."),
            byDefault("reason", "required", REASON, "Whether a restore needs a reason."),
            optional(
                    "rto",
                    duration("1s", "30d"),
                    "The longest time that a restore may take; a drill says whether it is met."),
            optional(
                    "rpo",
                    duration("1s", "365d"),
                    "The oldest that the newest backup may be; a drill says whether it is met."));

    static final Shape.Mapping SAME_SCHEMA = mapping(
            required("as", of(Kind.NAME), "The other environment of this service; its database of the same name."),
            byDefault(
                    "otherwise",
                    "tell",
                    word("tell", "stop"),
                    "What a difference does: `tell` says it in preflight and review; `stop` also releases nothing, nor where"
                            + " it cannot be judged."));

    static final Shape.Mapping DATABASE = mapping(
            required("url", of(Kind.SECRET), "The secret with the connection string."),
            computed(
                    "direct-url",
                    "the same as `url`",
                    of(Kind.SECRET),
                    "The secret with a connection string that goes around a pooler."),
            optional(
                    "role",
                    of(Kind.ROLE),
                    "The role that migrations, reference data and the rows of a restore by `copy` run as (`SET ROLE`); the login itself where absent."),
            optional("backup", BACKUP, "A dump that is taken and verified before anything changes."),
            optional("migrate", MIGRATE, "How the schema is brought to the new version."),
            optional("reference-data", REFERENCE_DATA, "Tables whose rows come from the commit or another database."),
            optional("restore", RESTORE, "How a backup is brought back, and who may."),
            computed(
                    "backup-url",
                    "the same as `direct-url`",
                    of(Kind.SECRET),
                    "The secret with the connection string of the login that dumps; it goes around a pooler, too."),
            byDefault(
                    "platform",
                    "postgres",
                    word("postgres", "supabase", "neon"),
                    "Whose service it is: schemas that `supabase` or `neon` manage are not in the backup."),
            optional(
                    "same-schema",
                    SAME_SCHEMA,
                    "The environment whose migrations and schema this database has to have when the release has migrated."));

    static final Shape.Mapping COMMAND_TARGET = mapping(
            required("deploy", ARGUMENTS, "Makes `${version}` live."),
            required("current", ARGUMENTS, "Prints what is live on its last line; nothing where nothing is."),
            required("roll-back", list(of(Kind.UNDO_ARGUMENT)), "Makes `${previous}` live again."),
            optional("files", set(of(Kind.PATH)), "More files or folders that the commands need."));

    private static final Shape.Scalar AUTO_DEPLOY = word("refused", "allowed");

    /** When a daily summary is due that says no time itself. */
    static final String DAILY_AT = "09:00";

    static final String RAILWAY_TOKEN = "$RAILWAY_TOKEN";
    static final String HEROKU_TOKEN = "$HEROKU_API_KEY";

    static final Shape.Mapping RAILWAY = mapping(
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

    static final Shape.Mapping HEROKU = mapping(
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
            all("`%s` targets", FIRST_TARGETS, "vercel", "supabase", "neon", "github", "kubernetes", "fly"),
            List.of("command", "railway", "heroku"));

    static final Shape.Mapping CHECK = mapping(
            required("http", of(Kind.ADDRESS), "The address that is asked."),
            optional("expect", EXPECT, "What the answer has to be."),
            byDefault("within", "5s", duration("1ms", "10m"), "The longest time for the answer."));

    static final Shape.Mapping SQL_METRIC = new Shape.Mapping(
            List.of(
                    optional("database", of(Kind.NAME), "The database of this environment that is asked."),
                    optional("url", of(Kind.SECRET), "The secret with another connection string, instead."),
                    required(
                            "query",
                            of(Kind.QUERY),
                            "A query with one row and one column; no row or NULL is no data.")),
            Map.of(),
            List.of("database", "url"));

    static final Shape.Mapping COMMAND_METRIC = mapping(
            required("run", ARGUMENTS, "Prints the number on its last line: an argv list, never shell text."),
            optional("files", set(of(Kind.PATH)), "More files or folders that the command needs."),
            optional(
                    "config",
                    new Shape.Entries(Kind.VARIABLE, of(Kind.CONFIG)),
                    "Environment variables for the command: texts or `$NAME` of a secret."));

    static final Shape.Mapping JSON_METRIC = mapping(
            required("url", of(Kind.ADDRESS), "An address that answers with JSON."),
            required("at", of(Kind.POINTER), "The JSON pointer of the number."),
            optional(
                    "time-at",
                    of(Kind.POINTER),
                    "The JSON pointer of the time that the number is from: ISO 8601, or seconds or milliseconds since 1970."),
            computed(
                    "fresh",
                    "three times `every`, at least 1m",
                    duration("1s", "24h"),
                    "A number that is older than this, by `time-at`, is no data."),
            optional("token", of(Kind.SECRET), "The secret that is sent as a bearer token."));

    static final Shape.Mapping SENTRY_METRIC = mapping(
            required("organization", of(Kind.NAME), "The organization's slug."),
            optional("project", of(Kind.NAME), "The project's slug or number; all of them where absent."),
            optional("environment", of(Kind.NAME), "The environment as Sentry knows it; all of them where absent."),
            byDefault(
                    "count",
                    "events",
                    word("events", "new-issues"),
                    "What is counted: `events` of the release, or `new-issues` that were first seen in it."),
            byDefault("release", "${version}", of(Kind.EXPECTED), "The release as Sentry knows it."),
            optional("query", of(Kind.QUERY), "What else events or issues have to match, in Sentry's words."),
            byDefault("period", "5m", duration("1m", "24h"), "How far back is counted."),
            required("token", of(Kind.SECRET), "The secret with a token that may read events."),
            byDefault("api", "https://sentry.io", of(Kind.ADDRESS), "The address of Sentry, for an own server."));

    static final Shape.Mapping METRIC = new Shape.Mapping(
            List.of(
                    optional("scrape", of(Kind.ADDRESS), "A metrics page in Prometheus' text format."),
                    optional("errors", of(Kind.SELECTOR), "Selector of the counter of errors, with `of`."),
                    optional(
                            "of",
                            of(Kind.SELECTOR),
                            "Selector of the counter of everything; beside `value`, of what the gauge is a share of."),
                    optional("value", of(Kind.SELECTOR), "Selector of a gauge, instead of the two counters."),
                    optional("prometheus", of(Kind.ADDRESS), "A Prometheus server, with `query`."),
                    optional("query", of(Kind.QUERY), "A PromQL query that gives one number."),
                    optional("http", of(Kind.ADDRESS), "An address to probe."),
                    optional("railway", of(Kind.NAME), "A `railway` target of this plan, with `measurement`."),
                    optional(
                            "measurement",
                            word("memory", "cpu"),
                            "What of the service is measured, as a part of its limit: 90% is 90% of what it may use."),
                    optional("expect", EXPECT, "What the probe's answer has to be."),
                    optional(
                            "token",
                            of(Kind.SECRET),
                            "The secret that is sent as a bearer token, with `scrape` and `prometheus`."),
                    optional("sql", SQL_METRIC, "A query in a database, in a transaction that only reads."),
                    optional("command", COMMAND_METRIC, "A command of the plan, where the worker lets commands run."),
                    optional("json", JSON_METRIC, "A number in a JSON document."),
                    optional("sentry", SENTRY_METRIC, "A count of events or new issues in Sentry."),
                    computed(
                            "within", "`every`, at most 5s", duration("1ms", "10m"), "The longest time for an answer."),
                    byDefault(
                            "at-least",
                            "10",
                            number(1, 1_000_000),
                            "Fewer requests than this in the time of a rule are no measurement.")),
            all("metrics by `%s`", FIRST_METRICS, "datadog", "cloudwatch"),
            List.of("scrape", "prometheus", "http", "sql", "command", "json", "sentry", "railway"));

    static final Shape.Mapping WATCH = mapping(
            required("for", duration("1s", "7d"), "How long the release is watched: the rollback window."),
            byDefault("every", "10s", duration("100ms", "1h"), "The time between two measurements."),
            required("metrics", new Shape.Entries(Kind.NAME, METRIC), "The numbers that the rules are about."),
            required("rollback-when", set(of(Kind.RULE)), "Rules; any one of them rolls the release back."),
            optional("warn-when", set(of(Kind.RULE)), "Rules that only warn."),
            computed(
                    "baseline",
                    "30s where a rule compares with a baseline",
                    duration("1s", "30m"),
                    "How long the metrics of such rules are measured when the release is opened, before anything changes."));

    static final Shape.Mapping ROLLBACK = mapping(
            byDefault(
                    "within", "2m", duration("1s", "24h"), "The time that a rollback may take before people are told."),
            computed("by", "the people of `approval.from`", set(of(Kind.NAME)), "Who may roll back by hand."),
            optional("confirm", of(Kind.LINE), "A word that has to be typed exactly for a rollback by hand."),
            byDefault("reason", "optional", REASON, "Whether a rollback by hand needs a reason."),
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

    static final Shape.Mapping SLACK_BOT = mapping(
            required("token", of(Kind.SECRET), "The secret with the bot's token, `xoxb-…`."),
            required("channel", of(Kind.LINE), "The channel, such as `#releases`, or its id."),
            byDefault("api", "https://slack.com/api", of(Kind.ADDRESS), "The address of Slack's API."));

    static final Shape.Mapping PAGER_DUTY = mapping(
            required("routing-key", of(Kind.SECRET), "The secret with the integration key of an Events API v2."),
            byDefault(
                    "api",
                    "https://events.pagerduty.com/v2",
                    of(Kind.ADDRESS),
                    "The address of PagerDuty's Events API; `https://events.eu.pagerduty.com/v2` in Europe."));

    static final Shape.Mapping EMAIL = mapping(
            required(
                    "smtp",
                    of(Kind.SECRET),
                    "The secret with the mail server: `smtp://user:password@host:587`, or `smtps://`."),
            required("from", of(Kind.EMAIL), "The sender's address."),
            required("to", set(of(Kind.EMAIL)), "Who gets it."));

    static final Shape.Mapping GITHUB_DEPLOYMENT = mapping(
            required("repository", of(Kind.REPOSITORY), "The repository on GitHub."),
            required("token", of(Kind.SECRET), "The secret with a token that may write deployments."),
            GITHUB_API);

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
            all("notifications by `%s`", FIRST_CHANNELS, "teams", "statuspage"),
            List.of("slack", "email", "pagerduty", "github", "webhook", "log"));

    static final Shape.Mapping ENVIRONMENT = new Shape.Mapping(
            List.of(
                    optional("branch", of(Kind.BRANCH), "The branch whose commits may be released here."),
                    optional("gates", list(GATE), "What has to be true before people are asked, and when it begins."),
                    optional("hotfix", HOTFIX, "The hotfix lane; there is none where absent."),
                    optional("approval", APPROVAL, "Who has to say yes; nobody where absent."),
                    optional("window", WINDOW, "When changes may begin; always where absent."),
                    optional(
                            "databases",
                            new Shape.Entries(Kind.NAME, DATABASE),
                            "The databases, taken in the order of their names."),
                    optional("deploy", list(TARGET), "The targets, in order."),
                    optional("verify", list(CHECK), "Checks of what was deployed."),
                    optional("watch", WATCH, "The rollback window and its rules."),
                    optional("rollback", ROLLBACK, "Rollback by hand, and what follows any rollback."),
                    optional("on-failure", ON_FAILURE, "What happens when a phase fails."),
                    optional("timeouts", TIMEOUTS, "The longest time for each step."),
                    optional("notify", list(CHANNEL), "Where people are told."),
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

    private static Shape.Scalar store() {
        return new Shape.Scalar(
                Kind.NAME,
                List.of(),
                0,
                Long.MAX_VALUE,
                Map.of(
                        "s3://",
                        later("stores written as an s3:// address", "use the name of a store in the worker's file")));
    }

    private static Shape.Scalar later(Shape.Scalar word, Map<String, Shape.Later> later) {
        return new Shape.Scalar(word.kind(), word.choices(), word.least(), word.most(), later);
    }

    private static Map<String, Shape.Later> all(String what, String next, String... names) {
        Map<String, Shape.Later> all = new LinkedHashMap<>();
        for (String name : names) {
            all.put(name, later(String.format(what, name), next));
        }
        return Map.copyOf(all);
    }

    private static Shape.Later later(String what, String next) {
        boolean many = what.endsWith("s") || what.contains("s by ") || what.startsWith("stores");
        String names = many ? "them" : "it";
        return new Shape.Later(
                what + (many ? " are" : " is") + " not part of this version of slipway; a plan that names " + names
                        + " is refused rather than released without " + names,
                next);
    }
}
