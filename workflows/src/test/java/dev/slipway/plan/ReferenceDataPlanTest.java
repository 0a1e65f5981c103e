package dev.slipway.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a plan may say of reference data. */
class ReferenceDataPlanTest {

    private final Map<String, byte[]> files = new HashMap<>();

    @Test
    void tablesAreNamesOrMappings() {
        Database.ReferenceData data =
                plan("from: $DEV, needs: [$OTHER], tables: [categories, {name: services, where: active,"
                                + " without: [updated_at], extra: delete, show: [price]}]")
                        .plan()
                        .orElseThrow()
                        .databases()
                        .get("main")
                        .referenceDataIfAny()
                        .orElseThrow();

        assertThat(data.tables()).containsExactly("categories", "services");
        assertThat(data.rules())
                .containsExactly(new Database.TableRule(
                        "services", "active", List.of("updated_at"), "delete", List.of("price")));
        assertThat(data.rule("categories").deletesExtra()).isFalse();
        assertThat(data.needs()).containsExactly("$OTHER");
    }

    @Test
    void itsFilesArePartOfThePlan() {
        file("db/reference/categories.csv");
        file("db/reference/public.services.sql");

        assertThat(plan("files: db/reference, tables: [categories, public.services]")
                        .plan()
                        .orElseThrow()
                        .files())
                .containsKeys("db/reference/categories.csv", "db/reference/public.services.sql");
    }

    @Test
    void eachTableHasOneFileAndEachFileOneTable() {
        file("db/reference/categories.csv");
        file("db/reference/categories.sql");
        file("db/reference/other.csv");

        assertThat(problems("files: db/reference, tables: [categories, services]"))
                .anyMatch(problem -> problem.contains("are both there"))
                .anyMatch(problem -> problem.contains("there is neither") && problem.contains("services.sql"))
                .anyMatch(problem -> problem.contains("other.csv") && problem.contains("belongs to no table"));
    }

    @Test
    void whatIsNoneIsSaid() {
        assertThat(problems("tables: [a]")).anyMatch(problem -> problem.contains("from") && problem.contains("files"));
        assertThat(problems("from: $DEV, tables: [a, {name: a}]"))
                .anyMatch(problem -> problem.contains("is named twice"));
        assertThat(problems("from: $DEV, tables: [{name: a, where: 'f(x)'}]"))
                .anyMatch(problem -> problem.contains("calls the function `f`"));
        assertThat(problems("files: nowhere, tables: [a]"))
                .anyMatch(problem -> problem.contains("nowhere") && problem.contains("is not there"));
    }

    private void file(String path) {
        files.put(path, "id\n".getBytes(StandardCharsets.UTF_8));
    }

    private List<String> problems(String referenceData) {
        return plan(referenceData).problems().stream().map(Object::toString).toList();
    }

    private PlanReading plan(String referenceData) {
        files.put("slipway.yaml", ("""
                slipway: 1
                service: shop
                source: {directory: .}
                secrets: [URL, DEV, {name: OTHER, required: false}]
                environments:
                  production:
                    databases: {main: {url: $URL, reference-data: {%s}}}
                """.formatted(referenceData)).getBytes(StandardCharsets.UTF_8));
        return new PlanReader().read(PlanSource.of(files), new PlanRequest("production", "1.0.0", ""));
    }
}
