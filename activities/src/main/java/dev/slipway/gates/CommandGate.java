package dev.slipway.gates;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.process.Command;
import dev.slipway.process.CommandNotStarted;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.source.WorkingDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A command of the plan ends with 0. It runs when the release is approved, with the plan's files and no secret. */
final class CommandGate implements GateJudge {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final CommandRunner runner;

    CommandGate(CommandRunner runner) {
        this.runner = runner;
    }

    @Override
    public String kind() {
        return "command";
    }

    @Override
    public boolean onlyWhenApproved() {
        return true;
    }

    @Override
    public Finding judge(GateContext context) {
        ReleasePlan plan = context.plan();
        Path folder = context.served().working("gate-" + UUID.randomUUID());
        List<String> argv = context.gate().command().stream().map(context::fill).toList();
        try {
            WorkingDirectory.layOut(
                    folder,
                    context.served()
                            .source()
                            .judged(plan.commit(), plan.source().path()),
                    plan.files());
            CommandResult result = runner.run(new Command(argv, folder, Map.of(), LIMIT, GRACE), context.pulse());
            String last = result.lastLines().isEmpty()
                    ? ""
                    : ": " + result.lastLines().get(result.lastLines().size() - 1);
            if (result.succeeded()) {
                return Finding.passed("`" + argv.get(0) + "` ended with 0" + last);
            }
            return Finding.waits(
                    result.timedOut()
                            ? "`" + argv.get(0) + "` was stopped after " + LIMIT.toSeconds() + " s"
                            : "`" + argv.get(0) + "` ended with " + result.exitCode() + last);
        } catch (CommandNotStarted e) {
            return Finding.waits(e.getMessage());
        } finally {
            clear(folder);
        }
    }

    private static void clear(Path folder) {
        try {
            WorkingDirectory.delete(folder);
        } catch (IOException left) {
            // nothing reads it again
        }
    }
}
