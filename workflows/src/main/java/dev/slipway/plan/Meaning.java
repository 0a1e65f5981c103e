package dev.slipway.plan;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Judges what the values of a plan mean together. Keeps silent about what has been refused already. */
final class Meaning {

    /** Who may ask for a release could otherwise guess a secret letter by letter. */
    private static final Pattern PREFIX = Pattern.compile(".{0,12}|[a-z+]{1,12}://[A-Za-z0-9.-]+(?::[0-9]+)?/?");

    private final Problems problems;
    private final RuleSyntax rules;
    private final Located root;

    Meaning(Problems problems, RuleSyntax rules, Located root) {
        this.problems = problems;
        this.rules = rules;
        this.root = root;
    }

    /** What all environments share. */
    void judgeTop() {
        Located format = root.at("slipway");
        if (format.there() && format.sound() && !format.text().equals(Integer.toString(ReleasePlan.FORMAT))) {
            problems.add(
                    format.place(),
                    "format " + format.text() + " is not known",
                    "this slipway knows format " + ReleasePlan.FORMAT + " only; use a slipway that knows this one");
        }
        Map<String, String> owners = new HashMap<>();
        root.at("people").entries().forEach((person, keys) -> {
            for (Located key : keys.isSingle() ? List.of(keys) : keys.items()) {
                String owner = key.sound() ? owners.putIfAbsent(PublicKeys.identity(key.text()), person) : null;
                if (owner != null) {
                    boolean same = owner.equals(person);
                    problems.add(
                            key.place(),
                            same
                                    ? "this key stands here twice"
                                    : "this is also a key of " + Quoted.of(owner) + ": one key is one person",
                            "take one away");
                }
            }
        });
        Map<String, Located> secrets = new HashMap<>();
        for (Located secret : root.at("secrets").items()) {
            String name = secretName(secret);
            if (secret.sound() && secrets.putIfAbsent(name, secret) != null) {
                problems.add(secret.place(), "secret " + Quoted.of(name) + " is declared twice", "take one away");
            }
        }
        for (Located secret : root.at("secrets").items()) {
            Located prefix = secret.at("prefix");
            if (prefix.there()
                    && prefix.sound()
                    && !PREFIX.matcher(prefix.text()).matches()) {
                problems.add(
                        prefix.place(),
                        "the beginning of a secret is longer than 12 characters, and would tell too much of it",
                        "give only what keys of its kind begin with, such as sk_live_, or an address up to its host");
            }
            Located same = secret.at("same-as");
            if (same.there() && same.sound() && !secrets.containsKey(same.text())) {
                problems.add(
                        same.place(),
                        "secret " + Quoted.of(same.text()) + " is not declared",
                        "add it to `secrets`, or take `same-as` out");
            }
        }
        root.at("identities").entries().forEach((name, known) -> {
            if (known.sound() && !root.at("people").has(name)) {
                problems.add(
                        known.place(), Quoted.of(name) + " is not in `people`", "add the person there, with a key");
            }
        });
        Located environments = root.at("environments");
        if (environments.there()
                && environments.sound()
                && environments.entries().isEmpty()) {
            problems.add(environments.place(), "there is no environment", "add one, such as `production:`");
        }
    }

    static String secretName(Located secret) {
        return secret.has("name") ? secret.text("name") : secret.text();
    }

