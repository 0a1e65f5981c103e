package dev.slipway.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.plan.reading.PlanReader;
import dev.slipway.plan.reading.PlanReading;
import dev.slipway.plan.reading.Shop;
import dev.slipway.trust.CanonicalJson;
import dev.slipway.trust.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DatabaseOrderTest {

    private static Database after(String... others) {
        return new Database(
                "$URL", "$URL", List.of(), List.of(), List.of(), "", List.of(), "", "", List.of(), List.of(others));
    }

    private static List<String> order(Object... named) {
        Map<String, Database> databases = new LinkedHashMap<>();
        for (int at = 0; at < named.length; at += 2) {
            databases.put((String) named[at], (Database) named[at + 1]);
        }
        return List.copyOf(DatabaseOrder.of(databases).keySet());
    }

    @Test
    void goesByNamesButForWhatComesAfterAnother() {
        assertThat(order("main", after(), "audit", after(), "users", after()))
                .containsExactly("audit", "main", "users");
        assertThat(order("main", after("users"), "audit", after("main"), "users", after(), "zoo", after()))
                .containsExactly("users", "main", "audit", "zoo");
        assertThat(order("b", after(), "a", after("gone", "a"))).containsExactly("a", "b");
    }

    @Test
    void takesACircleByItsNames() {
        assertThat(order("c", after("b"), "b", after("a"), "a", after("c"), "z", after()))
                .containsExactly("z", "a", "b", "c");
    }

    @Test
    void findsWhoWaitsForEachOther() {
        assertThat(DatabaseOrder.circle(
                        Map.of("a", List.of("b"), "b", List.of("c", "d"), "c", List.of("b"), "d", List.of())))
                .containsExactly("b", "c");
        assertThat(DatabaseOrder.circle(Map.of("a", List.of("b"), "b", List.of())))
                .isEmpty();
    }

    /** Who approves and who acts read the same plan in different forms. */
    @Test
    void isTheSameInEveryFormOfAPlan() throws IOException {
        String yaml = Shop.plan("small.yaml")
                .replaceFirst(
                        "    deploy:",
                        "    databases: {main: {url: \\$DATABASE_URL, after: [users]}, audit: {url: \\$DATABASE_URL},"
                                + " users: {url: \\$DATABASE_URL}}\n    deploy:");
        yaml = yaml.contains("secrets:")
                ? yaml
                : yaml.replaceFirst("environments:", "secrets: [DATABASE_URL]\nenvironments:");
        PlanReading reading = new PlanReader().read(new Shop(yaml), Shop.PRODUCTION);
        ReleasePlan plan = reading.plan().orElseThrow(() -> new AssertionError(reading.problems()));

        ReleasePlan kept = Json.mapper().readValue(CanonicalJson.text(plan), ReleasePlan.class);

        assertThat(plan.databases().keySet()).containsExactly("audit", "users", "main");
        assertThat(kept.databases().keySet()).containsExactly("audit", "users", "main");
        assertThat(kept.digest()).isEqualTo(plan.digest());
    }
}
