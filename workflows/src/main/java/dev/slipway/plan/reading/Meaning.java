package dev.slipway.plan.reading;

import dev.slipway.plan.Quoted;
import dev.slipway.plan.ReleasePlan;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Judges what the values of a plan mean together. Keeps silent about what has been refused already. */
final class Meaning {

    /** Who may ask for a release could otherwise guess a secret letter by letter. */
    private static final Pattern PREFIX = Pattern.compile(".{0,12}|[a-z+]{1,12}://[A-Za-z0-9.-]+(?::[0-9]+)?/?");

    private final Problems problems;
    private final Located root;
    private final NamedMeaning named;
    private final GateMeaning gates;
    private final ApprovalMeaning approvals;
    private final DatabaseMeaning databases;
    private final TargetMeaning targets;
    private final WatchMeaning watches;
    private final ChannelMeaning channels;

    Meaning(Problems problems, RuleSyntax rules, Located root) {
        this.problems = problems;
        this.root = root;
        this.named = new NamedMeaning(problems, root);
        this.gates = new GateMeaning(problems, named);
        this.approvals = new ApprovalMeaning(problems, named, root);
        this.databases = new DatabaseMeaning(problems, named);
        this.targets = new TargetMeaning(problems, root);
        this.watches = new WatchMeaning(problems, rules);
        this.channels = new ChannelMeaning(problems, root);
    }

    /** What all environments share. */
    void judgeTop() {
        format(root.at("slipway"));
        keys(root.at("people"));
        secrets(root.at("secrets"));
        identities(root.at("identities"));
        Located environments = root.at("environments");
        if (environments.there()
                && environments.sound()
                && environments.entries().isEmpty()) {
            problems.add(environments.place(), "there is no environment", "add one, such as `production:`");
        }
    }

    void judge(Located environment, NamedFiles files) {
        if (!environment.has("databases") && !environment.has("deploy") && environment.sound()) {
            problems.add(
                    environment.place(),
                    "there is nothing to release",
                    "name a database in `databases` or a target in `deploy`");
        }
        gates.gates(environment.at("gates"), environment, files);
        approvals.approval(environment.at("hotfix").at("approval"));
        gates.hotfix(environment.at("hotfix"), environment.at("gates"));
        approvals.approval(environment.at("approval"));
        named.people(environment.at("rollback").at("by"));
        window(environment.at("window"));
        databases.order(environment.at("databases"));
        environment.at("databases").entries().values().forEach(database -> {
            databases.database(database, files);
            databases.sameSchema(database, environment);
        });
        targets.targets(environment.at("deploy"), files);
        watches.watch(environment.at("watch"), environment, files);
        onFailure(environment);
        rollback(environment);
        channels.channels(environment.at("notify"));
        if (root.at("source").has("directory")) {
            noCommit(environment);
        }
    }

    static String secretName(Located secret) {
        return secret.has("name") ? secret.text("name") : secret.text();
    }

    private void format(Located format) {
        if (format.there() && format.sound() && !format.text().equals(Integer.toString(ReleasePlan.FORMAT))) {
            problems.add(
                    format.place(),
                    "format " + format.text() + " is not known",
                    "this slipway knows format " + ReleasePlan.FORMAT + " only; use a slipway that knows this one");
        }
    }

    private void keys(Located people) {
        Map<String, String> owners = new HashMap<>();
        people.entries().forEach((person, keys) -> {
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
    }

    private void secrets(Located secrets) {
        Set<String> declared = new HashSet<>();
        for (Located secret : secrets.items()) {
            String name = secretName(secret);
            if (secret.sound() && !declared.add(name)) {
                problems.add(secret.place(), "secret " + Quoted.of(name) + " is declared twice", "take one away");
            }
        }
        for (Located secret : secrets.items()) {
            prefix(secret.at("prefix"));
            Located same = secret.at("same-as");
            if (same.there() && same.sound() && !declared.contains(same.text())) {
                problems.add(
                        same.place(),
                        "secret " + Quoted.of(same.text()) + " is not declared",
                        "add it to `secrets`, or take `same-as` out");
            }
        }
    }

    private void prefix(Located prefix) {
        if (prefix.there() && prefix.sound() && !PREFIX.matcher(prefix.text()).matches()) {
            problems.add(
                    prefix.place(),
                    "the beginning of a secret is longer than 12 characters, and would tell too much of it",
                    "give only what keys of its kind begin with, such as sk_live_, or an address up to its host");
        }
    }

    private void identities(Located identities) {
        identities.entries().forEach((name, known) -> {
            if (known.sound() && !root.at("people").has(name)) {
                problems.add(
                        known.place(), Quoted.of(name) + " is not in `people`", "add the person there, with a key");
            }
        });
    }

    private void window(Located window) {
        if (window.there() && window.sound() && !window.has("open") && !window.has("closed")) {
            problems.add(
                    window.place(),
                    "the window is neither `open` nor `closed` at any time",
                    "give it one of the two, or take it out");
        }
    }

    private void onFailure(Located environment) {
        boolean nobody = environment.at("rollback").at("by").items().isEmpty()
                && environment.at("approval").at("from").items().isEmpty();
        environment.at("on-failure").entries().values().forEach(what -> {
            if (what.sound() && what.text().equals("ask") && nobody) {
                problems.add(
                        what.place(),
                        "nobody may answer what is asked after a failure",
                        "name who may: `rollback: {by: […]}`");
            }
        });
    }

    private void rollback(Located environment) {
        Located within = environment.at("rollback").at("within");
        Duration longest = environment.at("timeouts").duration("rollback");
        if (within.there() && within.sound() && within.duration().compareTo(longest) > 0) {
            problems.add(
                    within.place(),
                    Quoted.of(within.text()) + " is longer than a rollback may take",
                    "raise `timeouts: {rollback: " + within.text() + "}` as well, or allow less time");
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
}
