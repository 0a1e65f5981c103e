package dev.slipway.plan.reading;

import dev.slipway.plan.Approval;
import dev.slipway.plan.Channel;
import dev.slipway.plan.Check;
import dev.slipway.plan.Database;
import dev.slipway.plan.Gate;
import dev.slipway.plan.Hotfix;
import dev.slipway.plan.Metric;
import dev.slipway.plan.Migrate;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Restore;
import dev.slipway.plan.Rollback;
import dev.slipway.plan.Target;
import dev.slipway.plan.Watch;
import dev.slipway.plan.Window;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/** Makes the records of a plan from values that have been found right, with every default filled in. */
final class Resolved {

    private static final Duration LONGEST_USUAL_ANSWER = Duration.ofSeconds(5);
    private static final Duration SHORTEST_USUAL_FRESH = Duration.ofMinutes(1);
    private static final Duration USUAL_BASELINE = Duration.ofSeconds(30);

    private final Located root;
    private final Located environment;
    private final RuleSyntax rules;

    Resolved(Located root, Located environment, RuleSyntax rules) {
        this.root = root;
        this.environment = environment;
        this.rules = rules;
    }

    ReleasePlan plan(PlanRequest request, Map<String, String> files) {
        Approval approval = approval(environment.at("approval"));
        Located source = root.at("source");
        boolean git = source.has("git");
        return new ReleasePlan(
                root.number("slipway"),
                root.text("service"),
                request.environment(),
                request.version(),
                git ? request.commit() : "",
                new ReleasePlan.Source(source.text("git"), source.text("directory"), request.path()),
                request.file(),
                people(),
                root.at("secrets").items().stream().map(Resolved::secret).toList(),
                environment.text("branch"),
                approval,
                new Window(
                        environment.at("window").text("zone"),
                        environment.at("window").texts("open"),
                        environment.at("window").texts("closed")),
                byName(environment.at("databases"), this::database),
                environment.at("deploy").items().stream()
                        .map(target -> target(target, request.environment()))
                        .toList(),
                environment.at("verify").items().stream().map(Resolved::check).toList(),
                watch(environment.at("watch")),
                rollback(environment.at("rollback"), approval),
                words(Format.ON_FAILURE, environment.at("on-failure"), Located::text),
                timeouts(environment.at("timeouts")),
                environment.at("notify").items().stream().map(Resolved::channel).toList(),
                environment.textsByName("contact"),
                byName(
                        root.at("identities"),
                        known -> new ReleasePlan.Identity(known.texts("emails"), known.text("github"))),
                environment.at("gates").items().stream().map(this::gate).toList(),
                ifThere(environment.at("hotfix"), this::hotfix),
                files);
    }

    /** What was added later stands there only where it is used: the digest of every other plan stays what it was. */
    private static Map<String, Duration> timeouts(Located timeouts) {
        Map<String, Duration> all = words(
                Format.TIMEOUTS,
                timeouts,
                (values, step) -> values.has(step) || !step.equals("restore") ? values.duration(step) : Duration.ZERO);
        if (!timeouts.has("restore")) {
            all.remove("restore");
        }
        return all;
    }

    private Map<String, List<String>> people() {
        return byName(
                root.at("people"),
                keys -> keys.isSingle()
                        ? List.of(keys.text().strip())
                        : keys.items().stream().map(key -> key.text().strip()).toList());
    }

    private static ReleasePlan.Secret secret(Located secret) {
        return secret.has("name")
                ? new ReleasePlan.Secret(
                        secret.text("name"),
                        secret.yes("required"),
                        secret.text("shape"),
                        secret.text("prefix"),
                        secret.number("min-length"),
                        secret.text("same-as"))
                : new ReleasePlan.Secret(secret.text(), true);
    }

