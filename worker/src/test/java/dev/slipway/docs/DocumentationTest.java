package dev.slipway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.plan.reading.PlanProblem;
import dev.slipway.plan.reading.PlanReader;
import dev.slipway.plan.reading.PlanSchema;
import dev.slipway.plan.reading.PlanSource;
import dev.slipway.record.Event;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.worker.settings.SettingsReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages say about plans, files, events and codes is so. */
final class DocumentationTest {

    /** What the pages' plans name beside themselves. */
    private static final Map<String, byte[]> NAMED = Map.of(
            "switch", bytes("#!/bin/sh\n"),
            "app/version", bytes("1\n"),
            "db/migration/V1__a.sql", bytes("--\n"),
            "db/reference/categories.csv", bytes("id\n"),
            "db/reference/countries.sql", bytes("--\n"));

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern EXIT_CODE =
            Pattern.compile("^ {4}[A-Z_]+\\((\\d+), \"([^\"]+)\"\\)", Pattern.MULTILINE);
    private static final Pattern EXIT_ROW = Pattern.compile("^\\| `(\\d+)` \\| (.+) \\|$", Pattern.MULTILINE);

    private final Documentation documentation = Documentation.here();

    @TempDir
    private Path folder;

    @Test
    void everyPlanIsSound() {
        List<Documentation.Block> plans = documentation.yaml("slipway: 1");

        assertThat(plans).hasSizeGreaterThanOrEqualTo(4);
        for (Documentation.Block plan : plans) {
            Map<String, byte[]> files = new LinkedHashMap<>(NAMED);
            files.put("slipway.yaml", bytes(plan.text()));
            assertThat(new PlanReader().problems(PlanSource.of(files), "slipway.yaml"))
                    .as("%s", plan)
                    .extracting(PlanProblem::text)
                    .isEmpty();
        }
    }

    @Test
    void everyExamplesPlanIsSound() throws IOException {
        Path examples = Path.of(System.getProperty("slipway.root", "..")).resolve("examples");
        try (Stream<Path> found = Files.list(examples)) {
            List<Path> systems = found.filter(folder -> Files.exists(folder.resolve("slipway.yaml")))
                    .toList();
            assertThat(systems).isNotEmpty();
            for (Path system : systems) {
                assertThat(new PlanReader().problems(PlanSource.directory(system), "slipway.yaml"))
                        .as(system.toString())
                        .isEmpty();
            }
        }
    }

    @Test
    void everyWorkersFileIsSound() throws IOException {
        List<Documentation.Block> files = documentation.yaml("slipway-worker: 1");

        assertThat(files).hasSizeGreaterThanOrEqualTo(2);
        EnvironmentKey key = EnvironmentKey.generate("any");
        key.write(folder.resolve("shop-production.key"));
        key.write(folder.resolve("hello-production.key"));
        for (Documentation.Block each : files) {
            Path file = folder.resolve("slipway-worker.yaml");
            Files.writeString(file, each.text());
            assertThat(new SettingsReader(Map.of()).read(file).problems())
                    .as("%s", each)
                    .extracting(PlanProblem::text)
                    .isEmpty();
        }
    }

    @Test
    void everyKeyOfThePlanIsInItsReferenceAndNoOther() throws IOException {
        Set<String> keys = new TreeSet<>();
        collect(new ObjectMapper().readTree(PlanSchema.text()), "", keys);
        Set<String> rows = new TreeSet<>();
        Pattern.compile("^\\| `([^`]+)` \\| ", Pattern.MULTILINE)
                .matcher(documentation.text("docs/reference/plan.md"))
                .results()
                .map(row -> row.group(1))
                .forEach(rows::add);

        assertThat(rows).isEqualTo(keys);
    }

    /** Keys as the page writes them: those of an environment without what stands before them. */
    private static void collect(JsonNode schema, String path, Set<String> keys) {
        schema.path("oneOf").forEach(choice -> collect(choice, path, keys));
        if (schema.has("items")) {
            collect(schema.get("items"), path + "[]", keys);
        }
        if (schema.path("additionalProperties").isObject()) {
            collect(schema.get("additionalProperties"), path + ".NAME", keys);
        }
        schema.path("properties").properties().forEach(property -> {
            String key = (path.isEmpty() ? "" : path + ".") + property.getKey();
            keys.add(key.replaceFirst("^environments\\.NAME\\.", ""));
            collect(property.getValue(), key, keys);
        });
    }

    @Test
    void theTableOfExitCodesIsTheEnum() {
        Map<String, String> codes =
                pairs(EXIT_CODE, documentation.text("client-cli/src/main/java/dev/slipway/cli/ExitCode.java"));

        assertThat(codes).hasSizeGreaterThan(10);
        assertThat(pairs(EXIT_ROW, documentation.text("README.md"))).isEqualTo(codes);
    }

    @Test
    void everyEventIsInTheReferenceOfTheRecord() {
        String page = documentation.text("docs/reference/record.md");

        for (Event.Kind kind : Event.Kind.values()) {
            assertThat(page).contains("`" + kind.name() + "`");
        }
    }

    @Test
    void everyLinkLeadsSomewhere() {
        List<String> broken = new ArrayList<>();
        for (Path page : documentation.pages()) {
            LINK.matcher(documentation.text(page))
                    .results()
                    .map(link -> link.group(1))
                    .filter(link -> !link.startsWith("http"))
                    .filter(link -> !leads(page, link))
                    .forEach(link -> broken.add(documentation.root().relativize(page) + ": " + link));
        }

        assertThat(broken).isEmpty();
    }

    private boolean leads(Path page, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return parts.length == 1
                || documentation
                        .text(target)
                        .lines()
                        .filter(line -> line.startsWith("#"))
                        .anyMatch(heading -> anchor(heading).equals(parts[1]));
    }

    /** As GitHub makes them. */
    private static String anchor(String heading) {
        return heading.replaceFirst("^#+ ", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9 _-]", "")
                .replace(' ', '-');
    }

    private static Map<String, String> pairs(Pattern pattern, String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        pattern.matcher(text).results().forEach(found -> pairs.put(found.group(1), found.group(2)));
        return pairs;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
