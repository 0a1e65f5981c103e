package dev.slipway.cli;

/** Why a command does not go on: one line for the person who typed it (what, where, what to do), and the exit code. */
final class CommandStopped extends RuntimeException {

    private final ExitCode code;

    CommandStopped(ExitCode code, String sentence) {
        super(sentence);
        this.code = code;
    }

    CommandStopped(ExitCode code, String sentence, Throwable cause) {
        super(sentence, cause);
        this.code = code;
    }

    ExitCode code() {
        return code;
    }
}
