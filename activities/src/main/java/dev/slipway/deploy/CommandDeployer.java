package dev.slipway.deploy;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Target;
import dev.slipway.plan.Target.CommandTarget;
import dev.slipway.process.Command;
import dev.slipway.process.CommandNotStarted;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.process.ShellText;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.Timeouts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A target that is driven by three commands of the plan. What {@code current} prints on its last line is the id; for this
 * kind it is the version. The commands run with the plan's files alone, and with nothing of the worker's environment.
 */
final class CommandDeployer implements Deployer {

    /** What {@code current} may take: it only looks. */
    private static final Duration LOOK = Duration.ofSeconds(30);

    private static final int LONGEST_ID = 256;
    private static final Pattern HIDDEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");
    private static final Pattern SECRET = Pattern.compile("\\$[A-Za-z_][A-Za-z0-9_]*");
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Target target;
    private final CommandTarget command;
    private final CommandRunner runner;

    CommandDeployer(Target target, CommandTarget command, CommandRunner runner) {
        this.target = target;
        this.command = command;
        this.runner = runner;
    }

    @Override
    public String current(StepContext context, Pulse pulse) {
        return current(context, context.workingDirectory(), pulse);
    }

    private String current(StepContext context, Path directory, Pulse pulse) {
        CommandResult result = run(context, context.fill(command.current()), directory, LOOK, Optional.empty(), pulse);
        if (!result.succeeded()) {
            throw new StepFailed(
                    target.name() + ": `" + shown(context.fill(command.current())) + "` " + ended(result)
                            + ", so nobody knows what is live",
                    result.lastLines(),
                    false);
        }
        return id(context, lastLine(result.output()), result);
    }

    /** What it says stands in the record, in undo commands and on terminals, so it has to look like an id. */
    private String id(StepContext context, String said, CommandResult result) {
        boolean secret = !context.served().secrets().redact(said).equals(said);
        if (secret
                || said.startsWith("-")
                || said.length() > LONGEST_ID
                || HIDDEN.matcher(said).find()) {
            throw new StepFailed(
                    target.name() + ": `" + shown(context.fill(command.current())) + "` printed "
                            + (secret ? "a secret" : "something that is no id")
                            + " on its last line, so nobody knows what is live",
                    result.lastLines(),
                    false);
        }
        return said;
    }

    @Override
    public Deployed deploy(StepContext context, Pulse pulse) {
        return make(
                context,
                context.fill(command.deploy()),
                context.grant().version(),
                Timeouts.of(context.plan(), "deploy"),
                pulse);
    }

    @Override
    public Deployed rollBack(StepContext context, String previous, Pulse pulse) {
        List<String> argv = command.rollBack().stream()
                .map(word -> context.fill(word, previous))
                .toList();
        return make(context, argv, previous, Timeouts.of(context.plan(), "rollback"), pulse);
    }

    private Deployed make(StepContext context, List<String> argv, String wanted, Duration limit, Pulse pulse) {
        runner.awaitGone(context.childMark(), pulse);
        Path directory = context.workingDirectory();
        // after a failure it may call live what is half there; a person wants the command run
        if (!context.step().anew() && current(context, directory, pulse).equals(wanted)) {
            return new Deployed(wanted, true, List.of());
        }
        CommandResult result = run(context, argv, directory, limit, Optional.of(context.childMark()), pulse);
        if (!result.succeeded()) {
            throw new StepFailed(target.name() + ": `" + shown(argv) + "` " + ended(result), result.lastLines(), true);
        }
        String now = afterwards(context, directory, pulse);
        if (!now.equals(wanted)) {
            throw new StepFailed(
                    target.name() + ": `" + shown(argv) + "` ended well, but `" + shown(context.fill(command.current()))
                            + "` says '" + now + "' and not '" + wanted + "'",
                    result.lastLines(),
                    true);
        }
        return new Deployed(now, false, result.lastLines());
    }

    /** Not to know what is live is worse once something was changed. */
    private String afterwards(StepContext context, Path directory, Pulse pulse) {
        try {
            return current(context, directory, pulse);
        } catch (StepFailed failed) {
            throw new StepFailed(failed.getMessage(), failed.lines(), true);
        }
    }

    private CommandResult run(
            StepContext context, List<String> argv, Path directory, Duration limit, Optional<Path> mark, Pulse pulse) {
        try {
            return runner.run(new Command(argv, directory, environment(context), limit, GRACE), mark, pulse);
        } catch (CommandNotStarted e) {
            throw new StepFailed(target.name() + ": " + e.getMessage(), List.of(), false);
        }
    }

    private Map<String, String> environment(StepContext context) {
        Map<String, String> environment = new LinkedHashMap<>();
        target.config()
                .forEach((name, value) -> environment.put(
                        name, isSecret(value) ? context.served().secrets().resolve(value) : context.fill(value)));
        return environment;
    }

    @Override
    public String undoByHand(StepContext context, String previous) {
        List<String> argv = command.rollBack().stream()
                .map(word -> context.fill(word, previous))
                .toList();
        List<String> words = new ArrayList<>();
        if (!target.config().isEmpty()) {
            words.add("env");
            target.config()
                    .forEach((name, value) -> words.add(name + "="
                            + (isSecret(value)
                                    ? "\"" + value + "\""
                                    : ShellText.quoted(context.fill(value, previous)))));
        }
        words.add(shown(argv));
        ReleasePlan plan = context.plan();
        return context.served()
                        .source()
                        .checkOutByHand(plan.commit(), plan.source().path()) + " && " + String.join(" ", words);
    }

    /**
     * By the plan's own word: what a template is filled with never becomes a name. By hand secrets stay names: the person
     * has them, or knows who does.
     */
    private static boolean isSecret(String value) {
        return SECRET.matcher(value).matches();
    }

    private static String shown(List<String> argv) {
        return argv.stream().map(ShellText::quoted).collect(Collectors.joining(" "));
    }

    private static String ended(CommandResult result) {
        String last = result.lastLines().isEmpty()
                ? ""
                : ": " + result.lastLines().get(result.lastLines().size() - 1);
        return (result.timedOut()
                        ? "was stopped after " + result.took().toSeconds() + " s"
                        : "ended with exit code " + result.exitCode())
                + last;
    }

    private static String lastLine(String output) {
        return output.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .reduce((first, second) -> second)
                .orElse("");
    }
}
