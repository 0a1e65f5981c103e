package dev.slipway.plan;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Judges what has to be true before people are asked, and what of it a hotfix may leave out. */
final class GateMeaning {

    private final Problems problems;
    private final NamedMeaning named;

    GateMeaning(Problems problems, NamedMeaning named) {
        this.problems = problems;
        this.named = named;
    }

    /** What a gate is called where the plan does not say so. */
    static String gateName(Located gate) {
        if (gate.has("name")) {
            return gate.text("name");
        }
        return gate.has("released") ? "released-in-" + gate.at("released").text("in") : gateKind(gate);
    }

    private static String gateKind(Located gate) {
        return GateFormat.KINDS.stream().filter(gate::has).findFirst().orElse("");
    }

    void gates(Located gates, Located environment, NamedFiles files) {
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

    private void released(Located in, Located environment) {
        named.other(in, environment, "the version would have to be released here before it is released here");
    }

    void hotfix(Located hotfix, Located gates) {
        if (!hotfix.there()) {
            return;
        }
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
}
