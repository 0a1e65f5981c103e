package dev.slipway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.worker.metrics.Health;
import dev.slipway.worker.metrics.Metrics;
import dev.slipway.worker.metrics.MetricsPage;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** docker-compose.yml, as far as it can be judged without Docker. */
final class ComposeFileTest {

    private static final Set<String> TOP = Set.of("services", "volumes");
    private static final Set<String> SERVICE = Set.of(
            "image",
            "build",
            "command",
            "entrypoint",
            "user",
            "depends_on",
            "environment",
            "ports",
            "volumes",
            "configs",
            "healthcheck",
            "restart",
            "stop_grace_period");
    private static final Set<String> CONDITIONS =
            Set.of("service_started", "service_healthy", "service_completed_successfully");

    private final Documentation documentation = Documentation.here();
    private final Map<String, Object> file =
            mapping(new Load(LoadSettings.builder().build()).loadFromString(documentation.text("docker-compose.yml")));
    private final Map<String, Object> services = mapping(file.get("services"));

    @Test
    void hasOnlyKeysThatComposeKnows() {
        assertThat(TOP).containsAll(file.keySet());
        services.forEach((name, service) ->
                assertThat(SERVICE).as(name).containsAll(mapping(service).keySet()));
    }

    @Test
    void everyImageIsPinnedToAFullVersion() {
        services.forEach((name, service) ->
                assertThat((String) mapping(service).get("image")).as(name).matches("[a-z0-9./-]+:v?\\d+(\\.\\d+)+"));
    }

    @Test
    void everyPortIsPublishedOnTheLoopbackOnly() {
        services.forEach((name, service) -> assertThat(texts(mapping(service).get("ports")))
                .as(name)
                .allMatch(port -> port.matches("127\\.0\\.0\\.1:\\d+:\\d+")));
    }

    @Test
    void whatAServiceWaitsForIsThereAndSaysWhenItIsHealthy() {
        services.forEach((name, service) -> mapping(mapping(service).getOrDefault("depends_on", Map.of()))
                .forEach((other, how) -> {
                    assertThat(services).as(name).containsKey(other);
                    String condition = (String) mapping(how).get("condition");
                    assertThat(CONDITIONS).as(name).contains(condition);
                    if (condition.equals("service_healthy")) {
                        assertThat(mapping(services.get(other))).as(other).containsKey("healthcheck");
                        assertThat(mapping(mapping(services.get(other)).get("healthcheck")))
                                .as(other)
                                .containsKey("test");
                    }
                }));
    }

    @Test
    void everyVolumeIsDeclaredAndUsed() {
        Set<String> used = new TreeSet<>();
        services.values().forEach(service -> texts(mapping(service).get("volumes")).stream()
                .map(volume -> volume.split(":")[0])
                .filter(volume -> !volume.startsWith(".") && !volume.startsWith("/"))
                .forEach(used::add));

        assertThat(used).isEqualTo(new TreeSet<>(mapping(file.get("volumes")).keySet()));
    }

    @Test
    void whatIsPutBesideItGoesNeitherIntoTheBuildNorIntoGit() {
        List<String> kept = new ArrayList<>(List.of(".env"));
        services.values().forEach(service -> texts(mapping(service).get("volumes")).stream()
                .filter(volume -> volume.startsWith("./"))
                .map(volume -> volume.split(":")[0].substring(2))
                .forEach(kept::add));

        assertThat(kept).contains("slipway-config");
        assertThat(ignored(".gitignore")).containsAll(kept);
        assertThat(ignored(".dockerignore")).containsAll(kept);
    }

    private List<String> ignored(String file) {
        return documentation
                .text(file)
                .lines()
                .map(line -> line.replaceFirst("^\\*\\*/", "").replaceFirst("/$", ""))
                .toList();
    }

    @Test
    void theWorkerIsHealthyWhereItsPageSaysSo() throws Exception {
        AtomicReference<Health> health = new AtomicReference<>(new Health(true, true, List.of(), List.of(), List.of()));
        try (Metrics metrics = new Metrics();
                MetricsPage page = MetricsPage.open("127.0.0.1", 0, metrics, health::get)) {
            assertThat(healthy(page.port())).isTrue();
            health.set(new Health(false, true, List.of(), List.of(), List.of()));
            assertThat(healthy(page.port())).isFalse();
            page.close();
            assertThat(healthy(page.port())).isFalse();
        }
    }

    /** Whether the healthcheck of the file says so, by its own command. */
    private boolean healthy(int port) throws Exception {
        List<String> test = texts(
                mapping(mapping(services.get("worker")).get("healthcheck")).get("test"));
        assertThat(test).startsWith("CMD");
        List<String> command = test.subList(1, test.size()).stream()
                // as Compose reads it
                .map(word -> word.replace("$$", "$").replace("/9464 ", "/" + port + " "))
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() == 0;
    }

    @Test
    void whatIsBuiltHereHasItsDockerfile() {
        assertThat(services.values())
                .filteredOn(service -> mapping(service).containsKey("build"))
                .isNotEmpty()
                .allSatisfy(service -> assertThat(Files.exists(documentation
                                .root()
                                .resolve((String) mapping(service).get("build"))
                                .resolve("Dockerfile")))
                        .isTrue());
    }

    @Test
    void noPasswordStandsInTheFile() {
        services.forEach((name, service) -> mapping(mapping(service).getOrDefault("environment", Map.of()))
                .forEach((variable, value) -> {
                    if (variable.matches(".*(PASSWORD|PWD|SECRET|TOKEN).*")) {
                        assertThat((String) value).as(name).startsWith("${");
                    }
                }));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> mapping(Object node) {
        return (Map<String, Object>) node;
    }

    private static List<String> texts(Object node) {
        List<String> texts = new ArrayList<>();
        if (node instanceof List<?> list) {
            list.forEach(each -> texts.add((String) each));
        }
        return texts;
    }
}
