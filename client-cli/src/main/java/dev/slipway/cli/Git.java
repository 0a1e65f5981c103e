package dev.slipway.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The repository that a folder belongs to, asked through the {@code git} of this machine. Nothing is ever changed. */
final class Git {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path folder;

    Git(Path folder) {
        this.folder = folder;
    }

    /** The full id of a commit; nothing outside a repository, or where there is no such commit. */
    Optional<String> commit(String name) {
        return ask("rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}")
                .map(String::strip);
    }

    /** The folder inside its repository, without a slash at its end; empty at its top. */
    String prefix() {
        return ask("rev-parse", "--show-prefix")
                .map(String::strip)
                .map(prefix -> prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix)
                .orElse("");
    }

    /** The branch that is checked out; empty for none. */
    String branch() {
        return ask("symbolic-ref", "--quiet", "--short", "HEAD")
                .map(String::strip)
                .orElse("");
    }

    /** Those of the files, relative to the folder, that are not as they were committed. */
    List<String> changed(List<String> files) {
        List<String> command = new ArrayList<>(List.of("status", "--porcelain", "--untracked-files=all", "-z", "--"));
        files.forEach(file -> command.add(":(literal)" + file));
        return ask(command.toArray(String[]::new)).stream()
                .flatMap(out -> List.of(out.split("\0")).stream())
                .filter(line -> line.length() > 3)
                .map(line -> line.substring(3))
                .toList();
    }

    /** Whether some branch of a remote holds the commit, as far as this repository knows. */
    boolean pushed(String commit) {
        return ask("branch", "-r", "--contains", commit)
                .filter(out -> !out.isBlank())
                .isPresent();
    }

    private Optional<String> ask(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
        command.addAll(List.of(arguments));
        try {
            return Program.output(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD), PATIENCE);
        } catch (IOException noGit) {
            return Optional.empty();
        }
    }
}
