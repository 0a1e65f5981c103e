package dev.slipway.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Judges what a version is deployed to. */
final class TargetMeaning {

    private final Problems problems;
    private final Located root;

    TargetMeaning(Problems problems, Located root) {
        this.problems = problems;
        this.root = root;
    }

    void targets(Located targets, NamedFiles files) {
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
                .anyMatch(secret -> Meaning.secretName(secret).equals(token));
        if (!vendor.has("token") && !declared && root.at("secrets").sound()) {
            problems.add(
                    vendor.place(),
                    "`$" + token + "` is not declared",
                    "add " + token + " to `secrets:` at the top of the file, or name another secret as `token`");
        }
    }
}