    private static Approval approval(Located approval) {
        if (!approval.there()) {
            return Approval.none();
        }
        Duration expires = approval.duration("expires");
        return new Approval(
                approval.texts("from"),
                approval.number("quorum"),
                approval.texts("not"),
                expires,
                approval.text("confirm"),
                approval.text("reason").equals("required"),
                approval.texts("checklist"),
                approval.has("remind") ? approval.duration("remind") : expires.dividedBy(4),
                approval.text("unsigned").equals("allowed"));
    }

    private Hotfix hotfix(Located hotfix) {
        return new Hotfix(
                hotfix.text("branch"), hotfix.texts("skip"), ifThere(hotfix.at("approval"), Resolved::approval));
    }

    private Gate gate(Located gate) {
        return new Gate(
                GateMeaning.gateName(gate),
                ifThere(
                        gate.at("released"),
                        released -> new Gate.Released(released.text("in"), released.duration("for"))),
                ifThere(
                        gate.at("checks"),
                        checks -> new Gate.Checks(
                                checks.text("github"),
                                checks.texts("required"),
                                checks.text("app"),
                                checks.text("token"),
                                checks.text("api"))),
                ifThere(
                        gate.at("reviews"),
                        reviews -> new Gate.Reviews(
                                reviews.text("github"),
                                reviews.number("approvals"),
                                reviews.text("token"),
                                reviews.text("api"))),
                ifThere(
                        gate.at("protection"),
                        protection -> new Gate.Protection(
                                protection.text("github"),
                                protection.has("branch") ? protection.text("branch") : environment.text("branch"),
                                protection.number("reviews"),
                                protection.texts("required"),
                                protection.text("token"),
                                protection.text("api"))),
                gate.texts("command"),
                paths(gate.at("files")),
                gate.has("http") ? List.of(check(gate)) : List.of(),
                ifThere(
                        gate.at("number"),
                        number -> new Gate.NumberGate(
                                Paths.plain(number.text("file")),
                                number.text("url"),
                                number.text("at"),
                                number.text("is"))));
    }

    private Database database(Located database) {
        return new Database(
                database.text("url"),
                database.has("direct-url") ? database.text("direct-url") : database.text("url"),
                ifThere(
                        database.at("backup"),
                        backup -> new Database.Backup(
                                backup.text("store"),
                                backup.text("verify"),
                                backup.duration("keep"),
                                ifThere(
                                        backup.at("unless"),
                                        unless -> new Database.Unless(
                                                unless.size("larger-than"), unless.duration("longer-than"))),
                                unlessDefault(backup, "format", "custom"),
                                ifThere(backup.at("jobs"), jobs -> backup.number("jobs")),
                                unlessDefault(backup, "compress", "gzip"),
                                ifThere(backup.at("rate"), rate -> backup.size("rate")),
                                backup.texts("schemas"),
                                ifThere(backup.at("at-least"), least -> backup.number("at-least")))),
                ifThere(
                        database.at("migrate"),
                        migrate -> new Migrate(
                                Paths.plain(migrate.text("flyway")),
                                migrate.texts("command"),
                                migrate.duration("lock-timeout"),
                                paths(migrate.at("files")),
                                Paths.plain(migrate.text("prisma")),
                                Paths.plain(migrate.text("supabase")),
                                Paths.plain(migrate.text("sql")),
                                migrate.text("runner").equals("own") ? "" : migrate.text("runner"),
                                migrate.has("retry-for") ? List.of(migrate.duration("retry-for")) : List.of(),
                                migrate.text("all-or-nothing").equals("true") ? "true" : "",
                                guards(migrate),
                                migrate.textsByName("placeholders"))),
                ifThere(database.at("reference-data"), Resolved::referenceData),
                database.text("role"),
                ifThere(database.at("restore"), Resolved::restore),
                database.text("backup-url"),
                unlessDefault(database, "platform", "postgres"),
                ifThere(
                        database.at("same-schema"),
                        same -> new Database.SameSchema(same.text("as"), unlessDefault(same, "otherwise", "tell"))),
                database.texts("after"));
    }

