package dev.slipway.worker.dev;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.reading.PlanEnvironments;
import dev.slipway.plan.reading.PlanProblem;
import dev.slipway.plan.reading.PlanReader;
import dev.slipway.plan.reading.PlanReading;
import dev.slipway.plan.reading.PlanRequest;
import dev.slipway.plan.reading.PlanSource;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.KnownEnvironments;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SigningFailed;
import dev.slipway.trust.SshKeygen;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.UnusableKey;
import dev.slipway.worker.Stopped;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code .slipway/} beside a plan: the worker's file, keys, record, dumps and Temporal's file of somebody who tries things
 * out on one machine. Git never sees it.
 */
final class DevFolder implements AutoCloseable {

    /** The mark of a file that is made anew from the plan at each start. */
    static final String MADE =
            "# made by `slipway dev` from slipway.yaml; take this line away to keep your own changes";

    private final Path project;
    private final Path folder;
    private final RandomAccessFile lockFile;

    private DevFolder(Path project, Path folder, RandomAccessFile lockFile) {
        this.project = project;
        this.folder = folder;
        this.lockFile = lockFile;
    }

    static DevFolder open(Path project) throws IOException {
        Path folder = project.resolve(".slipway");
        Files.createDirectories(folder.resolve("keys"));
        Path ignore = folder.resolve(".gitignore");
        if (!Files.exists(ignore)) {
            Files.writeString(ignore, "*\n");
        }
        RandomAccessFile lockFile = new RandomAccessFile(folder.resolve("lock").toFile(), "rw");
        try {
            FileLock lock = lockFile.getChannel().tryLock();
            if (lock != null) {
                return new DevFolder(project, folder, lockFile);
            }
        } catch (OverlappingFileLockException ofThisProcess) {
            // the same as of another one
        }
        lockFile.close();
        throw new Stopped(
                Stopped.USAGE, "another `slipway dev` runs in '" + project + "'; stop it, or use its Temporal");
    }

    Path folder() {
        return folder;
    }

    Path workerFile() {
        return folder.resolve("slipway-worker.yaml");
    }

    Path temporalFile() {
        return folder.resolve("temporal.db");
    }

    Path knownEnvironments() {
        return folder.resolve("known_environments");
    }

    /** One plan for each environment of the project's file. */
    List<ReleasePlan> plans() {
        PlanSource files = PlanSource.directory(project);
        PlanReader reader = new PlanReader();
        if (!Files.exists(project.resolve(PlanRequest.USUAL_FILE))) {
            throw new Stopped(
                    Stopped.USAGE,
                    "there is no " + PlanRequest.USUAL_FILE + " in '" + project
                            + "'; go there, or name the folder with --dir");
        }
        PlanEnvironments environments = reader.environments(files, PlanRequest.USUAL_FILE);
        List<ReleasePlan> plans = new ArrayList<>();
        List<PlanProblem> problems = new ArrayList<>();
        for (PlanEnvironments.Named each : environments.environments()) {
            PlanReading reading = reader.read(files, new PlanRequest(each.name(), "0", ""));
            if (reading.plan().isEmpty()) {
                // a plan from git wants a commit; which one is of no concern here
                reading = reader.read(files, new PlanRequest(each.name(), "0", "0".repeat(40)));
            }
            reading.plan().ifPresent(plans::add);
            problems.addAll(reading.problems());
        }
        if (plans.size() < environments.environments().size() || plans.isEmpty()) {
            if (problems.isEmpty()) {
                problems.addAll(reader.problems(files, PlanRequest.USUAL_FILE));
            }
            throw new Stopped(
                    Stopped.USAGE,
                    problems.stream().distinct().map(PlanProblem::withSnippet).collect(Collectors.joining("\n")));
        }
        return plans;
    }

    /** Makes what is not there yet: keys, pins, the worker's file. */
    void prepare(List<ReleasePlan> plans, Map<String, String> shell, Consumer<String> say) throws IOException {
        KnownEnvironments known = new KnownEnvironments(knownEnvironments());
        for (ReleasePlan plan : plans) {
            Path file = key(plan);
            try {
                if (!Files.exists(file)) {
                    EnvironmentKey.generate(plan.service() + "/" + plan.environment())
                            .write(file);
                    say.accept("made a key for " + plan.service() + "/" + plan.environment() + " in " + shown(file));
                }
                EnvironmentKey key = EnvironmentKey.load(file);
                if (known.add(plan.service(), plan.environment(), key.publicKey())
                        instanceof KnownEnvironments.Added.Conflict conflict) {
                    throw new Stopped(Stopped.USAGE, conflict.problem());
                }
            } catch (UnusableKey e) {
                throw new Stopped(Stopped.USAGE, e.getMessage());
            }
        }
        Path worker = workerFile();
        if (!Files.exists(worker) || Files.readString(worker).startsWith(MADE)) {
            boolean first = !Files.exists(worker);
            Files.writeString(worker, workerText(plans, shell));
            if (first) {
                say.accept("made the worker's file " + shown(worker)
                        + " (nobody has to approve here unless the plan says so)");
            }
            for (String secret : missing(plans, shell)) {
                say.accept("the plan's secret " + secret
                        + " is neither in this shell nor in .env beside slipway.yaml: put it"
                        + " into one of them, and start `slipway dev` again");
            }
        }
    }

