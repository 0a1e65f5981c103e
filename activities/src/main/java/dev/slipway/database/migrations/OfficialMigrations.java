package dev.slipway.database.migrations;

import dev.slipway.process.Command;
import dev.slipway.process.CommandNotStarted;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Migrations that a tool's own command line applies. We look, before it and after it, by ourselves: what it prints is for
 * people, and what it has done stands in the database.
 */
final class OfficialMigrations implements MigrationTool {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Official official;
    private final MigrationTool own;
    private final CommandRunner runner;

    /** A command line: how it is started for a request. */
    interface Official {

        /** Its argv, without a secret in it. */
        List<String> arguments(MigrationRequest request);

        /** Whose it is and what it runs on, in words. */
        String needs();

        /** Where it runs. */
        Path directory(MigrationRequest request);

        /** What it reads from its environment, beside what the plan's secrets are called. */
        Map<String, String> environment(MigrationRequest request);
    }

    OfficialMigrations(Official official, MigrationTool own, CommandRunner runner) {
        this.official = official;
        this.own = own;
        this.runner = runner;
    }

    @Override
    public String name() {
        return own.name();
    }

    @Override
    public List<MigrationFile> files(Path directory) {
        return own.files(directory);
    }

    /** Looked up and never started: nobody has approved anything yet. */
    @Override
    public MigrationStatus status(MigrationRequest request) {
        MigrationStatus status = own.status(request);
        String program = official.arguments(request).get(0);
        return isThere(program, official.directory(request))
                ? status
                : status.refusing("`runner: official` needs `" + program + "` on the PATH of the worker (for "
                        + official.needs() + "), and it is not there; install it, or let `runner: own` migrate");
    }

    private static boolean isThere(String program, Path directory) {
        if (program.contains("/")) {
            // from where it would be started
            return Files.isExecutable(directory.resolve(program));
        }
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    @Override
    public MigrationResult migrate(MigrationRequest request, Pulse pulse) {
        long start = System.nanoTime();
        MigrationRequest.Outside outside = request.outside()
                .orElseThrow(() -> new MigrationFailed(
                        "nothing was migrated: no program may run here; let `runner: own` migrate", true));
        runner.awaitGone(outside.mark(), pulse);
        // its own lock is its own business: what is ours keeps our other runs away
        try (Turn turn = Turn.take(request.url(), List.of(), request.retryFor(), pulse)) {
            MigrationStatus before = own.status(request);
            if (!before.problems().isEmpty()) {
                throw new MigrationFailed(
                        request.url().display() + ": nothing was migrated: " + String.join("; ", before.problems()),
                        true);
            }
            if (before.pending().isEmpty()) {
                return new MigrationResult(
                        List.of(), before.version(), before.version(), Duration.ofNanos(System.nanoTime() - start));
            }
            CommandResult result = run(request, outside, pulse);
            MigrationStatus after = own.status(request);
            if (!result.succeeded() || !after.pending().isEmpty()) {
                throw failure(request, result, before, after);
            }
            return new MigrationResult(
                    before.pending().stream()
                            .map(one -> new MigrationResult.Applied(one, Duration.ZERO))
                            .toList(),
                    before.version(),
                    after.version(),
                    Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private CommandResult run(MigrationRequest request, MigrationRequest.Outside outside, Pulse pulse) {
        Map<String, String> environment = new LinkedHashMap<>(outside.environment());
        environment.putAll(official.environment(request));
        try {
            return runner.run(
                    new Command(
                            official.arguments(request),
                            official.directory(request),
                            environment,
                            outside.limit(),
                            GRACE),
                    Optional.of(outside.mark()),
                    pulse);
        } catch (CommandNotStarted e) {
            throw new MigrationFailed(
                    "nothing was migrated: " + e.getMessage()
                            + "; install it on the worker, or let `runner: own` migrate",
                    true,
                    e);
        }
    }

    private static MigrationFailed failure(
            MigrationRequest request, CommandResult result, MigrationStatus before, MigrationStatus after) {
        List<String> done = after.applied().stream()
                .filter(one -> !before.applied().contains(one))
                .map(Migration::file)
                .toList();
        Left left = !after.problems().isEmpty() ? Left.PERHAPS_PART : done.isEmpty() ? Left.NOTHING : Left.FILES;
        return new MigrationFailed(
                request.url().display() + ": "
                        + (result.timedOut()
                                ? "the tool was stopped after " + result.took().toSeconds() + " s"
                                : "the tool ended with exit code " + result.exitCode())
                        + "; applied: " + (done.isEmpty() ? "nothing" : String.join(", ", done))
                        + "; not applied: "
                        + String.join(
                                ", ",
                                after.pending().stream().map(Migration::file).toList())
                        + (after.problems().isEmpty() ? "" : "; " + String.join("; ", after.problems()))
                        + "; it said: " + String.join(" | ", last(result.lastLines())),
                left);
    }

    private static List<String> last(List<String> lines) {
        return lines.subList(Math.max(0, lines.size() - 8), lines.size());
    }
}
