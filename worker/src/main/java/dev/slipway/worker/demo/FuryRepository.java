package dev.slipway.worker.demo;

import dev.slipway.worker.Stopped;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A git repository of Script Fury and a checkout of it. One commit comes after the other on main, preview and staging alike,
 * and its first six digits are its version's name.
 */
final class FuryRepository {

    private static final int DIGITS = 6;
    private static final Duration MOST = Duration.ofSeconds(30);

    private final Path bare;
    private final Path checkout;
    private final Map<String, String> environment;
    private final Map<String, String> commits = new LinkedHashMap<>();

    FuryRepository(Path folder, Map<String, String> shell) {
        this.bare = folder.resolve("script-fury.git");
        this.checkout = folder.resolve("script-fury");
        this.environment = ShopRepository.environment(shell);
    }

    Path address() {
        return bare;
    }

    Path checkout() {
        return checkout;
    }

    void begin(String plan) throws IOException {
        git(bare.getParent(), "init", "--quiet", "--bare", "--initial-branch=main", bare.toString());
        git(bare.getParent(), "clone", "--quiet", bare.toString(), checkout.toString());
        git(checkout, "checkout", "--quiet", "-B", "main");
        Files.writeString(checkout.resolve("slipway.yaml"), plan);
    }

    /**
     * Commits a version.
     *
     * @param what it brings
     * @return its name
     */
    String commit(String what, Manners manners) throws IOException {
        Path file = checkout.resolve(Manners.FILE);
        Files.createDirectories(file.getParent());
        Files.writeString(file, manners.text(what));
        git(checkout, "add", "--all");
        git(checkout, "commit", "--quiet", "--message", what);
        String commit = git(checkout, "rev-parse", "HEAD").get(0);
        String version = commit.substring(0, DIGITS);
        commits.put(version, commit);
        return version;
    }

    /** Pushes what was committed to all three branches. */
    void push() {
        git(checkout, "push", "--quiet", "origin", "main", "main:preview", "main:staging");
    }

    String commit(String version) {
        return commits.get(version);
    }

    /** The version of a commit; the commit itself where it is none of ours. */
    String version(String commit) {
        return commits.entrySet().stream()
                .filter(each -> each.getValue().equals(commit))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(commit);
    }

    /** What a commit says about how it behaves. */
    Manners manners(String commit) {
        Properties text = new Properties();
        try {
            text.load(new StringReader(String.join("\n", git(bare, "show", commit + ":" + Manners.FILE))));
        } catch (IOException e) {
            throw new IllegalStateException("the text of " + commit + " can't be read", e);
        }
        return Manners.of(text);
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
}
