package dev.slipway.worker.crash;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * The classes of a worker, loaded once and mapped by all workers after it: a hundred of them are started and killed here,
 * and half of what each costs is loading classes. Where no archive can be made, they start without.
 */
final class ClassArchive {

    /** An archive holds jars only, and a class path has to begin with those that it was made of. */
    static final String CLASS_PATH = Arrays.stream(
                    System.getProperty("java.class.path").split(File.pathSeparator))
            .sorted((one, other) -> Boolean.compare(!isJar(one), !isJar(other)))
            .collect(Collectors.joining(File.pathSeparator));

    private static final Path FILE = Path.of(
                    "target", "workers-" + ProcessHandle.current().pid() + ".jsa")
            .toAbsolutePath();
    private static final AtomicBoolean BEGUN = new AtomicBoolean();

    private ClassArchive() {}

    private static boolean isJar(String path) {
        return path.endsWith(".jar");
    }

    /** What a worker is started with: the archive, or a list to make one from. */
    static List<String> options(Path list) {
        return Files.exists(FILE)
                ? List.of("-XX:SharedArchiveFile=" + FILE, "-Xlog:disable", "-Xlog:all=error:stderr")
                : List.of("-XX:DumpLoadedClassList=" + list);
    }

    /** From the list of a worker that is over. Once: whoever comes first waits for it, the others go on without. */
    static void make(Path list) {
        if (Files.exists(list) && BEGUN.compareAndSet(false, true)) {
            dump(list);
        }
    }

    private static void dump(Path listed) {
        Path half = Path.of(FILE + ".half");
        // a process that names a scene's folder would be taken for one that its worker has left
        Path list = Path.of(FILE + ".classes");
        String jars = Arrays.stream(CLASS_PATH.split(File.pathSeparator))
                .filter(ClassArchive::isJar)
                .collect(Collectors.joining(File.pathSeparator));
        try {
            FILE.toFile().deleteOnExit();
            list.toFile().deleteOnExit();
            Files.copy(listed, list, StandardCopyOption.REPLACE_EXISTING);
            int code = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-Xshare:dump",
                            "-XX:SharedClassListFile=" + list,
                            "-XX:SharedArchiveFile=" + half,
                            "-cp",
                            jars)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (code == 0) {
                Files.move(half, FILE, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException without) {
            // they start without
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