    private static Restore restore(Located restore) {
        return new Restore(
                restore.text("switch"),
                restore.texts("command"),
                paths(restore.at("files")),
                restore.texts("by"),
                restore.text("confirm"),
                restore.text("reason").equals("required"),
                restore.has("rto") ? restore.duration("rto") : Duration.ZERO,
                restore.has("rpo") ? restore.duration("rpo") : Duration.ZERO);
    }

    /** Empty for what holds where nothing is said: a plan that says it out loud is the same plan. */
    private static String unlessDefault(Located located, String key, String usual) {
        return located.text(key).equals(usual) ? "" : located.text(key);
    }

    private static Database.ReferenceData referenceData(Located data) {
        return new Database.ReferenceData(
                data.text("from"),
                data.at("tables").items().stream().map(Resolved::table).toList(),
                Paths.plain(data.text("files")),
                data.at("tables").items().stream()
                        .filter(table ->
                                table.has("where") || table.has("without") || table.has("extra") || table.has("show"))
                        .map(table -> new Database.TableRule(
                                table.text("name"),
                                table.text("where"),
                                table.texts("without"),
                                table.has("extra") ? table.text("extra") : "",
                                table.texts("show")))
                        .toList(),
                data.texts("needs"));
    }

    private static String table(Located table) {
        return table.has("name") ? table.text("name") : table.text();
    }

    private static Target target(Located target, String environment) {
        return new Target(
                target.text("name"),
                ifThere(
                        target.at("command"),
                        command -> new Target.CommandTarget(
                                command.texts("deploy"),
                                command.texts("current"),
                                command.texts("roll-back"),
                                paths(command.at("files")))),
                target.textsByName("config"),
                ifThere(
                        target.at("railway"),
                        railway -> new Target.RailwayTarget(
                                railway.text("project"),
                                railway.text("service"),
                                railway.has("environment") ? railway.text("environment") : environment,
                                railway.text("token"),
                                railway.text("token-kind").equals("project"),
                                railway.text("auto-deploy").equals("allowed"),
                                railway.text("api"))),
                ifThere(
                        target.at("heroku"),
                        heroku -> new Target.HerokuTarget(
                                heroku.text("app"), heroku.text("source"), heroku.text("token"), heroku.text("api"))));
    }

    private static Check check(Located check) {
        Located expect = check.at("expect");
        return new Check(
                check.text("http"), expect.number("status"), expect.textsByName("json"), check.duration("within"));
    }

    private Watch watch(Located watch) {
        if (!watch.there()) {
            return Watch.none();
        }
        Duration every = watch.duration("every");
        return new Watch(
                watch.duration("for"),
                every,
                byName(watch.at("metrics"), metric -> metric(metric, every)),
                watch.texts("rollback-when"),
                watch.texts("warn-when"),
                baseline(watch));
    }

    /** None where nothing is said, so that a plan from before these words keeps its digest. */
    private static List<Migrate.Guards> guards(Located migrate) {
        Migrate.Guards guards = new Migrate.Guards(
                migrate.text("rehearse").equals("where-possible") ? "" : migrate.text("rehearse"),
                migrate.texts("refuse"),
                migrate.has("longest-lock") ? List.of(migrate.duration("longest-lock")) : List.of(),
                migrate.text("row-level-security").equals("required"));
        return guards.equals(new Migrate.Guards("", List.of(), List.of(), false)) ? List.of() : List.of(guards);
    }

    private List<Duration> baseline(Located watch) {
        boolean wanted = Stream.of("rollback-when", "warn-when")
                .flatMap(list -> watch.texts(list).stream())
                .anyMatch(rules::comparesWithBaseline);
        return wanted ? List.of(watch.has("baseline") ? watch.duration("baseline") : USUAL_BASELINE) : List.of();
    }

