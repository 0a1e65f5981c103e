package dev.slipway.worker.demo;

import dev.slipway.worker.Stopped;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where Slipway itself lies on this machine: its launcher, and the sample service.
 *
 * @param root the folder with the launcher {@code slipway}
 */
record Installation(Path root) {

    /** Finds the folder that this very program was started from. */
    static Installation find() {
        try {
            Path place = Path.of(Installation.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            for (Path folder = place; folder != null; folder = folder.getParent()) {
                if (Files.isExecutable(folder.resolve("slipway"))
                        && Files.isDirectory(folder.resolve("examples/shop"))) {
                    return new Installation(folder);
                }
            }
            throw new Stopped(
                    Stopped.USAGE,
                    "the sample service examples/shop is not above '" + place
                            + "'; run ./slipway demo in Slipway's own folder");
        } catch (URISyntaxException e) {
            throw new IllegalStateException("this program's own place is no path", e);
        }
    }

    Path launcher() {
        return root.resolve("slipway");
    }

    Path shop() {
        return root.resolve("examples/shop");
    }

    Path scriptFury() {
        return root.resolve("examples/script-fury");
    }

    Path productionWorkflow() {
        return root.resolve("examples/production-workflow");
    }

    /** The shop's classes, once they are built. */
    String shopClasspath() {
        Path target = shop().resolve("target");
        if (!Files.isDirectory(target.resolve("classes")) || !Files.isDirectory(target.resolve("lib"))) {
            throw new Stopped(
                    Stopped.USAGE,
                    "the sample service is not built; run: mvn -q -DskipTests -pl examples/shop package");
        }
        return target.resolve("classes") + ":" + target.resolve("lib") + "/*";
    }
}
