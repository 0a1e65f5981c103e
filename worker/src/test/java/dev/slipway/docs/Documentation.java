package dev.slipway.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The project's pages and sources, as a reader of the repository finds them. */
record Documentation(Path root) {

    /** A fenced block of a page. @param line where it begins, counted from 1 */
    record Block(Path page, int line, String language, String text) {
        @Override
        public String toString() {
            return page + ":" + line;
        }
    }

    /** Found from the module's folder, where Maven runs the tests. */
    static Documentation here() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docker-compose.yml"))) {
            folder = folder.getParent();
        }
        return new Documentation(folder);
    }

    /** README.md and everything in docs/. */
    List<Path> pages() {
        try (Stream<Path> docs = Files.walk(root.resolve("docs"))) {
            List<Path> pages =
                    new ArrayList<>(docs.filter(path -> path.toString().endsWith(".md"))
                            .sorted()
                            .toList());
            pages.add(0, root.resolve("README.md"));
            return pages;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text(String path) {
        return text(root.resolve(path));
    }

    String text(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The YAML blocks that begin with this line's beginning. */
    List<Block> yaml(String firstLine) {
        return blocks().stream()
                .filter(block -> block.language().equals("yaml"))
                .filter(block -> block.text().startsWith(firstLine))
                .toList();
    }

    private List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        for (Path page : pages()) {
            List<String> lines = text(page).lines().toList();
            for (int at = 0; at < lines.size(); at++) {
                if (lines.get(at).startsWith("```")) {
                    int begin = at;
                    StringBuilder inside = new StringBuilder();
                    for (at++; at < lines.size() && !lines.get(at).equals("```"); at++) {
                        inside.append(lines.get(at)).append('\n');
                    }
                    blocks.add(new Block(
                            root.relativize(page), begin + 1, lines.get(begin).substring(3), inside.toString()));
                }
            }
        }
        return blocks;
    }

    /** The sources of the commands: the client's and the worker's. */
    List<Path> commandSources() {
        try (Stream<Path> client = Files.walk(root.resolve("client-cli/src/main/java"));
                Stream<Path> worker = Files.walk(root.resolve("worker/src/main/java"))) {
            return Stream.concat(client, worker)
                    .filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
