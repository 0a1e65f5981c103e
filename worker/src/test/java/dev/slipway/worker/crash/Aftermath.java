package dev.slipway.worker.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.release.ReleaseReport;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Namespace;
import dev.slipway.trust.Sha256;
import dev.slipway.trust.Sshsig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is found outside after a release that was disturbed: the same as if nothing had happened. */
final class Aftermath {

    private static final Duration TO_GO = Duration.ofSeconds(5);

    private Aftermath() {}

    static void succeeded(Scene scene, ReleaseReport report) throws Exception {
        assertThat(report.outcome()).as(report.toString()).isEqualTo("SUCCEEDED");
        assertThat(scene.live()).isEqualTo(report.version());
        assertThat(scene.switches()).as("switches made").containsExactly(report.version());
        toldOnce(scene, "waiting", "deployed", "succeeded");
        common(scene, report);
    }

    static void rolledBack(Scene scene, ReleaseReport report) throws Exception {
        assertThat(report.outcome()).as(report.toString()).isEqualTo("ROLLED_BACK");
        assertThat(report.safe()).isTrue();
        assertThat(scene.live()).isEqualTo(Scene.BEFORE);
        assertThat(scene.switches()).as("switches made").containsExactly(report.version(), Scene.BEFORE);
        toldOnce(scene, "waiting", "deployed", "rolled-back");
        common(scene, report);
    }

    private static void common(Scene scene, ReleaseReport report) throws Exception {
        oneBackup(scene);
        assertThat(scene.asked("select version from flyway_schema_history where success order by installed_rank"))
                .as("migrations applied")
                .isEqualTo(migrations(scene));
        assertThat(scene.asked("select count(*) from flyway_schema_history where not success"))
                .containsExactly("0");
        assertThat(scene.asked("select id || ' ' || name from category order by id"))
                .as("reference data")
                .containsExactly("1 bread", "2 wine", "3 cheese");
        List<Entry> record = record(scene);
        assertThat(kinds(record))
                .as("entries of the record that are there once")
                .containsEntry(Event.Kind.OPENED, 1L)
                .containsEntry(Event.Kind.CLOSED, 1L);
        assertThat(record.get(record.size() - 1).state().openGrant()).isEmpty();
        assertThat(record.stream()
                        .filter(entry -> entry.event().kind() == Event.Kind.DONE)
                        .map(entry -> entry.event().facts().get("step")))
                .as("steps done")
                .doesNotHaveDuplicates();
        assertThat(report.closed()).hasSize(1);
    }

    private static List<String> migrations(Scene scene) throws IOException {
        try (Stream<Path> files = Files.list(scene.source.resolve("db/migration"))) {
            return files.map(file -> file.getFileName().toString())
                    .map(name -> name.substring(1, name.indexOf("__")))
                    .sorted()
                    .toList();
        }
    }

    private static void oneBackup(Scene scene) throws IOException {
        try (Stream<Path> files = Files.list(scene.home.resolve("backups"))) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).sorted().toList();
            assertThat(names).as("files in the store").hasSize(2);
            assertThat(names.get(0)).endsWith(".dump");
            assertThat(names.get(1)).as("its manifest").isEqualTo(names.get(0) + ".json");
        }
    }

    /** Repeats are allowed on the way, with the same key; a receiver that drops them sees each event once. */
    private static void toldOnce(Scene scene, String... events) {
        Map<String, List<String>> keys = scene.told.stream()
                .collect(Collectors.groupingBy(
                        Scene.Told::event,
                        TreeMap::new,
                        Collectors.mapping(
                                Scene.Told::key, Collectors.collectingAndThen(Collectors.toSet(), List::copyOf))));
        // what a worker that died should have told of the start is told no more when the release is over
        Set<String> told = new TreeSet<>(keys.keySet());
        told.remove("started");
        assertThat(told).containsExactlyInAnyOrder(events);
        assertThat(keys.values()).allSatisfy(each -> assertThat(each).hasSize(1));
    }

    /** Notifications that came more than once with one key. */
    static long repeats(Scene scene) {
        return scene.told.size()
                - scene.told.stream().map(Scene.Told::key).distinct().count();
    }

    /** The whole record, each entry signed by the environment's key and holding its predecessor's hash. */
    static List<Entry> record(Scene scene) throws Exception {
        EnvironmentKey key = EnvironmentKey.load(scene.home.resolve("environment.key"));
        Path folder = scene.home.resolve("record/record/" + Scene.SERVICE + "/" + scene.environment);
        List<Entry> record = new ArrayList<>();
        String previous = Entry.NO_PREVIOUS;
        for (int number = 1; Files.exists(folder.resolve(String.format("%010d", number))); number++) {
            String all = Files.readString(folder.resolve(String.format("%010d", number)));
            int end = all.indexOf('\n') + 1;
            String text = all.substring(0, end);
            assertThat(Sshsig.verifyBy(
                            key.publicKey(),
                            all.substring(end),
                            Namespace.WORKER,
                            text.getBytes(StandardCharsets.UTF_8)))
                    .as("signature of entry " + number)
                    .isInstanceOf(Sshsig.Check.Signed.class);
            Entry entry = Entry.parse(text);
            assertThat(entry.number()).isEqualTo(number);
            assertThat(entry.previous()).as("predecessor of entry " + number).isEqualTo(previous);
            previous = Sha256.hex(text);
            record.add(entry);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(file -> file.getFileName().toString().matches("\\d+")))
                    .as("numbers without a gap")
                    .hasSize(record.size());
        }
        return record;
    }

    private static Map<Event.Kind, Long> kinds(List<Entry> record) {
        return record.stream()
                .collect(Collectors.groupingBy(entry -> entry.event().kind(), Collectors.counting()));
    }

    /** Nothing that a dead worker had started is left. */
    static void noProcesses(Scene scene) throws IOException {
        Instant deadline = Instant.now().plus(TO_GO);
        List<String> left = scene.processes();
        while (!left.isEmpty() && Instant.now().isBefore(deadline)) {
            LockSupport.parkNanos(50_000_000);
            left = scene.processes();
        }
        assertThat(left)
                .as("processes left of a dead worker of " + scene.environment)
                .isEmpty();
    }
}
