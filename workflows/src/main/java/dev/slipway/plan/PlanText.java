package dev.slipway.plan;

import dev.slipway.watch.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A plan as a person reads it: what would happen, phase by phase, and how each step is undone. */
public final class PlanText {

    private static final String INDENT = "    ";

    private final ReleasePlan plan;
    private final List<String> lines = new ArrayList<>();

    private PlanText(ReleasePlan plan) {
        this.plan = plan;
    }

    /** The lines, without line feeds, safe for a terminal. */
    public static List<String> lines(ReleasePlan plan) {
        PlanText text = new PlanText(plan);
        text.head();
        for (Phase phase : plan.phases()) {
            text.phase(phase);
        }
        text.tail();
        return text.lines.stream().map(Quoted::plain).toList();
    }

    private void head() {
        lines.add("release " + plan.label() + (plan.commit().isEmpty() ? "" : " (commit " + plan.commit() + ")"));
        lines.add("plan " + plan.digest() + ", " + plan.files().size()
                + (plan.files().size() == 1 ? " file" : " files") + " pinned by content");
        String from = plan.source().git().isEmpty()
                ? plan.source().directory()
                : plan.source().git();
        lines.add("from " + from
                + (plan.source().path().isEmpty()
                        ? ""
                        : ", folder " + plan.source().path())
                + (plan.branch().isEmpty() ? "" : ", branch " + plan.branch()));
        lines.add("");
    }

    private void phase(Phase phase) {
        switch (phase) {
            case PREFLIGHT -> {
                add(phase, limit("preflight"));
                say("check that everything that the release needs is there and answers; nothing changes");
                secrets();
            }
            case GATES -> gates();
            case REVIEW -> {
                add(phase, limit("review"));
                say("gather what a person needs to say yes: what is live, what is pending, what will change");
            }
            case APPROVAL -> approval();
            case WINDOW -> {
                add(phase, "");
                say("changes begin only " + new ReleaseWindow(plan.window()).words());
            }
            case TURN -> {
                add(phase, "");
                say("one change at a time: wait until nothing else changes this environment");
            }
            case OPEN -> {
                add(phase, "");
                say("judge everything once more, then pin the ids to go back to; from here on things change");
            }
            case BACKUP -> {
                add(phase, limit("backup"));
                plan.databases().forEach((name, database) -> database.backup().forEach(backup -> {
                    say(named(name, database) + ": dump"
                            + (backup.schemas().isEmpty()
                                    ? ""
                                    : " only the schemas " + String.join(", ", backup.schemas()))
                            + " to store " + backup.store() + ", prove it by " + words(backup.verify())
                            + unless(backup) + ", keep it " + Durations.text(backup.keep()) + " and the newest "
                            + backup.kept());
                    how(database, backup);
                    undo("nothing to undo; the dump is restored only when a person asks for it");
                }));
            }
            case MIGRATE -> migrate();
            case REFERENCE_DATA -> referenceData();
            case DEPLOY -> deploy();
            case VERIFY -> verify();
            case WATCH -> watch();
            case DONE -> {
                add(phase, "");
                say("tell people, keep the evidence, hand the turn on");
            }
        }
    }

    private void secrets() {
        List<String> required = plan.secrets().stream()
                .filter(ReleasePlan.Secret::required)
                .map(ReleasePlan.Secret::name)
                .toList();
        List<String> optional = plan.secrets().stream()
                .filter(secret -> !secret.required())
                .map(ReleasePlan.Secret::name)
                .toList();
        if (!required.isEmpty()) {
            say("secrets that have to be there: " + String.join(", ", required));
        }
        if (!optional.isEmpty()) {
            say("secrets that may be absent: " + String.join(", ", optional));
        }
    }

    private void gates() {
        add(Phase.GATES, "");
        plan.gates().forEach(gate -> say(gate.name() + ": " + GateText.of(gate)));
        say("waits until all of them are passed, and judges them again before anything changes");
        plan.hotfixIfAny()
                .filter(hotfix -> !hotfix.skip().isEmpty())
                .ifPresent(hotfix -> say("a hotfix does not wait for: " + String.join(", ", hotfix.skip())));
    }

    private void approval() {
        add(Phase.APPROVAL, "");
        approval(plan.approval());
        plan.hotfixIfAny()
                .flatMap(hotfix -> hotfix.approval().stream().findFirst())
                .ifPresent(approval -> {
                    say("of a hotfix:");
                    approval(approval);
                });
    }

