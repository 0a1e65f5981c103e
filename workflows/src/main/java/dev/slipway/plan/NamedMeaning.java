package dev.slipway.plan;

import java.util.Map;

/** Judges the people and the other environments that a plan names. */
final class NamedMeaning {

    private final Problems problems;
    private final Located root;

    NamedMeaning(Problems problems, Located root) {
        this.problems = problems;
        this.root = root;
    }

    void people(Located names) {
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

    /** Names an environment of this plan that is not the one that names it. */
    void other(Located in, Located environment, String itself) {
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
}
