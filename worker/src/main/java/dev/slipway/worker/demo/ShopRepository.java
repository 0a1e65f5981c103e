package dev.slipway.worker.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A git repository of the shop, and somebody's checkout of it, where one version after the other is committed and pushed. */
final class ShopRepository {

    private final Path sample;
    private final Path bare;
    private final Path checkout;
    private final Map<String, String> environment;

    ShopRepository(Path sample, Path folder, Map<String, String> shell) {
        this.sample = sample;
        this.bare = folder.resolve("shop.git");
        this.checkout = folder.resolve("shop");
        this.environment = environment(shell);
    }

    /** What git sees: nobody's own hooks, signing or templates belong into a demo. */
    static Map<String, String> environment(Map<String, String> shell) {
        Map<String, String> environment = new TreeMap<>(shell);
        environment.keySet().removeIf(name -> name.startsWith("GIT_"));
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("GIT_AUTHOR_NAME", "ben");
        environment.put("GIT_AUTHOR_EMAIL", "ben@example.com");
        environment.put("GIT_COMMITTER_NAME", "ben");
        environment.put("GIT_COMMITTER_EMAIL", "ben@example.com");
        return environment;
    }

    Path address() {
        return bare;
    }

    Path checkout() {
        return checkout;
    }

    /** The first version, with the demo's plan. */
    void begin(String plan) throws IOException {
        git(bare.getParent(), "init", "--quiet", "--bare", "--initial-branch=main", bare.toString());
        git(bare.getParent(), "clone", "--quiet", bare.toString(), checkout.toString());
        git(checkout, "checkout", "--quiet", "-B", "main");
        for (String part : List.of("switch", "app", "db", "README.md")) {
            copy(sample.resolve(part), checkout.resolve(part));
        }
        Files.writeString(checkout.resolve("slipway.yaml"), plan);
        push("1.0.0");
    }

    /** Lays a version's files over what is there. */
    void advance(String version) throws IOException {
        copy(sample.resolve("versions").resolve(version), checkout);
        push(version);
    }

    private void push(String version) {
        git(checkout, "add", "--all");
        git(checkout, "commit", "--quiet", "--message", "The shop, " + version);
        git(checkout, "tag", version);
        git(checkout, "push", "--quiet", "--tags", "origin", "main");
    }

    private void git(Path directory, String... arguments) {
        List<String> argv = new ArrayList<>(List.of("git"));
        argv.addAll(List.of(arguments));
        Program.must(argv, directory, environment);
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
