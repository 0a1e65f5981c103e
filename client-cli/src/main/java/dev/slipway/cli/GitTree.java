package dev.slipway.cli;

import dev.slipway.plan.reading.PlanSource;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files of a commit below a folder, as they are stored: what a worker will fetch, whatever lies in the working
 * directory or what its filters make of it.
 */
final class GitTree implements PlanSource, AutoCloseable {

    private record Blob(String mode, String id) {}

    private final Map<String, Blob> blobs = new TreeMap<>();
    private final Process reading;
    private final InputStream answers;

    /** @param folder a folder inside the repository; paths are relative to it */
    GitTree(Path folder, String commit) throws IOException {
        Process listing = new ProcessBuilder("git", "-C", folder.toString(), "ls-tree", "-r", "-z", commit)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        listing.getOutputStream().close();
        String listed = new String(listing.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        for (String line : listed.split("\0")) {
            int tab = line.indexOf('\t');
            if (tab > 0) {
                String[] parts = line.substring(0, tab).split(" ");
                blobs.put(line.substring(tab + 1), new Blob(parts[0], parts[2]));
            }
        }
        reading = new ProcessBuilder("git", "-C", folder.toString(), "cat-file", "--batch")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        answers = new BufferedInputStream(reading.getInputStream());
    }

    @Override
    public Kind kind(String path) {
        Blob blob = blobs.get(path);
        if (blob != null) {
            return switch (blob.mode()) {
                case "120000" -> Kind.SYMLINK;
                case "160000" -> Kind.ABSENT; // a submodule
                default -> Kind.FILE;
            };
        }
        return list(path).isEmpty() ? Kind.ABSENT : Kind.FOLDER;
    }

    @Override
    public Optional<byte[]> read(String path) {
        if (kind(path) != Kind.FILE) {
            return Optional.empty();
        }
        try {
            OutputStream questions = reading.getOutputStream();
            questions.write((blobs.get(path).id() + "\n").getBytes(StandardCharsets.US_ASCII));
            questions.flush();
            String[] head = line().split(" ");
            if (head.length != 3) {
                return Optional.empty();
            }
            byte[] bytes = answers.readNBytes(Integer.parseInt(head[2]));
            answers.read(); // the line feed after it
            return Optional.of(bytes);
        } catch (IOException | NumberFormatException unreadable) {
            return Optional.empty();
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int each = answers.read(); each != '\n' && each >= 0; each = answers.read()) {
            line.write(each);
        }
        return line.toString(StandardCharsets.US_ASCII);
    }

    @Override
    public List<String> list(String folder) {
        String start = folder.isEmpty() || folder.equals(".") ? "" : folder + "/";
        return blobs.keySet().stream().filter(path -> path.startsWith(start)).toList();
    }

    @Override
    public void close() {
        reading.destroy();
    }
}
