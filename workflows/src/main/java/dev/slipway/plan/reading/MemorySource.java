package dev.slipway.plan.reading;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Files in memory as a plan's source. */
final class MemorySource implements PlanSource {

    private final TreeMap<String, byte[]> files = new TreeMap<>();

    MemorySource(Map<String, byte[]> files) {
        files.forEach((path, bytes) -> this.files.put(path, bytes.clone()));
    }

    @Override
    public Kind kind(String path) {
        if (files.containsKey(path)) {
            return Kind.FILE;
        }
        return list(path).isEmpty() ? Kind.ABSENT : Kind.FOLDER;
    }

    @Override
    public Optional<byte[]> read(String path) {
        return Optional.ofNullable(files.get(path)).map(byte[]::clone);
    }

    @Override
    public List<String> list(String folder) {
        return files.keySet().stream()
                .filter(path -> path.startsWith(folder + "/"))
                .toList();
    }
}