    private static Metric metric(Located metric, Duration every) {
        Duration usual = every.compareTo(LONGEST_USUAL_ANSWER) < 0 ? every : LONGEST_USUAL_ANSWER;
        Located expect = metric.at("expect");
        return new Metric(
                metric.text("scrape"),
                metric.text("errors"),
                metric.text("of"),
                metric.text("value"),
                metric.text("prometheus"),
                metric.text("query"),
                metric.text("http"),
                expect.number("status"),
                expect.textsByName("json"),
                metric.has("within") ? metric.duration("within") : usual,
                metric.number("at-least"),
                metric.text("token"),
                ifThere(
                        metric.at("sql"),
                        sql -> new Metric.SqlMetric(sql.text("database"), sql.text("url"), sql.text("query"))),
                ifThere(
                        metric.at("command"),
                        command -> new Metric.CommandMetric(
                                command.texts("run"), paths(command.at("files")), command.textsByName("config"))),
                ifThere(metric.at("json"), json -> json(json, every)),
                ifThere(metric.at("sentry"), Resolved::sentry),
                metric.text("railway"),
                metric.text("measurement"));
    }

    private static Metric.JsonMetric json(Located json, Duration every) {
        Duration three = every.multipliedBy(3);
        Duration usual = three.compareTo(SHORTEST_USUAL_FRESH) < 0 ? SHORTEST_USUAL_FRESH : three;
        return new Metric.JsonMetric(
                json.text("url"),
                json.text("at"),
                json.text("time-at"),
                json.has("fresh") ? json.duration("fresh") : usual,
                json.text("token"));
    }

    private static Metric.SentryMetric sentry(Located sentry) {
        return new Metric.SentryMetric(
                sentry.text("organization"),
                sentry.text("project"),
                sentry.text("environment"),
                sentry.text("count"),
                sentry.text("release"),
                sentry.text("query"),
                sentry.duration("period"),
                sentry.text("token"),
                sentry.text("api"));
    }

    private static Rollback rollback(Located rollback, Approval approval) {
        return new Rollback(
                rollback.duration("within"),
                rollback.has("by") ? rollback.texts("by") : approval.from(),
                rollback.text("confirm"),
                rollback.text("reason").equals("required"),
                rollback.yes("lock-after"));
    }

    private static Channel channel(Located channel) {
        return new Channel(
                channel.text("webhook"),
                channel.yes("log"),
                ifThere(channel.at("slack"), Resolved::slack),
                ifThere(
                        channel.at("email"),
                        email -> new Channel.Email(email.text("smtp"), email.text("from"), email.texts("to"))),
                ifThere(
                        channel.at("pagerduty"),
                        pager -> new Channel.PagerDuty(pager.text("routing-key"), pager.text("api"))),
                ifThere(
                        channel.at("github"),
                        github -> new Channel.GitHubDeployment(
                                github.text("repository"), github.text("token"), github.text("api"))),
                channel.texts("on"),
                channel.text("tier").equals("at-once") ? "" : channel.text("tier"),
                channel.text("tier").equals("daily")
                        ? channel.has("at") ? channel.text("at") : ChannelFormat.DAILY_AT
                        : "");
    }

    private static Channel.Slack slack(Located slack) {
        return slack.isSingle()
                ? new Channel.Slack(slack.text(), "", "", "")
                : new Channel.Slack("", slack.text("token"), slack.text("channel"), slack.text("api"));
    }

    private static List<String> paths(Located list) {
        return list.items().stream().map(path -> Paths.plain(path.text())).toList();
    }

    private static <T> List<T> ifThere(Located value, Function<Located, T> make) {
        return value.there() ? List.of(make.apply(value)) : List.of();
    }

    private static <T> Map<String, T> byName(Located values, Function<Located, T> make) {
        Map<String, T> all = new LinkedHashMap<>();
        values.entries().forEach((name, value) -> all.put(name, make.apply(value)));
        return all;
    }

    private static <T> Map<String, T> words(Shape.Mapping shape, Located values, BiFunction<Located, String, T> read) {
        Map<String, T> all = new LinkedHashMap<>();
        for (Key key : shape.keys()) {
            all.put(key.name(), read.apply(values, key.name()));
        }
        return all;
    }
}
