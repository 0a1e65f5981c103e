package dev.slipway.worker.crash;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Workers of several scenes in one process, which is killed when each has come to a point of its own; then the next ones, as
 * long as there are points. A process for each of them would take the machine three times as long.
 */
final class SharedFate {

    private SharedFate() {}

    /** What people do while workers come and go; it is done again and again. */
    interface Meanwhile {
        void act() throws Exception;
    }

    /**
     * One scene's part in it.
     *
     * @param points where its workers die, in this order; see {@link Point}
     */
    record Part(Scene scene, List<String> points, Meanwhile meanwhile) {

        /** A release that people approve. */
        static Part of(Releasing releasing, List<String> points) {
            return new Part(releasing.scene(), points, releasing::approveIfAsked);
        }

        private Path happened(int round) {
            return scene.home.resolve("crashed-" + round);
        }

        private boolean comesToItsEnd(int round) throws Exception {
            if (Files.exists(happened(round))) {
                return true;
            }
            meanwhile.act();
            return false;
        }
    }

    /** Afterwards no worker lives. */
    static void of(List<Part> parts, DevServer server) {
        for (int round = 0; ; round++) {
            int now = round;
            List<Part> left =
                    parts.stream().filter(part -> now < part.points().size()).toList();
            if (left.isEmpty()) {
                return;
            }
            killedOnceAllAreThere(left, now, server);
        }
    }

    private static void killedOnceAllAreThere(List<Part> parts, int round, DevServer server) {
        Scene first = parts.get(0).scene();
        try (StartedWorker worker = StartedWorker.start(
                parts.stream()
                        .map(part -> Seat.staying(part.scene(), part.points().get(round), part.happened(round)))
                        .toList(),
                first.home.resolve("dies-" + round + ".log"),
                first.variables(server.address()))) {
            List<Part> onTheirWay = new ArrayList<>(parts);
            Patience.until(
                    () -> {
                        if (!worker.isAlive()) {
                            throw new AssertionError("the worker has ended by itself: " + worker.said());
                        }
                        for (Part part : List.copyOf(onTheirWay)) {
                            if (part.comesToItsEnd(round)) {
                                onTheirWay.remove(part);
                            }
                        }
                        return onTheirWay.isEmpty();
                    },
                    () -> onTheirWay.stream()
                                    .map(part -> part.scene().environment + " is not at '"
                                            + part.points().get(round) + "'; ")
                                    .reduce("", String::concat)
                            + worker.said());
            worker.kill();
            ClassArchive.make(worker.classes());
        }
    }
}
