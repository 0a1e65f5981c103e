package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.reading.PlanReader;
import dev.slipway.plan.reading.PlanReading;
import dev.slipway.plan.reading.PlanRequest;
import dev.slipway.plan.reading.PlanSource;
import dev.slipway.process.CommandRunner;
import dev.slipway.record.Policy;
import dev.slipway.secrets.Redaction;
import dev.slipway.secrets.Secrets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** From the plan's words to sources, before anything is asked. */
class MetricSourcesTest {

    private final MetricSources sources =
            new MetricSources(new OkHttpClient(), new CommandRunner(), InstantSource.system());
    private final Secrets secrets = new Secrets("shop/production", Map.of(), new Redaction());

    private static ReleasePlan plan(String metrics, String rules) {
        String text = """
                slipway: 1
                service: shop
                source: {directory: .}
                secrets: [DATABASE_URL, TOKEN]
                environments:
                  production:
                    databases: {main: {url: $DATABASE_URL}}
                    watch:
                      for: 5m
                      metrics: %s
                      rollback-when: [%s]
                """.formatted(metrics, rules);
        PlanReading reading = new PlanReader()
                .read(
                        PlanSource.of(Map.of("slipway.yaml", text.getBytes(StandardCharsets.UTF_8))),
                        new PlanRequest("production", "1.0.0", ""));
        return reading.plan().orElseThrow(() -> new AssertionError(reading.problems()));
    }

    @Test
    void wiresEveryKindWithoutAskingForItsSecret() {
        ReleasePlan plan = plan(
                """
                {a: {sql: {database: main, query: select 1}}, b: {command: {run: [count], config: {TOKEN: $TOKEN}}},
                 c: {json: {url: 'https://shop.example.com/', at: /c, token: $TOKEN}},
                 d: {sentry: {organization: acme, token: $TOKEN}}, e: {http: 'http://shop.example.com/'},
                 f: {prometheus: 'https://prometheus.example.com', query: up, token: $TOKEN},
                 g: {scrape: 'http://shop.example.com/metrics', value: g}}
                """.strip(),
                "a > 1, b > 1, c > 1, d > 3x baseline for 1m, e failing for 1m, f > 1 for 1m, g > 1kB for 1m");

        assertThatCode(() -> sources.fit(plan, secrets)).doesNotThrowAnyException();
        assertThat(MetricSources.comparedWithBaseline(plan)).containsExactly("d");
    }

    /** A baseline asks more often than the watch; who may take his time by the plan is given it all the same. */
    @Test
    void measuresABaselineOfWhatMayBeSlowByThePlan() {
        ReleasePlan plan = plan("{e: {http: 'http://shop.example.com/', within: 5s}}", "e failing for 1m");
        Site site = new Site(plan, text -> text, secrets, () -> Path.of(""));
        assertThatCode(() -> sources.measurer(site, Duration.ofSeconds(2), Set.of("e"), Duration.ofSeconds(4)))
                .doesNotThrowAnyException();
    }

    @Test
    void sendsNoTokenWhereItCanBeReadOnTheWay() {
        ReleasePlan plan = plan("{c: {json: {url: 'http://shop.example.com/', at: /c, token: $TOKEN}}}", "c > 1");
        assertThatThrownBy(() -> sources.fit(plan, secrets))
                .hasMessage("\"c\": a token is sent by https only, and http://shop.example.com/ is none");
    }

    @Test
    void runsNoCommandWhereTheWorkerLetsNoneRun() {
        Policy floor = Policy.floor(0, false, false);
        assertThat(floor.problemsOfCommands("the floor", plan("{b: {command: {run: [count]}}}", "b > 1")))
                .hasSize(1);
        assertThat(floor.problemsOfCommands(
                        "the floor", plan("{b: {http: 'http://b.example.com/'}}", "b failing for 1m")))
                .isEmpty();
    }
}
