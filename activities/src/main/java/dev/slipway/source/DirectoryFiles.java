package dev.slipway.source;

import dev.slipway.plan.reading.PlanSource;
import dev.slipway.process.ShellText;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A directory as it is: for development, and for hosts that are filled by other means. */
public final class DirectoryFiles implements Source {

    private final Path root;

    public DirectoryFiles(Path root) {
        this.root = root;
    }

    @Override
    public SourceTree at(String commit, String path, String branch) {
        Path folder = path.isEmpty() ? root : root.resolve(path);
        PlanSource files = PlanSource.directory(folder);
        return new SourceTree() {
            @Override
            public boolean executable(String name) {
                return Files.isExecutable(folder.resolve(name));
            }

            @Override
            public Kind kind(String name) {
                return inside(folder, name) ? files.kind(name) : Kind.ABSENT;
            }

            @Override
            public Optional<byte[]> read(String name) {
                return inside(folder, name) ? files.read(name) : Optional.empty();
            }

            @Override
            public List<String> list(String name) {
                return inside(folder, name) ? files.list(name) : List.of();
            }
        };
    }

    /** Below the folder, and not by way of a link. */
    private static boolean inside(Path folder, String name) {
        try {
            Path file = folder.resolve(name).normalize();
            if (!file.startsWith(folder.normalize())) {
                return false;
            }
            for (Path above = file.getParent();
                    above != null && !above.equals(folder.normalize()) && above.startsWith(folder.normalize());
                    above = above.getParent()) {
                if (Files.isSymbolicLink(above)) {
                    return false;
                }
            }
            return true;
        } catch (InvalidPathException noName) {
            return false;
        }
    }

    @Override
    public SourceTree judged(String commit, String path) {
        return at(commit, path, "");
    }

    @Override
    public List<Commit> between(String from, String to) {
        return List.of();
    }

    @Override
    public String checkOutByHand(String commit, String path) {
        return "cd " + ShellText.quoted(root.resolve(path).toString());
    }

    @Override
    public String differs(String git, String directory) {
        return git.isEmpty()
                ? ""
                : "the plan's source is the repository '" + git + "', but this worker reads from the directory '" + root
                        + "'";
    }
}
