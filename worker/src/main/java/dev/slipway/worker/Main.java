package dev.slipway.worker;

import dev.slipway.secrets.Redaction;
import dev.slipway.worker.demo.DemoCommand;
import dev.slipway.worker.dev.DevCommand;
import dev.slipway.worker.logs.Logs;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands that hold secrets or start servers; all others belong to the client. */
@Command(
        name = "slipway",
        mixinStandardHelpOptions = true,
        subcommands = {WorkerCommand.class, DevCommand.class, DemoCommand.class})
public final class Main {

    public static void main(String[] arguments) {
        Logs.start(Logs.Form.PLAIN, new Redaction());
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((thrown, command, parsed) -> {
                    if (thrown instanceof Stopped stopped) {
                        System.err.println("slipway: " + stopped.getMessage());
                        return stopped.exitCode();
                    }
                    throw thrown;
                })
                .execute(arguments);
    }
}
