package dev.slipway.plan;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Makes the records of a plan from values that have been found right, with every default filled in. */
final class Resolved {

    private static final Duration LONGEST_USUAL_ANSWER = Duration.ofSeconds(5);

    private final Located root;
    private final Located environment;

    Resolved(Located root, Located environment) {
        this.root = root;
        this.environment = environment;
    }

    ReleasePlan plan(PlanRequest request, Map<String, String> files) {
        ReleasePlan.Approval approval = approval(environment.at("approval"));
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
                new ReleasePlan.Window(
                        environment.at("window").text("zone"),
                        environment.at("window").texts("open"),
                        environment.at("window").texts("closed")),
                byName(environment.at("databases"), this::database),
                environment.at("deploy").items().stream().map(Resolved::target).toList(),
                environment.at("verify").items().stream().map(Resolved::check).toList(),
                watch(environment.at("watch")),
                rollback(environment.at("rollback"), approval),
                words(Format.ON_FAILURE, environment.at("on-failure"), Located::text),
                words(Format.TIMEOUTS, environment.at("timeouts"), Located::duration),
                environment.at("notify").items().stream().map(Resolved::channel).toList(),
                environment.textsByName("contact"),
                files);
    }

    private Map<String, List<String>> people() {
        return byName(
                root.at("people"),
                keys -> keys.isSingle()
                        ? List.of(keys.text().strip())
                        : keys.items().stream().map(key -> key.text().strip()).toList());
    }

    private static ReleasePlan.Secret secret(Located secret) {
        return new ReleasePlan.Secret(Meaning.secretName(secret), !secret.has("name") || secret.yes("required"));
    }

    private static ReleasePlan.Approval approval(Located approval) {
        return approval.there()
                ? new ReleasePlan.Approval(
                        approval.texts("from"),
                        approval.number("quorum"),
                        approval.texts("not"),
                        approval.duration("expires"),
                        approval.text("confirm"),
                        approval.text("reason").equals("required"),
                        approval.texts("checklist"))
                : ReleasePlan.Approval.none();
    }

    private ReleasePlan.Database database(Located database) {
        return new ReleasePlan.Database(
                database.text("url"),
                database.has("direct-url") ? database.text("direct-url") : database.text("url"),
                ifThere(
                        database.at("backup"),
                        backup -> new ReleasePlan.Backup(
                                backup.text("store"), backup.text("verify"), backup.duration("keep"))),
                ifThere(
                        database.at("migrate"),
                        migrate -> new ReleasePlan.Migrate(
                                Paths.plain(migrate.text("flyway")),
                                migrate.texts("command"),
                                migrate.duration("lock-timeout"),
                                paths(migrate.at("files")))),
                ifThere(
                        database.at("reference-data"),
                        data -> new ReleasePlan.ReferenceData(data.text("from"), data.texts("tables"))));
    }

    private static ReleasePlan.Target target(Located target) {
        return new ReleasePlan.Target(
                target.text("name"),
                ifThere(
                        target.at("command"),
                        command -> new ReleasePlan.CommandTarget(
                                command.texts("deploy"),
                                command.texts("current"),
                                command.texts("roll-back"),
                                paths(command.at("files")))),
                target.textsByName("config"));
    }

    private static ReleasePlan.Check check(Located check) {
        Located expect = check.at("expect");
        return new ReleasePlan.Check(
                check.text("http"), expect.number("status"), expect.textsByName("json"), check.duration("within"));
    }

    private static ReleasePlan.Watch watch(Located watch) {
        if (!watch.there()) {
            return ReleasePlan.Watch.none();
        }
        Duration every = watch.duration("every");
        return new ReleasePlan.Watch(
                watch.duration("for"),
                every,
                byName(watch.at("metrics"), metric -> metric(metric, every)),
                watch.texts("rollback-when"),
                watch.texts("warn-when"));
    }

    private static ReleasePlan.Metric metric(Located metric, Duration every) {
        Duration usual = every.compareTo(LONGEST_USUAL_ANSWER) < 0 ? every : LONGEST_USUAL_ANSWER;
        Located expect = metric.at("expect");
        return new ReleasePlan.Metric(
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
                metric.number("at-least"));
    }

    private static ReleasePlan.Rollback rollback(Located rollback, ReleasePlan.Approval approval) {
        return new ReleasePlan.Rollback(
                rollback.duration("within"),
                rollback.has("by") ? rollback.texts("by") : approval.from(),
                rollback.text("confirm"),
                rollback.text("reason").equals("required"),
                rollback.yes("lock-after"));
    }

    private static ReleasePlan.Channel channel(Located channel) {
        return new ReleasePlan.Channel(channel.text("webhook"), channel.yes("log"), channel.texts("on"));
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
