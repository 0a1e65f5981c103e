package dev.slipway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line itself. */
@Command(
        name = "slipway",
        description = "Software releases as durable workflows: one plan, one command, one record.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Where the secrets are, or to try it on this machine:",
            "  worker     does the work of releases: the process that holds the secrets",
            "  dev        Temporal and a worker for the plan in this folder",
            "  demo       three releases of a small service, with everything real"
        },
        exitCodeListHeading = "%nExit codes:%n")
final class Slipway implements Runnable {

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "logs and stack traces on standard error")
    boolean verbose;

    @Option(
            names = {"--help", "-h"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "this text")
    boolean help;

    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: slipway COMMAND");
    }
}
