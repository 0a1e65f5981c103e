package dev.slipway.plan.reading;

import dev.slipway.plan.Quoted;
import dev.slipway.plan.ReleasePlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads a plan file: all of its environments are judged, all problems are told at once, each with its place; where
 * there is none, the plan of one environment comes out. The same files and the same request give the same plan
 * everywhere.
 */
public final class PlanReader {

    private static final int MOST_ENVIRONMENTS = 100;
    private static final String COMMIT = "[0-9a-f]{40}";

    private final RuleSyntax rules;

    public PlanReader() {
        this(new WatchRules());
    }

    public PlanReader(RuleSyntax rules) {
        this.rules = rules;
    }

    /** The plan of one environment. */
    public PlanReading read(PlanSource files, PlanRequest request) {
        Judged judged = judge(files, request.file());
        Optional<Located> environment = judged.environment(request.environment());
        request(request, judged, environment.isPresent());
        if (!judged.problems.none() || environment.isEmpty()) {
            return new PlanReading(Optional.empty(), judged.problems.sorted());
        }
        Map<String, String> hashes = judged.files.get(request.environment()).hashes(request.file(), judged.bytes);
        if (!judged.problems.none()) {
            return new PlanReading(Optional.empty(), judged.problems.sorted());
        }
        ReleasePlan plan = new Resolved(judged.root.orElseThrow(), environment.get(), rules).plan(request, hashes);
        return new PlanReading(Optional.of(plan), List.of());
    }

    /** Everything that is wrong with the file, whichever environment it is about. */
    public List<PlanProblem> problems(PlanSource files, String file) {
        return judge(files, file).problems.sorted();
    }

    /** The environments of the file, as far as it can be read. */
    public PlanEnvironments environments(PlanSource files, String file) {
        Judged judged = judge(files, file);
        List<PlanEnvironments.Named> named = new ArrayList<>();
        judged.root.ifPresent(root -> root.at("environments")
                .entries()
                .forEach((name, environment) ->
                        named.add(new PlanEnvironments.Named(name, environment.text("branch")))));
        return new PlanEnvironments(
                judged.root.map(root -> root.text("service")).orElse(""), named);
    }

    /** A file that has been gone through. */
    private record Judged(Problems problems, byte[] bytes, Optional<Located> root, Map<String, NamedFiles> files) {

        Optional<Located> environment(String name) {
            return root.map(top -> top.at("environments").entries().get(name));
        }
    }

    private Judged judge(PlanSource source, String file) {
        Optional<String> astray = Paths.problem(file);
        if (astray.isPresent() || file.contains("/")) {
            // a worker is told the name by whoever asks for a release
            Problems problems = new Problems(file, "");
            problems.addToRequest(
                    astray.orElse(Quoted.of(file) + " is not the name of a file"),
                    "give the name of the plan file alone");
            return new Judged(problems, new byte[0], Optional.empty(), Map.of());
        }
        Optional<byte[]> bytes = source.read(file);
        if (bytes.isEmpty()) {
            Problems problems = new Problems(file, "");
            problems.addToRequest(
                    "there is no plan file " + Quoted.of(file), "write one; `slipway schema` says what stands in it");
            return new Judged(problems, new byte[0], Optional.empty(), Map.of());
        }
        Problems undecoded = new Problems(file, "");
        Optional<String> text = YamlText.decode(bytes.get(), undecoded);
        if (text.isEmpty()) {
            return new Judged(undecoded, bytes.get(), Optional.empty(), Map.of());
        }
        Problems problems = new Problems(file, text.get());
        Optional<Node> node = YamlText.nodes(text.get(), problems);
        if (node.isEmpty()) {
            return new Judged(problems, bytes.get(), Optional.empty(), Map.of());
        }
        Scalars scalars = new Scalars(declared(node.get()), rules);
        Located root = new Walk(problems, scalars).value(Format.ROOT, node.get(), "");
        Meaning meaning = new Meaning(problems, rules, root);
        meaning.judgeTop();
        Map<String, NamedFiles> files = new HashMap<>();
        Located environments = root.at("environments");
        if (environments.entries().size() > MOST_ENVIRONMENTS) {
            problems.add(
                    environments.place(),
                    "there are more than " + MOST_ENVIRONMENTS + " environments",
                    "split the plan up");
            return new Judged(problems, bytes.get(), Optional.of(root), Map.of());
        }
        environments.entries().forEach((name, environment) -> {
            NamedFiles named = new NamedFiles(source, problems);
            meaning.judge(environment, named);
            files.put(name, named);
        });
        return new Judged(problems, bytes.get(), Optional.of(root), files);
    }

    private static void request(PlanRequest request, Judged judged, boolean found) {
        Problems problems = judged.problems;
        if (judged.root.isEmpty()) {
            return;
        }
        Located root = judged.root.get();
        if (!found && root.has("environments")) {
            Located environments = root.at("environments");
            problems.add(
                    environments.place(),
                    "there is no environment " + Quoted.of(request.environment()),
                    Nearest.to(request.environment(), environments.entries().keySet())
                            .map(near -> "did you mean `" + near + "`?")
                            .orElse("known: "
                                    + String.join(", ", environments.entries().keySet())));
        }
        if (!request.version().matches(Kind.NAME.pattern())) {
            problems.addToRequest(
                    "version " + Quoted.of(request.version()) + " is not " + Kind.NAME.words(),
                    "give one such as 1.4.0, at most 64 characters");
        }
        if (root.at("source").has("git") && !request.commit().matches(COMMIT)) {
            problems.addToRequest(
                    "commit " + Quoted.of(request.commit()) + " is not a full commit id",
                    "give all 40 hex digits, as `git rev-parse HEAD` prints them");
        }
        if (!request.path().isEmpty()) {
            Paths.problem(request.path())
                    .ifPresent(what ->
                            problems.addToRequest(what, "give the folder of the plan file inside the repository"));
        }
    }

    /** The declared names, before anything is judged: the file may declare them below their use. */
    private static Set<String> declared(Node root) {
        Set<String> names = new HashSet<>();
        if (member(root, "secrets").orElse(root) instanceof SequenceNode list) {
            for (Node element : list.getValue()) {
                Node name = member(element, "name").orElse(element);
                if (name instanceof ScalarNode scalar) {
                    names.add(scalar.getValue());
                }
            }
        }
        return names;
    }

    private static Optional<Node> member(Node node, String key) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode name
                        && name.getValue().equals(key)) {
                    return Optional.of(tuple.getValueNode());
                }
            }
        }
        return Optional.empty();
    }
}
