package dev.slipway.plan;

import dev.slipway.watch.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
        return text.lines.stream().map(text::filled).map(Quoted::plain).toList();
    }

    /** What is known already; what a roll-back goes to is known only when it begins. */
    private String filled(String line) {
        return Template.fill(
                line,
                plan.version().isEmpty() ? "${version}" : plan.version(),
                "${previous}",
                plan.commit().isEmpty() ? "${commit}" : plan.commit());
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
                    say(DatabaseText.backup(name, database, backup));
                    how(DatabaseText.how(database, backup));
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
            say(DatabaseText.migrate(plan, name, database, migrate));
            DatabaseText.guards(migrate.guard()).forEach(this::say);
            database.sameSchema()
                    .forEach(same -> say("compared with the schema of " + same.as()
                            + (same.stops() ? "; a difference stops the release" : "; a difference is told")));
            undo("never by itself: what was migrated stays; restoring the backup is a person's decision");
        }));
        say("if it fails: " + failure("migrate"));
    }

    private void referenceData() {
        add(Phase.REFERENCE_DATA, limit("reference-data"));
        plan.databases().forEach((name, database) -> database.referenceData().forEach(data -> {
            say(DatabaseText.referenceData(name, database, data));
            data.rules().forEach(rule -> say(name + ": " + DatabaseText.rule(rule)));
            undo("never by itself: the backup has the rows as they were");
        }));
    }

    private void deploy() {
        add(Phase.DEPLOY, limit("deploy"));
        for (Target target : plan.deploy()) {
            for (Target.CommandTarget command : target.command()) {
                say(target.name() + ": run " + CommandText.of(command.deploy()));
                undo("run " + CommandText.of(command.rollBack()) + ", where ${previous} is what "
                        + CommandText.of(command.current()) + " says before");
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
            say(check.http() + " answers " + AnswerText.of(check.status(), check.json()) + " within "
                    + Durations.text(check.within()));
        }
        say("if it fails: " + failure("verify"));
    }

    private void watch() {
        Watch watch = plan.watch();
        add(Phase.WATCH, "for " + Durations.text(watch.window()) + ", every " + Durations.text(watch.every()));
        watch.metrics().forEach((name, metric) -> say(name + ": " + MetricText.of(metric)));
        watch.baseline()
                .forEach(time -> say("baseline: measured for " + Durations.text(time)
                        + " when the release is opened, before anything changes"));
        watch.rollbackWhen()
                .forEach(rule ->
                        say("roll back by itself when " + Rule.parse(rule).words()));
        watch.warnWhen().forEach(rule -> say("warn when " + Rule.parse(rule).words()));
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
            say(name + ": restored into a new database, then " + DatabaseText.restore(restore)
                    + (restore.by().isEmpty() ? "" : ", by " + String.join(" or ", restore.by())));
            typed(restore.confirm(), restore.reason());
        }));
        for (Channel channel : plan.channels()) {
            if (channel.tier().equals("none")) {
                lines.add("told of nothing: " + ChannelText.of(channel));
                continue;
            }
            String tier =
                    channel.daily() ? "told daily at " + channel.at() + " " + plan.zone() + ": " : "told at once: ";
            String usual = channel.pagerDuty().isEmpty() ? "everything" : "what needs a person";
            lines.add(tier + ChannelText.of(channel) + ", on "
                    + (channel.on().isEmpty() ? usual : String.join(", ", channel.on())));
        }
        plan.contact().forEach((role, who) -> lines.add("contact, " + role + ": " + who));
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

    private void how(List<String> words) {
        if (!words.isEmpty()) {
            say(INDENT + String.join(", ", words));
        }
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
