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

    private boolean hooked;

    private ClusterTemplates() {}

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
            hook();
            template = new Template(maker.get(), System.nanoTime());
            templates.put(programs, template);
        }
        copy.accept(template.cluster());
    }

    /** With the first one only: a JVM that ends already takes no hooks any more, and has nothing to take away. */
    private void hook() {
        if (!hooked) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::close, "slipway: unused clusters go"));
            hooked = true;
        }
    }

    /** Takes all away that is there; where somebody else does so already, it is done when this returns. */
    synchronized void close() {
        templates.values().forEach(template -> template.cluster().close());
        templates.clear();
    }
}
