package dev.slipway.worker.demo;

import dev.slipway.worker.Stopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A git repository of the marketplace and a checkout of it; the first seven digits of a commit are its version's name. */
final class MarketRepository {

    private static final int DIGITS = 7;
    private static final Duration MOST = Duration.ofSeconds(30);

    private final Path example;
    private final Path bare;
    private final Path checkout;
    private final Map<String, String> environment;
    private final Map<String, String> commits = new LinkedHashMap<>();

    MarketRepository(Path example, Path folder, Map<String, String> shell) {
        this.example = example;
        this.bare = folder.resolve("marketplace.git");
        this.checkout = folder.resolve("marketplace");
        this.environment = ShopRepository.environment(shell);
    }

    Path address() {
        return bare;
    }

    Path checkout() {
        return checkout;
    }

    /** The example's own files, with another plan. */
    void begin(String plan) throws IOException {
        git(bare.getParent(), "init", "--quiet", "--bare", "--initial-branch=main", bare.toString());
        git(bare.getParent(), "clone", "--quiet", bare.toString(), checkout.toString());
        git(checkout, "checkout", "--quiet", "-B", "main");
        for (String part : List.of("switch", "app", "prisma")) {
            copy(example.resolve(part), checkout.resolve(part));
        }
        Files.writeString(checkout.resolve("slipway.yaml"), plan);
    }

    /**
     * Commits a version and pushes it.
     *
     * @param files what it changes
     * @return its name
     */
    String push(String what, Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = checkout.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        git(checkout, "add", "--all");
        git(checkout, "commit", "--quiet", "--allow-empty", "--message", what);
        git(checkout, "push", "--quiet", "origin", "main");
        String commit = git(checkout, "rev-parse", "HEAD").get(0);
        String version = commit.substring(0, DIGITS);
        commits.put(version, commit);
        return version;
    }

    /** What stands in a file of the checkout. */
    String text(String file) throws IOException {
        return Files.readString(checkout.resolve(file));
    }

    String commit(String version) {
        return commits.get(version);
    }

    private List<String> git(Path directory, String... arguments) {
        List<String> argv = new ArrayList<>(List.of("git"));
        argv.addAll(List.of(arguments));
        List<String> said = new ArrayList<>();
        int exit = Program.run(argv, directory, environment, MOST, said::add);
        if (exit != 0) {
            throw new Stopped(
                    Stopped.FAILED,
                    "'" + String.join(" ", argv) + "' ended with " + exit + ": " + String.join("\n", said));
        }
        return said;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }
}
