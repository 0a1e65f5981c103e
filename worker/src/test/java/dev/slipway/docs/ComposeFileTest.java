package dev.slipway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