    void judge(Located environment, NamedFiles files) {
        if (!environment.has("databases") && !environment.has("deploy") && environment.sound()) {
            problems.add(
                    environment.place(),
                    "there is nothing to release",
                    "name a database in `databases` or a target in `deploy`");
        }
        gates(environment.at("gates"), environment, files);
        hotfix(environment.at("hotfix"), environment.at("gates"));
        approval(environment.at("approval"));
        people(environment.at("rollback").at("by"));
        window(environment.at("window"));
        environment.at("databases").entries().values().forEach(database -> {
            database(database, files);
            sameSchema(database, environment);
        });
        targets(environment.at("deploy"), files);
        watch(environment.at("watch"), environment, files);
        Located rollback = environment.at("rollback").at("within");
        Duration longest = environment.at("timeouts").duration("rollback");
        environment.at("on-failure").entries().forEach((phase, what) -> {
            boolean nobody = environment.at("rollback").at("by").items().isEmpty()
                    && environment.at("approval").at("from").items().isEmpty();
            if (what.sound() && what.text().equals("ask") && nobody) {
                problems.add(
                        what.place(),
                        "nobody may answer what is asked after a failure",
                        "name who may: `rollback: {by: […]}`");
            }
        });
        if (rollback.there() && rollback.sound() && duration(rollback).compareTo(longest) > 0) {
            problems.add(
                    rollback.place(),
                    Quoted.of(rollback.text()) + " is longer than a rollback may take",
                    "raise `timeouts: {rollback: " + rollback.text() + "}` as well, or allow less time");
        }
        environment.at("notify").items().forEach(channel -> {
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
                problems.add(
                        channel.at("at").place(), "`at` is when a daily summary is due", "say `tier: daily` as well");
            }
            if (channel.has("github") && root.at("source").has("directory")) {
                problems.add(
                        channel.at("github").place(),
                        "GitHub is told of the deployment of a commit, and a release from a directory has none",
                        "release from git, or take it out");
            }
        });
        if (root.at("source").has("directory")) {
            noCommit(environment);
        }
    }

    /** What a gate is called where the plan does not say so. */
    static String gateName(Located gate) {
        if (gate.has("name")) {
            return gate.text("name");
        }
        return gate.has("released") ? "released-in-" + gate.at("released").text("in") : gateKind(gate);
    }

    private static String gateKind(Located gate) {
        return Format.GATES.stream().filter(gate::has).findFirst().orElse("");
    }

    private void gates(Located gates, Located environment, NamedFiles files) {
        Set<String> names = new HashSet<>();
        for (Located gate : gates.items()) {
            if (!gate.sound()) {
                continue;
            }
            String name = gateName(gate);
            if (!names.add(name)) {
                problems.add(
                        gate.has("name") ? gate.at("name").place() : gate.place(),
                        "there are two gates " + Quoted.of(name),
                        "give each a `name` of its own");
            }
            released(gate.at("released").at("in"), environment);
            Located protection = gate.at("protection");
            if (protection.there() && !protection.has("branch") && !environment.has("branch")) {
                problems.add(
                        protection.place(),
                        "which branch has to be protected is not clear",
                        "name the `branch`, here or of the environment");
            }
            files.arguments(gate.at("command"));
            files.files(gate.at("files"));
            if (gate.at("number").has("file")) {
                files.file(gate.at("number").at("file"));
            }
            Map.of("files", "command", "expect", "http", "within", "http").forEach((key, kind) -> {
                if (gate.has(key) && !gate.has(kind)) {
                    problems.add(
                            gate.at(key).place(), "`" + key + "` belongs to a gate by `" + kind + "`", "take it out");
                }
            });
        }
    }

    private void sameSchema(Located database, Located environment) {
        Located same = database.at("same-schema");
        other(same.at("as"), environment, "a schema is always the same as itself");
        if (same.there() && (!database.has("migrate") || database.at("migrate").has("command"))) {
            problems.add(
                    same.place(),
                    "`same-schema` compares migrations, and there are none whose files are known here",
                    "take it out, or migrate by `flyway`, `prisma`, `supabase` or `sql`");
        }
    }

    private void released(Located in, Located environment) {
        other(in, environment, "the version would have to be released here before it is released here");
    }

    /** Names an environment of this plan that is not the one that names it. */
    private void other(Located in, Located environment, String itself) {
        if (!in.there() || !in.sound()) {
            return;
        }
        Map<String, Located> all = root.at("environments").entries();
        if (!all.containsKey(in.text())) {
            String near = Nearest.asked(in.text(), all.keySet());
            problems.add(
                    in.place(),
                    "environment " + Quoted.of(in.text()) + " is not in this plan",
                    near.isEmpty() ? "name one of this plan" : near);
        } else if (all.get(in.text()).place().equals(environment.place())) {
            problems.add(in.place(), itself, "name another environment");
        }
    }

    private void hotfix(Located hotfix, Located gates) {
        if (!hotfix.there()) {
            return;
        }
        approval(hotfix.at("approval"));
        Set<String> known = new TreeSet<>(Set.of("window", "freeze"));
        for (Located gate : gates.items()) {
            known.add(gateName(gate));
            known.add(gateKind(gate));
        }
        for (Located skip : hotfix.at("skip").items()) {
            if (skip.sound() && gates.sound() && !known.contains(skip.text())) {
                String near = Nearest.asked(skip.text(), known);
                problems.add(
                        skip.place(),
                        "there is no " + Quoted.of(skip.text()) + " that a hotfix could skip",
                        near.isEmpty() ? "known here: " + String.join(", ", known) : near);
            }
        }
    }

    private void authors(Located approval) {
        if (!approval.texts("not").contains("authors")) {
            return;
        }
        for (Located person : approval.at("from").items()) {
            Located emails = root.at("identities").at(person.text()).at("emails");
            if (person.sound() && emails.items().isEmpty()) {
                problems.add(
                        approval.at("not").place(),
                        "`authors` cannot be told: nobody knows which commits are by " + Quoted.of(person.text()),
                        "add `identities: {" + person.text() + ": {emails: [...]}}` at the top of the file");
            }
        }
        if (root.at("source").has("directory")) {
            problems.add(
                    approval.at("not").place(),
                    "`authors` are not known: the source is a directory",
                    "release from git, or take it out");
        }
    }

    private void approval(Located approval) {
        Located from = approval.at("from");
        people(from);
        authors(approval);
        Located remind = approval.at("remind");
        if (remind.there()
                && remind.sound()
                && approval.at("expires").sound()
                && duration(remind).compareTo(approval.duration("expires")) >= 0) {
            problems.add(
                    remind.place(),
                    Quoted.of(remind.text()) + " before the end is before the beginning: it expires after "
                            + approval.text("expires"),
                    "remind later, or wait longer");
        }
        Located quorum = approval.at("quorum");
        if (!approval.there()
                || !from.sound()
                || !from.there()
                || !quorum.sound()
                || !approval.at("not").sound()) {
            return;
        }
        int wanted = approval.number("quorum");
        int people = from.items().size();
        Located.Place place = quorum.there() ? quorum.place() : approval.place();
        if (wanted > people) {
            problems.add(
                    place,
                    "a quorum of " + wanted + " cannot be reached by " + people(people),
                    "name more people in `from`, or lower the quorum");
        } else if (approval.texts("not").contains("requester") && wanted > people - 1) {
            problems.add(
                    place,
                    "a quorum of " + wanted + " cannot be reached: "
                            + (people == 1 ? "the one person" : "one of the " + people + " people")
                            + " may be the requester, whose yes does not count",
                    "name more people in `from`, lower the quorum, or take `not: [requester]` out");
        }
    }

    private static String people(int number) {
        return number == 1 ? "one person" : number + " people";
    }

    private void people(Located names) {
        Located known = root.at("people");
        for (Located name : names.items()) {
            if (name.sound() && !known.has(name.text())) {
                String near = Nearest.asked(name.text(), known.entries().keySet());
                problems.add(
                        name.place(),
                        Quoted.of(name.text()) + " is not in `people`",
                        near.isEmpty()
                                ? "add " + name.text() + " and a public key to `people:` at the top of the file"
                                : near);
            }
        }
    }

    private void window(Located window) {
        if (window.there() && window.sound() && !window.has("open") && !window.has("closed")) {
            problems.add(
                    window.place(),
                    "the window is neither `open` nor `closed` at any time",
                    "give it one of the two, or take it out");
        }
    }

    private void database(Located database, NamedFiles files) {
        Located migrate = database.at("migrate");
        files.migrations(migrate.at("flyway"), MigrationNames.FLYWAY);
        files.migrations(migrate.at("prisma"), MigrationNames.PRISMA);
        files.migrations(migrate.at("supabase"), MigrationNames.SUPABASE);
        files.migrations(migrate.at("sql"), MigrationNames.SQL);
        files.arguments(migrate.at("command"));
        files.files(migrate.at("files"));
        boolean official = migrate.has("runner") && migrate.text("runner").equals("official");
        if (official && !migrate.has("prisma") && !migrate.has("supabase")) {
            problems.add(
                    migrate.at("runner").place(),
                    "`runner: official` is for `prisma` and `supabase`",
                    "take it out, or say what to run by `command`");
        }
        if (official && migrate.text("all-or-nothing").equals("true")) {
            problems.add(
                    migrate.at("all-or-nothing").place(),
                    "an official tool takes each file for itself",
                    "take it out, or let `runner: own` migrate");
        }
        for (String folder : List.of("flyway", "sql", "prisma", "supabase")) {
            if (migrate.has(folder) && migrate.has("files") && !official) {
                problems.add(
                        migrate.at("files").place(),
                        "`files` belong to a `command` or an official tool",
                        "take them out; every file below the `" + folder + "` folder is part of the plan anyway");
            }
        }
        restore(database.at("restore"), files);
        guards(database, migrate);
        backup(database.at("backup"));
        Located from = database.at("reference-data").at("from");
        if (from.there()
                && from.sound()
                && (from.text().equals(database.text("url")) || from.text().equals(database.text("direct-url")))) {
            problems.add(
                    from.place(),
                    "the database would be copied onto itself: " + Quoted.of(from.text()) + " is its own address",
                    "name the secret of the database to copy from");
        }
        referenceData(database.at("reference-data"), files);
    }

    private void referenceData(Located data, NamedFiles files) {
        Set<String> names = new HashSet<>();
        for (Located table : data.at("tables").items()) {
            Located name = table.has("name") ? table.at("name") : table;
            if (name.sound() && name.isSingle() && !names.add(name.text())) {
                problems.add(
                        name.place(), "table " + Quoted.of(name.text()) + " is named twice", "take one of them out");
            }
        }
        files.tables(data.at("files"), names);
    }

    private void restore(Located restore, NamedFiles files) {
        people(restore.at("by"));
        files.arguments(restore.at("command"));
        files.files(restore.at("files"));
        Located way = restore.at("switch");
        boolean byCommand = way.there() && way.sound() && way.text().equals("command");
        if (byCommand && !restore.has("command")) {
            problems.add(
                    way.place(),
                    "`switch: command` names no command",
                    "add `command: [./switch-database, '${restored}']`");
        }
        if (restore.has("command") && !byCommand && (!way.there() || way.sound())) {
            problems.add(
                    restore.at("command").place(),
                    "a `command` belongs to `switch: command`",
                    "say `switch: command`, or take the command out");
        }
    }

    /** What is asked of pending files has to be something that can be known of them. */
    private void guards(Located database, Located migrate) {
        boolean required = migrate.has("rehearse") && migrate.text("rehearse").equals("required");
        boolean never = migrate.has("rehearse") && migrate.text("rehearse").equals("never");
        boolean secured = migrate.has("row-level-security")
                && migrate.text("row-level-security").equals("required");
        if (migrate.has("command")) {
            for (String key : List.of("rehearse", "refuse", "longest-lock", "row-level-security")) {
                boolean asks =
                        switch (key) {
                            case "rehearse" -> required;
                            case "row-level-security" -> secured;
                            default -> migrate.has(key);
                        };
                if (asks) {
                    problems.add(
                            migrate.at(key).place(),
                            "nobody can tell what a `command` is going to migrate, so `" + key + "` cannot hold",
                            "take it out, or name the folder of the migrations");
                }
            }
            return;
        }
        if (never && migrate.has("longest-lock")) {
            problems.add(
                    migrate.at("longest-lock").place(),
                    "only a rehearsal tells how long a lock is held, and `rehearse: never` holds none",
                    "take one of the two out");
        }
        if (required && !database.has("backup")) {
            problems.add(
                    migrate.at("rehearse").place(),
                    "a rehearsal is held on a copy of a backup, and this database has none",
                    "give it a `backup`, or take `rehearse` out");
        }
    }

    private void backup(Located backup) {
        if (backup.has("jobs")
                && backup.number("jobs") > 1
                && !backup.text("format").equals("directory")) {
            problems.add(
                    backup.at("jobs").place(),
                    "pg_dump writes a custom file by one job",
                    "add `format: directory`, or take `jobs` out");
        }
        Located unless = backup.at("unless");
        if (unless.there() && !backup.text("verify").equals("restore")) {
            problems.add(
                    unless.place(),
                    "`unless` says when a restore is too much, and this backup is not restored",
                    "add `verify: restore`, or take it out");
        }
        if (unless.there() && unless.sound() && !unless.has("larger-than") && !unless.has("longer-than")) {
            problems.add(unless.place(), "`unless` has no limit", "give `larger-than`, `longer-than` or both");
        }
    }

    private void targets(Located targets, NamedFiles files) {
        Set<String> names = new HashSet<>();
        for (Located target : targets.items()) {
            Located name = target.at("name");
            if (name.there() && name.sound() && !names.add(name.text())) {
                problems.add(
                        name.place(),
                        "target " + Quoted.of(name.text()) + " stands here twice",
                        "give each target a name of its own");
            }
            Located command = target.at("command");
            for (String part : List.of("deploy", "current", "roll-back")) {
                files.arguments(command.at(part));
            }
            files.files(command.at("files"));
            for (String vendor : List.of("railway", "heroku")) {
                vendor(target.at(vendor));
            }
        }
    }

    /** What a vendor deploys is a commit, with a token that has to be declared also where its usual name is meant. */
    private void vendor(Located vendor) {
        if (!vendor.there() || !vendor.sound()) {
            return;
        }
        if (root.at("source").has("directory")) {
            problems.add(
                    vendor.place(),
                    "a vendor deploys a commit, and the source is a directory",
                    "release from git: `source: {git: …}`");
        }
        String token = vendor.text("token").substring(1);
        boolean declared = root.at("secrets").items().stream()
                .anyMatch(secret -> secretName(secret).equals(token));
        if (!vendor.has("token") && !declared && root.at("secrets").sound()) {
            problems.add(
                    vendor.place(),
                    "`$" + token + "` is not declared",
                    "add " + token + " to `secrets:` at the top of the file, or name another secret as `token`");
        }
    }

    private void railway(Located name, Located targets) {
        List<String> known = targets.items().stream()
                .filter(target -> target.has("railway"))
                .map(target -> target.text("name"))
                .toList();
        if (name.there() && name.sound() && !known.contains(name.text())) {
            String near = Nearest.asked(name.text(), known);
            problems.add(
                    name.place(),
                    Quoted.of(name.text()) + " is no target at Railway in this environment",
                    near.isEmpty() ? "name one of `deploy`, with `railway`" : near);
        }
    }

    private void watch(Located watch, Located environment, NamedFiles files) {
        if (!watch.there()) {
            return;
        }
        Located every = watch.at("every");
        Located window = watch.at("for");
        boolean timed = every.sound() && window.sound() && window.there();
        if (timed && duration(every).compareTo(duration(window)) > 0) {
            problems.add(
                    every.there() ? every.place() : window.place(),
                    "the time between two measurements (" + every.text() + ") is longer than the watch ("
                            + window.text() + ")",
                    "measure more often, or watch longer");
        }
        Located metrics = watch.at("metrics");
        if (watch.has("metrics") && metrics.sound() && metrics.entries().isEmpty()) {
            problems.add(metrics.place(), "there is no metric", "name one, or take `watch` out");
        }
        metrics.entries().values().forEach(metric -> metric(metric, environment.at("databases"), files));
        metrics.entries().values().forEach(metric -> railway(metric.at("railway"), environment.at("deploy")));
        boolean compares = false;
        for (String list : List.of("rollback-when", "warn-when")) {
            for (Located rule : watch.at(list).items()) {
                if (rule.sound()) {
                    rule(rule, metrics, timed ? duration(window) : Duration.ZERO, duration(every));
                }
                compares |= !rule.sound() || rules.comparesWithBaseline(rule.text());
            }
        }
        if (watch.has("baseline") && !compares) {
            problems.add(
                    watch.at("baseline").place(),
                    "no rule compares with a baseline",
                    "write a rule such as `errors > 3x baseline for 2m`, or take it out");
        }
    }

    private void rule(Located rule, Located metrics, Duration window, Duration every) {
        String metric = rules.metric(rule.text());
        if (!metrics.has(metric)) {
            if (metrics.there()) {
                String near = Nearest.asked(metric, metrics.entries().keySet());
                problems.add(
                        rule.place(),
                        "metric " + Quoted.of(metric) + " is not in `metrics`",
                        near.isEmpty() ? "add it there" : near);
            }
            return;
        }
        Located source = metrics.at(metric);
        if (rules.failing(rule.text()) && source.sound() && !source.has("scrape") && !source.has("http")) {
            problems.add(
                    rule.place(),
                    "rule " + Quoted.of(rule.text()) + " can never hold: only the released service itself can be"
                            + " failing, and " + Quoted.of(metric) + " is asked of somebody else",
                    "give it a metric by `http` or `scrape`");
        }
        Duration held = rules.held(rule.text());
        if (held.isZero()) {
            return;
        }
        if (!window.isZero() && held.compareTo(window) > 0) {
            problems.add(
                    rule.place(),
                    "rule " + Quoted.of(rule.text()) + " can never hold: the watch lasts " + Durations.text(window)
                            + " only",
                    "watch longer, or shorten the rule");
        } else if (!window.isZero() && held.compareTo(every) < 0) {
            problems.add(
                    rule.place(),
                    "rule " + Quoted.of(rule.text()) + " is shorter than the time between two measurements ("
                            + Durations.text(every) + ")",
                    "measure more often, or lengthen the rule");
        }
    }

    private void metric(Located metric, Located databases, NamedFiles files) {
        if (!metric.sound()) {
            return;
        }
        if (metric.has("scrape")) {
            boolean rate = metric.has("errors") && metric.has("of") && !metric.has("value");
            boolean gauge = metric.has("value") && !metric.has("errors");
            if (!rate && !gauge) {
                problems.add(
                        metric.place(),
                        "what to read from the page is not clear",
                        "give either both counters, `errors` and `of`, or the `value` of a gauge");
            }
            foreign(metric, "scrape", "query", "expect", "measurement");
        } else if (metric.has("prometheus")) {
            if (!metric.has("query")) {
                problems.add(metric.place(), "`query` is missing", "give the PromQL query that gives one number");
            }
            foreign(metric, "prometheus", "errors", "of", "value", "expect", "measurement");
        } else if (metric.has("http")) {
            foreign(metric, "http", "errors", "of", "value", "query", "token", "measurement");
        } else {
            for (String kind : List.of("sql", "command", "json", "sentry")) {
                if (metric.has(kind)) {
                    foreign(metric, kind, "errors", "of", "value", "query", "expect", "token", "measurement");
                }
            }
        }
        if (metric.has("railway")) {
            if (!metric.has("measurement")) {
                problems.add(metric.place(), "`measurement` is missing", "give memory or cpu");
            }
            foreign(metric, "railway", "errors", "of", "value", "query", "expect", "token");
        }
        Located database = metric.at("sql").at("database");
        if (database.there() && database.sound() && !databases.has(database.text())) {
            String near = Nearest.asked(database.text(), databases.entries().keySet());
            problems.add(
                    database.place(),
                    "database " + Quoted.of(database.text()) + " is not in `databases`",
                    near.isEmpty() ? "name one of this environment, or give its `url`" : near);
        }
        files.arguments(metric.at("command").at("run"));
        files.files(metric.at("command").at("files"));
        Located json = metric.at("json");
        if (json.has("fresh") && !json.has("time-at")) {
            problems.add(
                    json.at("fresh").place(),
                    "how old the number is cannot be told",
                    "give `time-at` as well, or take `fresh` out");
        }
    }

    private void foreign(Located metric, String source, String... keys) {
        for (String key : keys) {
            if (metric.has(key)) {
                problems.add(
                        metric.at(key).place(),
                        "`" + key + "` does not belong to a metric by `" + source + "`",
                        "take it out");
            }
        }
    }

    /** A directory has no commit that could be filled in. */
    private void noCommit(Located value) {
        if (value.sound() && value.text().contains("${commit}")) {
            problems.add(
                    value.place(),
                    "`${commit}` is not known: the source is a directory",
                    "use `${version}`, or release from git");
        }
        value.items().forEach(this::noCommit);
        value.entries().values().forEach(this::noCommit);
    }

    private static Duration duration(Located value) {
        return Durations.parse(value.text()).orElse(Duration.ZERO);
    }
}
