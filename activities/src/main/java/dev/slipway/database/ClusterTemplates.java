package dev.slipway.database;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Clusters that are never started, by the programs that made them: a copy of one is there in a tenth of the time that
 * initdb takes. They go with the JVM.
 */
final class ClusterTemplates {

    /** Whoever makes a cluster is spared what another one of the same process has made already. */
    static final ClusterTemplates OF_THIS_JVM = new ClusterTemplates();

    /** A system tidies its folder for temporary files, and what is older may have lost some. */
    private static final Duration FRESH = Duration.ofHours(2);

    private final Map<Path, Template> templates = new HashMap<>();

    private ClusterTemplates() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "slipway: unused clusters go"));
    }

    private record Template(ThrowAwayCluster cluster, long made) {

        boolean fresh() {
            return Duration.ofNanos(System.nanoTime() - made).compareTo(FRESH) <= 0;
        }
    }

    /**
     * @param programs folder of the programs that have to have made it
     * @param maker makes one, where there is none that is fresh
     * @param copy is handed it; it stays as it is meanwhile
     */
    synchronized void copy(Path programs, Supplier<ThrowAwayCluster> maker, Consumer<ThrowAwayCluster> copy) {
        Template template = templates.get(programs);
        if (template == null || !template.fresh()) {
            Optional.ofNullable(templates.remove(programs))
                    .ifPresent(old -> old.cluster().close());
            template = new Template(maker.get(), System.nanoTime());
            templates.put(programs, template);
        }
        copy.accept(template.cluster());
    }

    private synchronized void close() {
        templates.values().forEach(template -> template.cluster().close());
    }
}
