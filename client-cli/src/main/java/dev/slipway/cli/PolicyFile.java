package dev.slipway.cli;

import dev.slipway.plan.reading.PolicyReader;
import dev.slipway.record.Policy;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The file that a policy is written in. */
final class PolicyFile {

    private PolicyFile() {}

    static Policy read(Shell shell, Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new CommandStopped(ExitCode.USAGE, "there is no policy '" + file + "'", e);
        } catch (CharacterCodingException e) {
            throw new CommandStopped(ExitCode.USAGE, "the policy '" + file + "' is no text in UTF-8", e);
        } catch (IOException e) {
            throw new CommandStopped(ExitCode.USAGE, "the policy '" + file + "' cannot be read: " + e.getMessage(), e);
        }
        PolicyReader.Reading reading = PolicyReader.read(file.getFileName().toString(), text);
        reading.problems().forEach(problem -> problem.withSnippet().lines().forEach(shell::say));
        return reading.policy()
                .orElseThrow(() ->
                        new CommandStopped(ExitCode.USAGE, "the policy '" + file + "' cannot be used; look above"));
    }
}
