package dev.slipway.cli;

import picocli.CommandLine.Option;

/** What the plan may want of a person before a signature, given at once or asked for. */
final class Assent {

    @Option(names = "--confirm", paramLabel = "WORD", description = "the word that the plan asks for")
    String confirm = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "why")
    String reason = "";

    @Option(names = "--yes", description = "do not ask before signing")
    boolean yes;

    void reason(Shell shell, boolean wanted) {
        if (wanted && reason.isBlank()) {
            requireSomebody(shell, "a reason", "--reason");
            reason = shell.ask("Reason:");
        }
    }

    /**
     * @param word that has to be typed; empty where none is wanted
     * @param effect what typing it does
     * @return whether it was asked for, which is a question of its own
     */
    boolean confirm(Shell shell, String word, String effect) {
        if (word.isEmpty() || !confirm.isEmpty()) {
            return false;
        }
        requireSomebody(shell, "the word '" + word + "'", "--confirm");
        confirm = shell.ask("Type " + word + " to " + effect + ":");
        return true;
    }

    static void requireSomebody(Shell shell, String what, String option) {
        if (!shell.interactive()) {
            throw new CommandStopped(ExitCode.USAGE, "the plan asks for " + what + "; give it with " + option);
        }
    }
}
