package dev.slipway.plan;

import dev.slipway.record.Policy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the file of a policy, with the same care for places and words as a plan. */
public final class PolicyReader {

    private PolicyReader() {}

    /** @param policy empty where there are problems */
    public record Reading(Optional<Policy> policy, List<PlanProblem> problems) {}

    /** @param name of the file, for the problems */
    public static Reading read(String name, String text) {
        Problems problems = new Problems(name, text);
        Optional<Node> node = YamlText.nodes(text, problems);
        if (text.isBlank()) {
            return new Reading(
                    Optional.empty(),
                    List.of(new PlanProblem(
                            name,
                            1,
                            1,
                            "",
                            "the file is empty",
                            "start with `slipway-policy: " + Policy.FORMAT + "`",
                            "")));
        }
        if (node.isEmpty()) {
            return new Reading(Optional.empty(), problems.sorted());
        }
        Located root =
                new Walk(problems, new Scalars(Set.of(), new WatchRules())).value(PolicyFormat.POLICY, node.get(), "");
        Located format = root.at("slipway-policy");
        if (format.there() && format.sound() && !format.text().equals(Integer.toString(Policy.FORMAT))) {
            problems.add(
                    format.place(),
                    "format " + format.text() + " is not known",
                    "this slipway knows format " + Policy.FORMAT + " only");
        }
        if (!problems.none()) {
            return new Reading(Optional.empty(), problems.sorted());
        }
        Map<String, List<String>> people = new LinkedHashMap<>();
        root.at("people")
                .entries()
                .forEach((person, keys) -> people.put(
                        person,
                        keys.isSingle()
                                ? List.of(keys.text().strip())
                                : keys.items().stream()
                                        .map(key -> key.text().strip())
                                        .toList()));
        Located approval = root.at("approval");
        return new Reading(
                Optional.of(new Policy(
                        Policy.FORMAT,
                        people,
                        approval.texts("from"),
                        approval.number("quorum"),
                        approval.texts("not"),
                        root.texts("gates"),
                        root.text("hotfix").equals("allowed"),
                        approval.text("unsigned").equals("allowed"),
                        root.text("commands").equals("allowed"),
                        root.duration("keep"))),
                List.of());
    }
}
