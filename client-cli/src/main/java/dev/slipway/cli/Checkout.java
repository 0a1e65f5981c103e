package dev.slipway.cli;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.reading.PlanEnvironments;
import dev.slipway.plan.reading.PlanProblem;
import dev.slipway.plan.reading.PlanReader;
import dev.slipway.plan.reading.PlanReading;
import dev.slipway.plan.reading.PlanRequest;
import dev.slipway.plan.reading.PlanSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The folder with a plan file in which a command is typed. */
final class Checkout {

    private final Path folder;
    private final String file;
    private final PlanReader reader = new PlanReader();

    private Checkout(Path folder, String file) {
        this.folder = folder;
        this.file = file;
    }

    /** The plan file that is named, else {@code slipway.yaml} here or in the nearest folder above. */
    static Checkout of(Shell shell, String planFile) {
        if (!planFile.isEmpty()) {
            Path path = shell.folder().resolve(planFile).normalize();
            if (!Files.isRegularFile(path)) {
                throw new CommandStopped(ExitCode.USAGE, "there is no plan file '" + path + "'");
            }
            return new Checkout(path.getParent(), path.getFileName().toString());
        }
        return find(shell)
                .orElseThrow(() -> new CommandStopped(
                        ExitCode.USAGE,
                        "no slipway.yaml in '" + shell.folder()
                                + "' or above; go to the checkout of the service, or name it with --plan-file"));
    }

    static Optional<Checkout> find(Shell shell) {
        for (Path at = shell.folder().toAbsolutePath().normalize(); at != null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve(PlanRequest.USUAL_FILE))) {
                return Optional.of(new Checkout(at, PlanRequest.USUAL_FILE));
            }
            if (Files.exists(at.resolve(".git"))) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    Path path() {
        return folder.resolve(file);
    }

    String branch() {
        return new Git(folder).branch();
    }

    PlanEnvironments environments() {
        return reader.environments(PlanSource.directory(folder), file);
    }

    List<PlanProblem> problems() {
        return reader.problems(PlanSource.directory(folder), file);
    }

    /**
     * The plan, or what is wrong with it. Where the source is git, the files are those of the commit, not those that lie
     * about.
     *
     * @param commit any name that git knows; empty for what is checked out
     */
    PlanReading read(String environment, String version, String commit) {
        Git git = new Git(folder);
        String id = git.commit(commit.isEmpty() ? "HEAD" : commit).orElse("");
        if (id.isEmpty() && !commit.isEmpty()) {
            throw new CommandStopped(ExitCode.USAGE, "there is no commit '" + commit + "' in '" + folder + "'");
        }
        PlanReading here =
                reader.read(PlanSource.directory(folder), new PlanRequest(environment, version, id, "", file));
        if (id.isEmpty()
                || here.plan().filter(plan -> plan.source().git().isEmpty()).isPresent()) {
            return here;
        }
        if (here.plan().isEmpty() && commit.isEmpty()) {
            return here; // a file that is being written is told about as it stands
        }
        try (GitTree tree = new GitTree(folder, id)) {
            return reader.read(tree, new PlanRequest(environment, version, id, git.prefix(), file));
        } catch (IOException e) {
            throw new CommandStopped(ExitCode.USAGE, "git cannot be started: " + e.getMessage(), e);
        }
    }

    /** The plan, where nothing is wrong with it; else all problems on stderr, and the end. */
    ReleasePlan plan(Shell shell, String environment, String version, String commit) {
        PlanReading reading = read(environment, version, commit);
        if (reading.plan().isPresent()) {
            return reading.plan().get();
        }
        reading.problems().forEach(problem -> problem.withSnippet().lines().forEach(shell::say));
        int count = reading.problems().size();
        throw new CommandStopped(
                ExitCode.USAGE,
                count + (count == 1 ? " problem" : " problems") + " in '" + path() + "'; nothing was done");
    }

    /** The plan of this release as this checkout makes it, where it can. */
    Optional<ReleasePlan> same(ReleasePlan other) {
        try {
            PlanReading reading = read(other.environment(), other.version(), other.commit());
            return reading.plan().filter(plan -> plan.service().equals(other.service()));
        } catch (CommandStopped unknownCommit) {
            return Optional.empty();
        }
    }

    /** Files of the plan that a worker would find different, because they are not committed. */
    List<String> uncommitted(ReleasePlan plan) {
        return new Git(folder).changed(new ArrayList<>(plan.files().keySet()));
    }

    boolean pushed(ReleasePlan plan) {
        return new Git(folder).pushed(plan.commit());
    }
}
