package dev.slipway.steps;

import dev.slipway.ledger.EnvironmentRecord;
import dev.slipway.source.SourceTree;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The files of a plan as they were judged at its preflight, from beside the record; what is not there comes from the source.
 * So a rollback needs no repository, and a directory may have moved on since.
 */
final class KeptFiles implements SourceTree {

    private static final byte[] SCRIPT = "#!".getBytes(StandardCharsets.US_ASCII);

    private final EnvironmentRecord record;
    private final Map<String, String> files;
    private final Supplier<SourceTree> source;

    KeptFiles(EnvironmentRecord record, Map<String, String> files, Supplier<SourceTree> source) {
        this.record = record;
        this.files = files;
        this.source = source;
    }

    @Override
    public Optional<byte[]> read(String path) {
        return kept(path).or(() -> source.get().read(path));
    }

    private Optional<byte[]> kept(String path) {
        return Optional.ofNullable(files.get(path)).flatMap(record::keptFile);
    }

    /** A script says so in its first two bytes; of a program only the source knows. */
    @Override
    public boolean executable(String path) {
        boolean script = kept(path)
                .filter(content -> content.length > SCRIPT.length
                        && Arrays.equals(content, 0, SCRIPT.length, SCRIPT, 0, SCRIPT.length))
                .isPresent();
        return script || source.get().executable(path);
    }

    @Override
    public Kind kind(String path) {
        return files.containsKey(path) ? Kind.FILE : Kind.ABSENT;
    }

    @Override
    public List<String> list(String folder) {
        return files.keySet().stream()
                .filter(path -> folder.isEmpty() || path.startsWith(folder + "/"))
                .sorted()
                .toList();
    }
}
