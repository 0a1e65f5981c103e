package dev.slipway.cli;

import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.release.Status;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOP_FallbackServiceProvider;
import org.slf4j.helpers.Reporter;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Where the command line begins and ends. */
public final class Main {

    private static final Map<String, Function<Shell, Object>> COMMANDS = commands();

    private Main() {}

    public static void main(String... arguments) {
        boolean verbose = Arrays.asList(arguments).contains("--verbose");
        if (!verbose) {
            // libraries would speak between our own sentences; and logback alone costs a fifth of the start
            System.setProperty(LoggerFactory.PROVIDER_PROPERTY_KEY, NOP_FallbackServiceProvider.class.getName());
            System.setProperty(Reporter.SLF4J_INTERNAL_VERBOSITY_KEY, "WARN");
        }
        loadBeside(verbose, plainStatus(arguments));
        int code = run(Shell.system(), arguments);
        System.out.flush();
        System.exit(code);
    }

    /**
     * Loads what every call needs while the command line is still being read: a third of the start, on another core. What
     * reads an answer's content is loaded beside what asks for it, as neither has to wait for the other.
     */
    private static void loadBeside(boolean verbose, boolean status) {
        beside("load", () -> {
            if (!verbose) {
                LogManager.getLogManager().reset(); // gRPC logs there
            }
            Temporal.load();
        });
        beside("load content", () -> {
            if (status) {
                Contents.load(View.class, Status.class);
            } else {
                Contents.load();
            }
        });
    }

    private static void beside(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** All of them, in the order of the help. */
    private static Map<String, Function<Shell, Object>> commands() {
        Map<String, Function<Shell, Object>> commands = new LinkedHashMap<>();
        commands.put("release", ReleaseCommand::new);
        commands.put("waiting", WaitingCommand::new);
        commands.put("show", ShowCommand::new);
        commands.put("approve", ApproveCommand::new);
        commands.put("reject", RejectCommand::new);
        commands.put("revoke", RevokeCommand::new);
        commands.put("rollback", RollbackCommand::new);
        commands.put("restore", RestoreCommand::new);
        commands.put("run", RunCommand::new);
        commands.put("retry", RetryCommand::new);
        commands.put("give-up", GiveUpCommand::new);
        commands.put("finish", FinishCommand::new);
        commands.put("extend", ExtendCommand::new);
        commands.put("cancel", CancelCommand::new);
        commands.put("unlock", UnlockCommand::new);
        commands.put("freeze", FreezeCommand::new);
        commands.put("unfreeze", UnfreezeCommand::new);
        commands.put("suspend", SuspendCommand::new);
        commands.put("policy", PolicyCommand::new);
        commands.put("reconcile", ReconcileCommand::new);
        commands.put("adopt", AdoptCommand::new);
        commands.put("status", StatusCommand::new);
        commands.put("environments", EnvironmentsCommand::new);
        commands.put("watch", WatchCommand::new);
        commands.put("logs", LogsCommand::new);
        commands.put("history", HistoryCommand::new);
        commands.put("backups", BackupsCommand::new);
        commands.put("evidence", EvidenceCommand::new);
        commands.put("validate", ValidateCommand::new);
        commands.put("plan", PlanCommand::new);
        commands.put("schema", SchemaCommand::new);
        commands.put("trust", TrustCommand::new);
        commands.put("version", VersionCommand::new);
        commands.put("warm-up", WarmUpCommand::new);
        return commands;
    }

    static int run(Shell shell, String... arguments) {
        if (plainStatus(arguments)) {
            return status(shell, arguments);
        }
        boolean verbose = Arrays.asList(arguments).contains("--verbose");
        CommandLine line = new CommandLine(new Slipway());
        line.getCommandSpec().usageMessage().exitCodeList(ExitCode.table());
        // picocli reads a class of annotations for each command, so a start pays only for the one that is meant
        String meant = Arrays.stream(arguments)
                .filter(COMMANDS::containsKey)
                .findFirst()
                .orElse("");
        COMMANDS.forEach((name, command) -> {
            if (meant.isEmpty() || meant.equals(name)) {
                line.addSubcommand(name, command.apply(shell));
            }
        });
        line.setOut(new PrintWriter(shell.out(), true));
        line.setErr(new PrintWriter(shell.err(), true));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                shell.redraws() && shell.variable("NO_COLOR").isEmpty() ? Ansi.ON : Ansi.OFF));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((wrong, given) -> wrong(shell, wrong));
        line.setExecutionExceptionHandler((failure, command, parsed) -> failed(shell, failure, command, verbose));
        return line.execute(arguments);
    }

    private static boolean plainStatus(String... arguments) {
        return arguments.length > 0
                && arguments.length <= 2
                && arguments[0].equals("status")
                && Arrays.stream(arguments).noneMatch(argument -> argument.startsWith("-"));
    }

    /**
     * Status without options, as it is typed in a hurry: picocli's classes are too old for the shared archive, and reading
     * them takes a third of the whole start.
     */
    private static int status(Shell shell, String... arguments) {
        StatusCommand status = new StatusCommand(shell);
        status.environment = arguments.length == 2 ? arguments[1] : "";
        try {
            return status.call();
        } catch (CommandStopped stopped) {
            shell.say("slipway: " + stopped.getMessage());
            return stopped.code().number();
        } catch (RuntimeException failure) {
            shell.say("slipway: " + internal(failure));
            return ExitCode.INTERNAL_ERROR.number();
        }
    }

    private static String internal(Exception failure) {
        return "internal error: " + failure + "; run it again with --verbose, and report what it prints";
    }

    private static int wrong(Shell shell, ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        // an option that is missing is often one that was misspelt
        List<String> unknown = wrong instanceof MissingParameterException ? command.getUnmatchedArguments() : List.of();
        String sentence =
                (unknown.isEmpty() ? "" : new UnmatchedArgumentException(command, unknown).getMessage() + "; ")
                        + wrong.getMessage();
        shell.say("slipway: " + sentence.strip().replace("\n", " "));
        shell.say("see: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE.number();
    }

    private static int failed(Shell shell, Exception failure, CommandLine command, boolean verbose) {
        ExitCode code = failure instanceof CommandStopped stopped ? stopped.code() : ExitCode.INTERNAL_ERROR;
        String sentence = failure instanceof CommandStopped ? failure.getMessage() : internal(failure);
        var output = command.getCommandSpec().optionsMap().get("--output");
        if (output != null && output.getValue() == Output.Form.json) {
            Output.print(shell, new Failure(code.number(), code.words(), sentence));
        }
        shell.say("slipway: " + sentence);
        if (verbose) {
            failure.printStackTrace(shell.err());
        }
        return code.number();
    }

    /** The JSON object of a command that did not come to its end. */
    private record Failure(int exitCode, String exit, String error) {}
}
