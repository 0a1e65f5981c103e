package dev.slipway.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.plan.reading.PlanReader;
import dev.slipway.plan.reading.PlanReading;
import dev.slipway.plan.reading.Shop;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTextTest {

    private final List<String> lines = PlanText.lines(Shop.production());

    @Test
    void tellsThePhasesInTheirOrder() {
        List<String> phases = lines.stream()
                .map(line -> line.split(" ")[0])
                .filter(word -> Shop.production().phases().stream()
                        .anyMatch(phase -> phase.word().equals(word)))
                .toList();

        assertThat(phases)
                .containsExactlyElementsOf(
                        Shop.production().phases().stream().map(Phase::word).toList());
    }

    @Test
    void saysWhoDecidesWhatRollsBackAndWhatStays() {
        assertThat(lines)
                .contains(
                        "release shop/production@1.4.0 (commit " + Shop.COMMIT + ")",
                        "    2 of ana, ben, cleo say yes; the requester's own yes does not count; a yes holds 24h",
                        "    to tick: support told",
                        "    changes begin only tue-thu 09:00-16:00 (Europe/Berlin), closed 2026-12-18..2027-01-06",
                        "backup (at most 40m)",
                        "    roll back by itself when error-rate stays above 5 % for 2 minutes",
                        "    web: run ./switch 1.4.0",
                        "        undo: run ./switch ${previous}, where ${previous} is what ./switch --current says before",
                        "never undone by itself: migrations, reference data; a database is restored only by a person");
    }

    @Test
    void saysWhichDatabaseComesAfterWhichAndWhatPlaceholdersStandFor() {
        String yaml = Shop.plan("shop.yaml")
                .replaceFirst(
                        "migrate: \\{flyway: db/migration, lock",
                        "after: [archive]\n        migrate: {flyway: db/migration, placeholders: {owner: shop_app}, lock")
                .replaceFirst("    databases:\n", "    databases:\n      archive: {url: \\$DATABASE_URL}\n");
        PlanReading reading = new PlanReader().read(new Shop(yaml), Shop.PRODUCTION);
        assertThat(PlanText.lines(reading.plan().orElseThrow(() -> new AssertionError(reading.problems()))))
                .anyMatch(line ->
                        line.startsWith("    main (after archive): apply what is pending of the 3 Flyway migrations in"
                                + " db/migration, where ${owner} is `shop_app`"));
    }

    @Test
    void saysWhereEachNumberComesFromAndWhatItIsComparedWith() {
        PlanReading reading = new PlanReader().read(new Shop(Shop.plan("metrics.yaml")), Shop.PRODUCTION);
        assertThat(PlanText.lines(reading.plan().orElseThrow(() -> new AssertionError(reading.problems()))))
                .contains(
                        "    carts: select count(*) from cart where broken, asked of main",
                        "    queue: the last line of ./switch --queue",
                        "    orders: /minute of https://shop.example.com/stats, not older than 2m by /time",
                        "    errors: events of release shop@1.4.0 in the last 5m in Sentry, acme/shop",
                        "    memory: process_resident_memory_bytes of memory_limit_bytes at"
                                + " https://shop.example.com/metrics",
                        "    baseline: measured for 45s when the release is opened, before anything changes",
                        "    roll back by itself when errors stays above 3 times its baseline and above 20 for 2 minutes",
                        "    roll back by itself when new-issues is above 0",
                        "    roll back by itself when memory stays above 90 % for 5 minutes",
                        "    warn when queue is above 100");
    }

    @Test
    void tellsOfEveryStepThatChangesSomethingHowItIsUndone() {
        assertThat(lines.stream().filter(line -> line.strip().startsWith("undo: ")))
                .hasSize(4);
    }

    @Test
    void saysWhenAChannelIsTold() {
        String daily = Shop.plan("shop.yaml").replace("{log: true}]", "{log: true, tier: daily, at: '17:30'}]");
        PlanReading reading = new PlanReader().read(new Shop(daily), Shop.PRODUCTION);

        assertThat(PlanText.lines(reading.plan().orElseThrow(() -> new AssertionError(reading.problems()))))
                .contains("told daily at 17:30 Europe/Berlin: the worker's log, on everything");
    }

    @Test
    void hidesNothingFromAReader() {
        ReleasePlan plan = Shop.production();
        Channel odd = new Channel("\u001b[2K$X\u202e", false, List.of());
        ReleasePlan forged = new ReleasePlan(
                plan.format(),
                plan.service(),
                plan.environment(),
                plan.version(),
                plan.commit(),
                plan.source(),
                plan.file(),
                plan.people(),
                plan.secrets(),
                plan.branch(),
                plan.approval(),
                plan.window(),
                plan.databases(),
                plan.deploy(),
                plan.verify(),
                plan.watch(),
                plan.rollback(),
                plan.onFailure(),
                plan.timeouts(),
                List.of(odd),
                plan.contact(),
                plan.identities(),
                plan.gates(),
                plan.hotfix(),
                plan.files());

        assertThat(PlanText.lines(forged)).contains("told at once: \\u001b[2K$X\\u202e, on everything");
    }

    @Test
    void saysWhereNobodyMayRollBackByHand() {
        String text = Shop.plan("broken/official-flyway.yaml").replace(", runner: official", "");

        PlanReading reading = new PlanReader().read(new Shop(text), Shop.PRODUCTION);

        assertThat(PlanText.lines(reading.plan().orElseThrow()))
                .contains("    by hand: nobody; name people in `rollback: {by: …}` or in `approval: {from: …}`");
    }

    @Test
    void saysWhatIsAskedOfMigrationsBeforePeopleAre() {
        String text = Shop.plan("broken/official-flyway.yaml")
                .replace(
                        "migrate: {flyway: db/migration, runner: official}",
                        "backup: {store: backups}, migrate: {flyway: db/migration, rehearse: required, refuse: [one-way],"
                                + " longest-lock: 5s, row-level-security: required}");
        String usual = Shop.plan("broken/official-flyway.yaml").replace(", runner: official", "");

        PlanReading reading = new PlanReader().read(new Shop(text), Shop.PRODUCTION);

        assertThat(PlanText.lines(reading.plan().orElseThrow(() -> new AssertionError(reading.problems()))))
                .contains(
                        "    nothing without a rehearsal on a copy of the newest backup",
                        "    refused before people are asked: migrations that are one-way",
                        "    refused before people are asked: a lock that blocks an application for more than 5s",
                        "    refused before people are asked: a new table without row-level security");
        ReleasePlan said = new PlanReader()
                .read(
                        new Shop(usual.replace("db/migration}", "db/migration, rehearse: where-possible}")),
                        Shop.PRODUCTION)
                .plan()
                .orElseThrow();
        ReleasePlan unsaid =
                new PlanReader().read(new Shop(usual), Shop.PRODUCTION).plan().orElseThrow();
        assertThat(said.databases())
                .as("a default that is said is no other plan")
                .isEqualTo(unsaid.databases());
    }
}
