package dev.slipway.worker;

import dev.slipway.record.Policy;
import dev.slipway.secrets.Redaction;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.UnusableKey;
import dev.slipway.worker.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code slipway worker}: the process that holds the secrets and does the work. */
@Command(
        name = "worker",
        mixinStandardHelpOptions = true,
        description = "Does the work of releases: the process that holds the secrets. It reads slipway-worker.yaml and"
                + " connects by TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY or a profile.")
final class WorkerCommand implements Callable<Integer> {

    static final String BUILD_ID = "SLIPWAY_BUILD_ID";

    @Option(names = "--file", paramLabel = "FILE", description = "the worker's file (default: ${DEFAULT-VALUE})")
    private Path file = Path.of("slipway-worker.yaml");

    @Option(names = "--check", description = "say what would be served and what is missing, and end")
    private boolean check;

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> variables = System.getenv();
        if (check) {
            Settings settings = WorkerProcess.settings(file, variables);
            List<String> problems = Tools.problems(settings, new Redaction(), variables);
            checked(settings, problems).forEach(System.out::println);
            return problems.isEmpty() ? 0 : Stopped.USAGE;
        }
        CountDownLatch forever = new CountDownLatch(1);
        try (Ending ending = new Ending(0)) {
            ending.add(WorkerProcess.start(
                    file,
                    variables,
                    RunningWorker.STICKY,
                    Optional.ofNullable(variables.get(BUILD_ID)).filter(id -> !id.isBlank()),
                    RunningWorker.GRACE));
            forever.await();
        }
        return 0;
    }

    /** What would be served, and what is missing, in lines. */
    static List<String> checked(Settings settings, List<String> problems) {
        List<String> lines = new ArrayList<>();
        for (ServedEnvironment each : settings.environments()) {
            lines.add(each.name());
            lines.add("  source   " + source(each.source()));
            lines.add("  key      " + fingerprint(each.keys().file()));
            lines.add("  floor    " + floor(each.floor().policy()));
            lines.add("  people   " + people(each));
            each.secrets().sources().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(secret -> lines.add("  secret   " + secret.getKey() + " from "
                            + secret.getValue().place()));
            each.storage().stores().forEach((name, path) -> lines.add("  store    " + name + " in " + path));
            lines.add("  record   " + each.storage().record());
            each.keys()
                    .retired()
                    .forEach(key -> lines.add("  retired  " + key.key().fingerprint() + " after entry " + key.number()
                            + " (" + key.hash() + ")"));
            Tools.retiredNow(each).ifPresent(now -> {
                lines.add("  newest   entry " + now.number() + "; to change the key now, put this under retired-keys:");
                lines.add("           - {key: " + now.key().type() + " "
                        + now.key().blob() + ", entry: " + now.number() + ", hash: " + now.hash() + "}");
            });
        }
        problems.forEach(problem -> lines.add("problem: " + problem));
        lines.add(
                problems.isEmpty()
                        ? "nothing is missing; Temporal was not asked"
                        : problems.size() + " to be put right; Temporal was not asked");
        return lines;
    }

    private static String people(ServedEnvironment environment) {
        if (!environment.floor().people().isEmpty()) {
            return String.join(", ", new TreeSet<>(environment.floor().people().keySet()));
        }
        return environment.source() instanceof ServedEnvironment.Source.Git
                ? "as the plan names them: whoever may push there can name others"
                : "as the plan names them";
    }

    private static String source(ServedEnvironment.Source source) {
        if (source instanceof ServedEnvironment.Source.Git git) {
            return git.address() + " " + (git.branches().isEmpty() ? "(every branch)" : git.branches());
        }
        return ((ServedEnvironment.Source.Directory) source).path() + " as it is";
    }

    private static String fingerprint(Path key) {
        try {
            return EnvironmentKey.load(key).publicKey().fingerprint() + " " + key;
        } catch (UnusableKey e) {
            return e.getMessage();
        }
    }

    private static String floor(Policy floor) {
        return (floor.quorum() == 0
                        ? "approval only where the plan asks for it"
                        : floor.quorum() + " approver" + (floor.quorum() == 1 ? "" : "s"))
                + (floor.from().isEmpty() ? "" : " of " + String.join(", ", floor.from()))
                + (floor.not().isEmpty() ? "" : ", never the " + String.join(" or the ", floor.not()))
                + (floor.unsigned() ? ", unsigned ones, too" : "")
                + (floor.gates().isEmpty() ? "" : "; gates " + String.join(", ", floor.gates()))
                + "; hotfixes " + (floor.hotfix() ? "allowed" : "refused")
                + "; commands " + (floor.commands() ? "allowed" : "refused");
    }
}