    private void approval(Approval approval) {
        say(approval.quorum() + " of " + String.join(", ", approval.from()) + " say yes"
                + (approval.excludesRequester() ? "; the requester's own yes does not count" : "")
                + (approval.excludesAuthors() ? "; nor does that of who wrote what is new" : "")
                + (approval.unsigned() ? "; without a signature, too, where the worker allows it" : "")
                + "; a yes holds " + Durations.text(approval.expires()));
        typed(approval.confirm(), approval.reason());
        approval.checklist().forEach(item -> say("to tick: " + item));
    }

    private void typed(String confirm, boolean reason) {
        if (!confirm.isEmpty()) {
            say("to type exactly: " + confirm);
        }
        if (reason) {
            say("a reason has to be given");
        }
    }

    private void migrate() {
        add(Phase.MIGRATE, limit("migrate"));
        plan.databases().forEach((name, database) -> database.migrate().forEach(migrate -> {
            say(named(name, database) + ": " + migration(migrate)
                    + (migrate.placeholders().isEmpty() ? "" : ", where " + placeholders(migrate.placeholders()))
                    + (database.role().isEmpty() ? "" : ", as " + database.role())
                    + ", waiting at most " + Durations.text(migrate.lockTimeout()) + " for a lock"
                    + (migrate.tool() == Migrate.Tool.COMMAND
                            ? ""
                            : ", tried again for " + Durations.text(migrate.retryFor()))
                    + (migrate.wantsOneTransaction() ? ", all of it in one transaction" : ""));
            guards(migrate.guard()).forEach(this::say);
            database.sameSchema()
                    .forEach(same -> say("compared with the schema of " + same.as()
                            + (same.stops() ? "; a difference stops the release" : "; a difference is told")));
            undo("never by itself: what was migrated stays; restoring the backup is a person's decision");
        }));
        say("if it fails: " + failure("migrate"));
    }

    private static String named(String name, Database database) {
        return name + (database.after().isEmpty() ? "" : " (after " + String.join(", ", database.after()) + ")");
    }

