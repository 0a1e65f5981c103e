package dev.slipway.cli;

import dev.slipway.plan.reading.PlanSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** What may stand in a plan file, for an editor. */
@Command(name = "schema", description = "Print the JSON schema of slipway.yaml, for an editor.")
final class SchemaCommand implements Callable<Integer> {

    private final Shell shell;

    SchemaCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        shell.out().println(PlanSchema.text().strip());
        return ExitCode.SUCCEEDED.number();
    }
}
