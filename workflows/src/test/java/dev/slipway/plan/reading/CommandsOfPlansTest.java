package dev.slipway.plan.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Policy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a plan runs as a command on the worker's machine. */
class CommandsOfPlansTest {

    @ParameterizedTest
    @CsvSource({"official, true", "own, false"})
    void anOfficialToolIsACommand(String runner, boolean refused) {
        Policy floor = Policy.floor(1, false, false);

        List<String> problems = floor.problemsOfCommands("this worker's floor", plan(runner));

        assertThat(problems.stream().anyMatch(problem -> problem.contains("lets no commands of plans run")))
                .isEqualTo(refused);
    }

    private static ReleasePlan plan(String runner) {
        String text = """
                slipway: 1
                service: shop
                source: {directory: .}
                secrets: [DATABASE_URL]
                environments:
                  production:
                    databases:
                      main:
                        url: $DATABASE_URL
                        backup: {store: backups}
                        migrate: {prisma: prisma/migrations, runner: %s}
                """.formatted(runner);
        Map<String, byte[]> files = Map.of(
                "slipway.yaml", text.getBytes(StandardCharsets.UTF_8),
                "prisma/migrations/1_first/migration.sql", "select 1;".getBytes(StandardCharsets.UTF_8),
                "prisma/schema.prisma", new byte[0]);
        PlanReading reading = new PlanReader().read(PlanSource.of(files), new PlanRequest("production", "1.0.0", ""));
        return reading.plan().orElseThrow(() -> new AssertionError(reading.problems()));
    }
}