    private static String placeholders(Map<String, String> values) {
        return values.entrySet().stream()
                .map(value -> "${" + value.getKey() + "} is " + Quoted.of(value.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static List<String> guards(Migrate.Guards guards) {
        List<String> lines = new ArrayList<>();
        switch (guards.rehearsal()) {
            case REQUIRED -> lines.add("nothing without a rehearsal on a copy of the newest backup");
            case NEVER -> lines.add("without a rehearsal");
            case WHERE_POSSIBLE -> {
                // the usual way goes without saying
            }
        }
        if (!guards.refuse().isEmpty()) {
            lines.add("refused before people are asked: migrations that are " + String.join(" or ", guards.refuse()));
        }
        guards.longest()
                .ifPresent(longest ->
                        lines.add("refused before people are asked: a lock that blocks an application for more than "
                                + Durations.text(longest)));
        if (guards.rowLevelSecurity()) {
            lines.add("refused before people are asked: a new table without row-level security");
        }
        return lines;
    }

    private String migration(Migrate migrate) {
        String tool =
                switch (migrate.tool()) {
                    case FLYWAY -> "Flyway migrations";
                    case PRISMA -> "Prisma migrations";
                    case SUPABASE -> "Supabase migrations";
                    case SQL -> "SQL migrations";
                    case COMMAND -> "";
                };
        if (tool.isEmpty()) {
            return "run " + command(migrate.command());
        }
        long files = plan.files().keySet().stream()
                .filter(path -> path.startsWith(migrate.folder() + "/") && path.endsWith(".sql"))
                .filter(path -> !path.endsWith(".down.sql") && !path.endsWith("/down.sql"))
                .count();
        return "apply what is pending of the " + files + " " + tool + " in " + migrate.folder()
                + (migrate.official() ? ", by the official tool" : "");
    }

    private void referenceData() {
        add(Phase.REFERENCE_DATA, limit("reference-data"));
        plan.databases().forEach((name, database) -> database.referenceData().forEach(data -> {
            say(named(name, database) + ": bring " + String.join(", ", data.tables()) + " from "
                    + (data.files().isEmpty() ? data.from() : "the files in " + data.files())
                    + ", exactly the rows that the review shows");
            data.rules().forEach(rule -> say(name + ": " + rule(rule)));
            undo("never by itself: the backup has the rows as they were");
        }));
    }

    private static String rule(Database.TableRule rule) {
        return rule.table()
                + (rule.where().isEmpty() ? "" : " where " + rule.where())
                + (rule.without().isEmpty() ? "" : " without " + String.join(", ", rule.without()))
                + (rule.deletesExtra() ? "; rows that only the target has are deleted" : "");
    }

    private void deploy() {
        add(Phase.DEPLOY, limit("deploy"));
        for (Target target : plan.deploy()) {
            for (Target.CommandTarget command : target.command()) {
                say(target.name() + ": run " + command(command.deploy()));
                undo("run " + command(command.rollBack()) + ", where ${previous} is what " + command(command.current())
                        + " says before");
            }
            target.railwayIfAny().ifPresent(railway -> {
                say(target.name() + ": deploy the commit to " + railway.project() + "/" + railway.service() + " in "
                        + railway.environment() + " at Railway, with " + railway.token());
                undo("roll back to the deployment that serves before, with its own image and variables");
            });
            target.herokuIfAny().ifPresent(heroku -> {
                say(target.name() + ": build " + heroku.source() + " and release it to the app " + heroku.app()
                        + " at Heroku, with " + heroku.token());
                undo("roll back to the release that serves before, with its own slug and config vars; Heroku runs the"
                        + " release phase again");
            });
            if (!target.config().isEmpty()) {
                say(INDENT + "with "
                        + String.join(
                                ", ",
                                target.config().entrySet().stream()
                                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                                        .toList()));
            }
        }
        say("if it fails: " + failure("deploy"));
    }

    private void verify() {
        add(Phase.VERIFY, limit("verify"));
        for (Check check : plan.verify()) {
            say(check.http() + " answers " + answer(check.status(), check.json()) + " within "
                    + Durations.text(check.within()));
        }
        say("if it fails: " + failure("verify"));
    }

    private void watch() {
        Watch watch = plan.watch();
        add(Phase.WATCH, "for " + Durations.text(watch.window()) + ", every " + Durations.text(watch.every()));
        watch.metrics().forEach((name, metric) -> say(name + ": " + metric(metric)));
        watch.baseline()
                .forEach(time -> say("baseline: measured for " + Durations.text(time)
                        + " when the release is opened, before anything changes"));
        watch.rollbackWhen()
                .forEach(rule ->
                        say("roll back by itself when " + Rule.parse(rule).words()));
        watch.warnWhen().forEach(rule -> say("warn when " + Rule.parse(rule).words()));
    }

    private static String metric(Metric metric) {
        if (!metric.http().isEmpty()) {
            return metric.http() + " answers " + answer(metric.status(), metric.json()) + " within "
                    + Durations.text(metric.within());
        }
        if (!metric.railway().isEmpty()) {
            return "the " + metric.measurement() + " of " + metric.railway() + " at Railway, as a part of its limit";
        }
        if (!metric.prometheus().isEmpty()) {
            return metric.query() + ", asked of " + metric.prometheus();
        }
        if (!metric.scrape().isEmpty()) {
            return scraped(metric) + " at " + metric.scrape()
                    + (metric.value().isEmpty() ? ", from " + metric.atLeast() + " requests on" : "");
        }
        return Stream.of(
                        metric.sql().stream()
                                .map(sql -> sql.query().strip() + ", asked of "
                                        + (sql.database().isEmpty() ? sql.url() : sql.database())),
                        metric.command().stream().map(command -> "the last line of " + command(command.run())),
                        metric.document().stream().map(PlanText::document),
                        metric.sentry().stream().map(PlanText::sentry))
                .flatMap(words -> words)
                .collect(Collectors.joining());
    }

    private static String document(Metric.JsonMetric json) {
        return json.at() + " of " + json.url()
                + (json.timeAt().isEmpty()
                        ? ""
                        : ", not older than " + Durations.text(json.fresh()) + " by " + json.timeAt());
    }

    private static String sentry(Metric.SentryMetric sentry) {
        return sentry.count().replace('-', ' ') + " of release " + sentry.release() + " in the last "
                + Durations.text(sentry.period()) + " in Sentry, " + sentry.organization()
                + (sentry.project().isEmpty() ? "" : "/" + sentry.project());
    }

    private static String scraped(Metric metric) {
        if (metric.value().isEmpty()) {
            return metric.errors() + " of " + metric.of();
        }
        return metric.of().isEmpty() ? metric.value() : metric.value() + " of " + metric.of();
    }

    private static String answer(int status, Map<String, String> json) {
        StringBuilder answer = new StringBuilder().append(status);
        json.forEach((pointer, text) ->
                answer.append(" with ").append(pointer).append(" = ").append(text));
        return answer.toString();
    }

    private static String words(Restore restore) {
        return switch (restore.way()) {
            case Restore.COPY -> "rows are copied back into the tables";
            case Restore.RENAME -> "both databases are renamed";
            case Restore.COMMAND -> "run " + command(restore.command());
            default -> "left beside the present one";
        };
    }

    private void tail() {
        Rollback rollback = plan.rollback();
        lines.add("");
        lines.add("rollback within " + Durations.text(rollback.within())
                + (rollback.lockAfter() ? "; the environment is locked after it until a person unlocks it" : ""));
        say("by hand: "
                + (rollback.by().isEmpty()
                        ? "nobody; name people in `rollback: {by: …}` or in `approval: {from: …}`"
                        : String.join(", ", rollback.by())));
        typed(rollback.confirm(), rollback.reason());
        lines.add("never undone by itself: migrations, reference data; a database is restored only by a person");
        plan.databases().forEach((name, database) -> database.restore().forEach(restore -> {
            say(name + ": restored into a new database, then " + words(restore)
                    + (restore.by().isEmpty() ? "" : ", by " + String.join(" or ", restore.by())));
            typed(restore.confirm(), restore.reason());
        }));
        for (Channel channel : plan.channels()) {
            if (channel.tier().equals("none")) {
                lines.add("told of nothing: " + where(channel));
                continue;
            }
            String tier =
                    channel.daily() ? "told daily at " + channel.at() + " " + plan.zone() + ": " : "told at once: ";
            String usual = channel.pagerDuty().isEmpty() ? "everything" : "what needs a person";
            lines.add(tier + where(channel) + ", on "
                    + (channel.on().isEmpty() ? usual : String.join(", ", channel.on())));
        }
        plan.contact().forEach((role, who) -> lines.add("contact, " + role + ": " + who));
    }

    private static String where(Channel channel) {
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

    private String limit(String step) {
        return plan.timeout(step)
                .map((Duration limit) -> "at most " + Durations.text(limit))
                .orElse("");
    }

    private String failure(String phase) {
        return switch (plan.onFailure().getOrDefault(phase, "stop")) {
            case "roll-back" -> "roll back what was deployed";
            case "ask" ->
                "ask " + String.join(", ", plan.rollback().by()) + " for "
                        + Durations.text(plan.patience())
                        + " (retry, roll back or give up), then "
                        + (phase.equals("deploy") || phase.equals("verify") ? "roll back" : "stop");
            default -> "stop; nothing after it happens";
        };
    }

    private static String words(String verify) {
        return verify.equals("full-read")
                ? "reading it back whole"
                : "restoring it into a throw-away server and comparing every table";
    }

    private static String unless(Database.Backup backup) {
        return backup.unless().stream()
                .findFirst()
                .map(unless -> " (only reading it back whole where "
                        + Stream.of(
                                        unless.largerThan() > 0
                                                ? "it is larger than " + Sizes.text(unless.largerThan())
                                                : "",
                                        unless.longerThan().isZero()
                                                ? ""
                                                : "that takes longer than " + Durations.text(unless.longerThan()))
                                .filter(limit -> !limit.isEmpty())
                                .collect(Collectors.joining(" or "))
                        + ")")
                .orElse("");
    }

    private void how(Database database, Database.Backup backup) {
        List<String> words = new ArrayList<>();
        if (backup.isDirectory()) {
            words.add("as a directory by " + backup.parallel() + (backup.parallel() == 1 ? " job" : " jobs"));
        }
        if (!backup.compress().isEmpty()) {
            words.add(backup.compress().equals("none") ? "not packed" : "packed by " + backup.compress());
        }
        if (backup.bytesPerSecond() > 0) {
            words.add("at most " + Sizes.text(backup.bytesPerSecond()) + " a second");
        }
        if (!database.backupUrl().isEmpty()) {
            words.add("by the login of " + database.backupUrl());
        }
        if (!database.platform().isEmpty()) {
            words.add("without what " + database.platform() + " manages");
        }
        if (!words.isEmpty()) {
            say(INDENT + String.join(", ", words));
        }
    }

    private static String command(List<String> arguments) {
        return String.join(
                " ",
                arguments.stream()
                        .map(argument ->
                                argument.matches("[A-Za-z0-9_@%+=:,./${}-]+") ? argument : "'" + argument + "'")
                        .toList());
    }

    private void add(Phase phase, String limit) {
        lines.add(phase.word() + (limit.isEmpty() ? "" : " (" + limit + ")"));
    }

    private void say(String line) {
        lines.add(INDENT + line);
    }

    private void undo(String line) {
        lines.add(INDENT + INDENT + "undo: " + line);
    }
}
