package dev.slipway.worker.crash;

import java.nio.file.Path;

/**
 * A worker in a process that may hold several: of which world, and where it dies or stays.
 *
 * @param file the worker's own file
 * @param namespace Temporal's; empty for the one in the process's variables
 */
record Seat(Path file, String namespace, Point point) {

    /** A scene's worker that stays at a point, and says in {@code happened} that it is there. */
    static Seat staying(Scene scene, String point, Path happened) {
        return new Seat(scene.file(), scene.environment, Point.staying(point, happened));
    }
}