    private Path key(ReleasePlan plan) {
        return folder.resolve("keys").resolve(plan.environment() + ".key");
    }

    private String workerText(List<ReleasePlan> plans, Map<String, String> shell) throws IOException {
        StringBuilder text = new StringBuilder(MADE).append('\n');
        text.append("slipway-worker: 1\nstate: state\nrecord: {directory: .}\nstores: {backups: backups}\n");
        text.append("metrics: {address: 127.0.0.1, port: 0}\nlogs: plain\nenvironments:\n");
        for (ReleasePlan plan : plans) {
            text.append("  ")
                    .append(plan.service())
                    .append('/')
                    .append(plan.environment())
                    .append(":\n");
            text.append("    source: ").append(source(plan)).append('\n');
            text.append("    key: keys/").append(plan.environment()).append(".key\n");
            text.append("    floor: {approval: {quorum: 0, unsigned: allowed}, hotfix: allowed, commands: allowed}\n");
            if (!plan.secrets().isEmpty()) {
                text.append("    secrets:\n");
            }
            for (ReleasePlan.Secret secret : plan.secrets()) {
                boolean inFile = !shell.containsKey(secret.name()) && inDotEnv(secret.name());
                text.append("      ")
                        .append(secret.name())
                        .append(inFile ? ": {dotenv: ../.env}" : ": {env: " + secret.name() + "}")
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static String source(ReleasePlan plan) {
        return plan.source().git().isEmpty()
                ? "{directory: ..}"
                : "{git: \"" + plan.source().git() + "\""
                        + (plan.branch().isEmpty() ? "" : ", branches: [" + branches(plan) + "]") + "}";
    }

    private static String branches(ReleasePlan plan) {
        return Stream.of(plan.branch(), plan.branch(Lane.HOTFIX))
                .distinct()
                .map(branch -> "\"" + branch + "\"")
                .collect(Collectors.joining(", "));
    }

    private Set<String> missing(List<ReleasePlan> plans, Map<String, String> shell) throws IOException {
        Set<String> missing = new TreeSet<>();
        for (ReleasePlan plan : plans) {
            for (ReleasePlan.Secret secret : plan.secrets()) {
                if (!shell.containsKey(secret.name()) && !inDotEnv(secret.name())) {
                    missing.add(secret.name());
                }
            }
        }
        return missing;
    }

    private boolean inDotEnv(String name) throws IOException {
        Path file = project.resolve(".env");
        return Files.isRegularFile(file)
                && Files.readAllLines(file).stream()
                        .anyMatch(line -> line.strip().matches("(export\\s+)?" + name + "\\s*=.*"));
    }

    /** A key to sign with, for somebody who has none that the plan knows. Empty where one of theirs will do. */
    Optional<Path> signer(List<ReleasePlan> plans, Map<String, String> shell, Consumer<String> say) throws IOException {
        if (plans.stream()
                        .allMatch(plan ->
                                plan.approval().quorum() == 0 && plan.people().isEmpty())
                || knowsOneOfTheirs(plans, shell)) {
            return Optional.empty();
        }
        Path file = folder.resolve("keys").resolve("signer");
        try {
            if (!Files.exists(file)) {
                new SshKeygen().generate(file, "slipway-dev");
            }
            SshPublicKey key = SshPublicKey.parse(Files.readString(Path.of(file + ".pub")));
            if (!known(plans, key)) {
                say.accept("none of your SSH keys belongs to the plan's people; there is one to try with in "
                        + shown(file) + ": add it to `people` of slipway.yaml, and its person to `approval`:");
                say.accept("    " + shell.getOrDefault("USER", "me") + ": [" + key.line() + "]");
            }
            return Optional.of(file);
        } catch (SigningFailed | UnusableKey e) {
            throw new Stopped(Stopped.USAGE, e.getMessage());
        }
    }

    private static boolean knowsOneOfTheirs(List<ReleasePlan> plans, Map<String, String> shell) {
        List<Path> files = new ArrayList<>();
        if (shell.containsKey("SLIPWAY_KEY")) {
            files.add(Path.of(shell.get("SLIPWAY_KEY") + ".pub"));
        }
        for (String usual : List.of("id_ed25519", "id_ecdsa", "id_ed25519_sk")) {
            files.add(Path.of(shell.getOrDefault("HOME", "/"), ".ssh", usual + ".pub"));
        }
        for (Path file : files) {
            try {
                if (Files.exists(file) && known(plans, SshPublicKey.parse(Files.readString(file)))) {
                    return true;
                }
            } catch (IOException | UnusableKey e) {
                // not a key that could sign here
            }
        }
        return false;
    }

    private static boolean known(List<ReleasePlan> plans, SshPublicKey key) {
        return plans.stream()
                .flatMap(plan -> plan.people().values().stream())
                .flatMap(List::stream)
                .anyMatch(line -> same(line, key));
    }

    private static boolean same(String line, SshPublicKey key) {
        try {
            return SshPublicKey.parse(line).sameKey(key);
        } catch (UnusableKey e) {
            return false;
        }
    }

    private String shown(Path file) {
        return project.relativize(file).toString();
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
