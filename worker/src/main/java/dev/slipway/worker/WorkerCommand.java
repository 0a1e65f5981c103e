package dev.slipway.worker;

import dev.slipway.record.Policy;
import dev.slipway.secrets.Redaction;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.UnusableKey;
import dev.slipway.worker.settings.Settings;
import java.nio.file.Path;
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
            return checked(settings, Tools.problems(settings, new Redaction(), variables));
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

    private static int checked(Settings settings, List<String> problems) {
        for (ServedEnvironment each : settings.environments()) {
            System.out.println(each.name());
            System.out.println("  source   " + source(each.source()));
            System.out.println("  key      " + fingerprint(each.key()));
            System.out.println("  floor    " + floor(each.floor()));
            System.out.println("  people   "
                    + (each.people().isEmpty()
                            ? "as the plan names them"
                            : String.join(", ", new TreeSet<>(each.people().keySet()))));
            each.secrets().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(secret -> System.out.println("  secret   " + secret.getKey() + " from "
                            + secret.getValue().place()));
            each.stores().forEach((name, path) -> System.out.println("  store    " + name + " in " + path));
            System.out.println("  record   " + each.record());
            each.retired()
                    .forEach(key -> System.out.println("  retired  " + key.key().fingerprint() + " after entry "
                            + key.number() + " (" + key.hash() + ")"));
            Tools.retiredNow(each)
                    .ifPresent(now -> System.out.println("  newest   entry " + now.number()
                            + "; to change the key now, put this under retired-keys:\n             - {key: "
                            + now.key().type() + " " + now.key().blob() + ", entry: " + now.number() + ", hash: "
                            + now.hash() + "}"));
        }
        problems.forEach(problem -> System.out.println("problem: " + problem));
        System.out.println(problems.isEmpty() ? "nothing is missing" : problems.size() + " to be put right");
        return problems.isEmpty() ? 0 : Stopped.USAGE;
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
        return floor.quorum() + " approver" + (floor.quorum() == 1 ? "" : "s")
                + (floor.from().isEmpty() ? "" : " of " + String.join(", ", floor.from()))
                + (floor.not().isEmpty() ? "" : ", never the " + String.join(" or the ", floor.not()))
                + (floor.unsigned() ? ", unsigned ones, too" : "")
                + (floor.gates().isEmpty() ? "" : "; gates " + String.join(", ", floor.gates()))
                + "; hotfixes " + (floor.hotfix() ? "allowed" : "refused")
                + "; commands " + (floor.commands() ? "allowed" : "refused");
    }
}
