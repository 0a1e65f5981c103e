package dev.slipway.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PlanReaderTest {

    private static final int MUTATIONS = 5000;
    private static final long SEED = 20261121;

    private final PlanReader reader = new PlanReader();

    @Test
    void readsTheShopsProduction() {
        ReleasePlan plan = Shop.production();

        assertThat(plan.label()).isEqualTo("shop/production@1.4.0");
        assertThat(plan.approval().quorum()).isEqualTo(2);
        assertThat(plan.databases().get("main").directUrl()).isEqualTo("$DIRECT_URL");
        assertThat(plan.deploy().get(0).commandIfAny().orElseThrow().rollBack())
                .containsExactly("./switch", "${previous}");
        assertThat(plan.deploy().get(0).config())
                .containsEntry("FLASK_DEBUG", "false")
                .containsEntry("OPENAI_API_KEY", "$OPENAI_API_KEY");
        assertThat(plan.timeouts())
                .containsEntry("backup", Duration.ofMinutes(40))
                .hasSize(9);
        assertThat(plan.onFailure()).containsEntry("verify", "roll-back");
        assertThat(plan.channels()).hasSize(2);
        assertThat(plan.phases()).containsExactly(Phase.values());
        assertThat(plan.files())
                .containsOnlyKeys(
                        "db/migration/R__views.sql",
                        "db/migration/V1__products.sql",
                        "db/migration/V2__orders.sql",
                        "slipway.yaml",
                        "switch");
    }

    @Test
    void fillsInTheDefaults() {
        ReleasePlan plan = read("small.yaml");

        assertThat(plan.approval()).isEqualTo(Approval.none());
        assertThat(plan.commit()).isEmpty();
        assertThat(plan.rollback()).isEqualTo(new Rollback(Duration.ofMinutes(2), List.of(), "", false, true));
        assertThat(plan.watch().wanted()).isFalse();
        assertThat(plan.phases())
                .containsExactly(Phase.PREFLIGHT, Phase.REVIEW, Phase.TURN, Phase.OPEN, Phase.DEPLOY, Phase.DONE);
        assertThat(Shop.production().watch().metrics().get("health"))
                .isEqualTo(new Metric(
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "https://shop.example.com/health",
                        200,
                        null,
                        Duration.ofSeconds(5),
                        10,
                        "",
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        "",
                        ""));
    }

    @Test
    void readsMetricsOfEveryKind() {
        Watch watch = read("metrics.yaml").watch();

        assertThat(watch.baseline()).containsExactly(Duration.ofSeconds(45));
        assertThat(watch.metrics().get("lag").sql())
                .containsExactly(
                        new Metric.SqlMetric("", "$REPLICA_URL", "select extract(epoch from lag) from replica"));
        assertThat(watch.metrics().get("queue").command())
                .containsExactly(new Metric.CommandMetric(
                        List.of("./switch", "--queue"), List.of(), Map.of("TOKEN", "$STATS_TOKEN")));
        assertThat(watch.metrics().get("orders").document())
                .containsExactly(new Metric.JsonMetric(
                        "https://shop.example.com/stats", "/minute", "/time", Duration.ofMinutes(2), "$STATS_TOKEN"));
        assertThat(watch.metrics().get("new-issues").sentry())
                .containsExactly(new Metric.SentryMetric(
                        "acme",
                        "",
                        "",
                        "new-issues",
                        "${version}",
                        "",
                        Duration.ofMinutes(5),
                        "$SENTRY_TOKEN",
                        "https://sentry.io"));
        assertThat(watch.metrics().get("memory").token()).isEqualTo("$METRICS_TOKEN");
        assertThat(Shop.production().watch().baseline()).isEmpty();
    }

    @Test
    void offersEnvironmentsByNameAndByBranch() {
        PlanEnvironments environments = reader.environments(new Shop(Shop.plan("shop.yaml")), "slipway.yaml");

        assertThat(environments.service()).isEqualTo("shop");
        assertThat(environments.ofBranch("dev")).isEqualTo(environments.named("staging"));
        assertThat(environments.ofBranch("feature/x")).isEmpty();
    }

    @Test
    void comesToTheSamePlanFromAnotherCopy(@TempDir Path folder) throws IOException {
        Shop shop = new Shop(Shop.plan("shop.yaml"));
        for (String path : Shop.production().files().keySet()) {
            Path file = folder.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, shop.read(path).orElseThrow());
        }

        ReleasePlan plan = reader.read(PlanSource.directory(folder), Shop.PRODUCTION)
                .plan()
                .orElseThrow();

        assertThat(plan).isEqualTo(Shop.production());
        assertThat(plan.digest()).isEqualTo(Shop.production().digest());
    }

    @Test
    void refusesALinkInADirectory(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("slipway.yaml"), Shop.plan("small.yaml"));
        Files.writeString(folder.resolve("other"), "#!/bin/sh\n");
        Files.createSymbolicLink(folder.resolve("switch"), Path.of("other"));

        assertThat(reader.problems(PlanSource.directory(folder), "slipway.yaml"))
                .hasSize(3)
                .allSatisfy(problem -> assertThat(problem.what()).contains("is a link"));
    }

    @Test
    void readsWhoseSchemaADatabaseHasToHave() {
        String text = Shop.plan("shop.yaml")
                .replace(
                        "backup: {store: backups, verify: full-read, keep: 30d}",
                        "same-schema: {as: staging, otherwise: stop}\n        backup: {store: backups}");

        ReleasePlan plan = reader.read(new Shop(text), Shop.PRODUCTION).plan().orElseThrow();

        assertThat(plan.databases().get("main").sameSchema())
                .containsExactly(new Database.SameSchema("staging", "stop"));
        assertThat(PlanText.lines(plan)).anyMatch(line -> line.strip()
                .equals("compared with the schema of staging; a difference stops the release"));
        assertThat(plan.digest()).isNotEqualTo(Shop.production().digest());
    }

    @Test
    void readsHowADatabaseIsBackedUp() {
        String text = Shop.plan("shop.yaml")
                .replace(
                        "backup: {store: backups, verify: full-read, keep: 30d}",
                        "platform: supabase\n        backup-url: $DEV_DATABASE_URL\n"
                                + "        backup: {store: backups, verify: restore, keep: 30d, format: directory, jobs: 2,"
                                + " compress: 'gzip:6', rate: 20MB, schemas: [public], at-least: 5,"
                                + " unless: {larger-than: 20GB, longer-than: 30m}}");

        ReleasePlan plan = reader.read(new Shop(text), Shop.PRODUCTION).plan().orElseThrow();

        Database database = plan.databases().get("main");
        assertThat(database.backupLogin()).isEqualTo("$DEV_DATABASE_URL");
        assertThat(database.platform()).isEqualTo("supabase");
        assertThat(database.backupIfAny())
                .contains(new Database.Backup(
                        "backups",
                        "restore",
                        Duration.ofDays(30),
                        List.of(new Database.Unless(20_000_000_000L, Duration.ofMinutes(30))),
                        "directory",
                        List.of(2),
                        "gzip:6",
                        List.of(20_000_000L),
                        List.of("public"),
                        List.of(5)));
        assertThat(PlanText.lines(plan).stream().map(String::strip))
                .contains(
                        "main: dump only the schemas public to store backups, prove it by restoring it into a throw-away"
                                + " server and comparing every table (only reading it back whole where it is larger than"
                                + " 20GB or that takes longer than 30m), keep it 30d and the newest 5",
                        "as a directory by 2 jobs, packed by gzip:6, at most 20MB a second, by the login of"
                                + " $DEV_DATABASE_URL, without what supabase manages");
    }

    @Test
    void aDefaultThatIsSaidOutLoudMakesTheSamePlan() {
        String text = Shop.plan("shop.yaml")
                .replace(
                        "backup: {store: backups, verify: full-read, keep: 30d}",
                        "platform: postgres\n        backup: {store: backups, format: custom, compress: gzip}");

        ReleasePlan plan = reader.read(new Shop(text), Shop.PRODUCTION).plan().orElseThrow();

        assertThat(plan.databases()).isEqualTo(Shop.production().databases());
    }

    @Test
    void givesAnotherDigestForOneOtherByte() {
        String text = Shop.plan("shop.yaml");
        Shop changed = new Shop(text).with("db/migration/V2__orders.sql", "drop table orders;");

        assertThat(reader.read(changed, Shop.PRODUCTION).plan().orElseThrow().digest())
                .isNotEqualTo(Shop.production().digest());
    }

    @Test
    void tellsAllProblemsAtOnceInTheirOrder() {
        String text = Shop.plan("shop.yaml")
                .replace("branch: dev", "brnch: dev")
                .replace("quorum: 2", "quorum: 9")
                .replace("verify: full-read", "verify: fullread")
                .replace("keep: 30d", "keep: long")
                .replace("health failing for 3m", "helth failing for 3m")
                .replace("'#incidents'", "");

        assertThat(reader.problems(new Shop(text), "slipway.yaml"))
                .extracting(problem -> problem.path() + ": " + problem.what())
                .containsExactly(
                        "staging: unknown key `brnch`",
                        "production.approval.quorum: a quorum of 9 cannot be reached by 3 people",
                        "production.databases.main.backup.verify: `fullread` is not one of full-read, restore",
                        "production.databases.main.backup.keep: `long` is not a duration",
                        "production.watch.rollback-when[2]: metric `helth` is not in `metrics`",
                        "production.contact.primary: has no value");
    }

    @Test
    void judgesTheRequestToo() {
        Shop shop = new Shop(Shop.plan("shop.yaml"));

        assertThat(reader.read(shop, new PlanRequest("prodution", "1.4/0", "abc"))
                        .problems())
                .extracting(PlanProblem::text)
                .containsExactlyInAnyOrder(
                        "version `1.4/0` is not a name (letters, digits, `.`, `_`, `+`, `-`); "
                                + "give one such as 1.4.0, at most 64 characters",
                        "commit `abc` is not a full commit id; give all 40 hex digits, as `git rev-parse HEAD` prints them",
                        "slipway.yaml:13:1: environments: there is no environment `prodution`; did you mean `production`?");
    }

    @Test
    void refusesFilesThatAreNoPlan() {
        assertThat(only(new byte[0])).contains("slipway.yaml:1:1: the file is empty");
        assertThat(only("# nothing\n".getBytes(StandardCharsets.UTF_8))).contains("the file is empty");
        assertThat(only(new byte[(1 << 20) + 1])).contains("larger than 1 MiB");
        assertThat(only(new byte[] {'a', ':', '\n', ' ', (byte) 0xc3, (byte) 0x28}))
                .contains("slipway.yaml:2:2: is not UTF-8");
        assertThat(only("a: 1\nb: \u0007".getBytes(StandardCharsets.UTF_8)))
                .contains("slipway.yaml:2:4: holds the character");
        assertThat(only("[".repeat(100_000).getBytes(StandardCharsets.UTF_8)))
                .contains("slipway.yaml:1:41: is nested deeper");
        assertThat(reader.problems(PlanSource.of(Map.of()), "slipway.yaml")
                        .get(0)
                        .text())
                .isEqualTo("there is no plan file `slipway.yaml`; write one; `slipway schema` says what stands in it");
    }

    @Test
    void neverReadsAPlanFromOutside(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("slipway.yaml"), Shop.plan("small.yaml"));
        Files.createDirectory(folder.resolve("inside"));
        PlanSource inside = PlanSource.directory(folder.resolve("inside"));

        for (String file :
                List.of("../slipway.yaml", folder.resolve("slipway.yaml").toString(), "a/b", "", ".git")) {
            assertThat(reader.problems(inside, file)).hasSize(1).allSatisfy(problem -> assertThat(problem.next())
                    .isEqualTo("give the name of the plan file alone"));
        }
        assertThat(inside.kind("a\u0000b")).isEqualTo(PlanSource.Kind.ABSENT);
        assertThat(inside.list("nowhere")).isEmpty();
    }

    @Test
    @Timeout(20)
    void isNotBlownUpByAliases() {
        StringBuilder bomb = new StringBuilder("slipway: 1\nx0: &x0 [a, a]\n");
        for (int level = 1; level < 40; level++) {
            bomb.append("x%1$d: &x%1$d [*x%2$d, *x%2$d]\n".formatted(level, level - 1));
        }
        bomb.append("environments: &e {a: {deploy: *e}, b: *e}\nsecrets: *x39\n");

        assertThat(reader.problems(new Shop(bomb.toString()), "slipway.yaml")).isNotEmpty();
    }

    /** Seconds, also where the machine has much else to do; what looks at every character for every other takes hours. */
    @Test
    @Timeout(90)
    void isNotHeldUpByHugeValues() {
        String plan = Shop.plan("shop.yaml");
        String[] huge = {
            "/" + "a".repeat(19_000),
            "a".repeat(500_000),
            "://" + ":".repeat(500_000),
            "\u00e4".repeat(300_000),
            "mon,".repeat(100_000)
        };
        String[] places = {
            "/status", "CONFIRM", "tue-thu 09:00-16:00", "Europe/Berlin", "db/migration", "'#incidents'", "ana", "24h"
        };
        for (String value : huge) {
            for (String place : places) {
                Shop shop = new Shop(plan.replace(place, "'" + value + "'"));
                reader.problems(shop, "slipway.yaml")
                        .forEach(problem -> assertThat(problem.withSnippet()).hasSizeLessThan(25_000));
            }
        }
        StringBuilder many = new StringBuilder(Shop.plan("small.yaml"));
        for (int count = 0; count < 20_000; count++) {
            many.append("  e").append(count).append(": {window: {zone: Erope/Berlin}}\n");
        }
        assertThat(reader.problems(new Shop(many.toString()), "slipway.yaml")).isNotEmpty();
    }

    @Test
    void takesAnotherSyntaxOfRules() {
        RuleSyntax none = new RuleSyntax() {
            @Override
            public Optional<Problem> problem(String rule) {
                return Optional.of(new Problem(3, "nothing is a rule"));
            }

            @Override
            public String metric(String rule) {
                return "";
            }

            @Override
            public Duration held(String rule) {
                return Duration.ZERO;
            }
        };

        assertThat(new PlanReader(none).problems(new Shop(Shop.plan("shop.yaml")), "slipway.yaml"))
                .hasSize(4)
                .allSatisfy(problem -> assertThat(problem.next()).isEqualTo("nothing is a rule"));
    }

    @Test
    @Timeout(100)
    void survivesAnyEdit() {
        String plan = Shop.plan("shop.yaml");
        String[] pieces = {
            "\t",
            "{",
            "}",
            "[",
            "]",
            ":",
            "- ",
            "&a ",
            "*a ",
            "<<: *web\n",
            "!!x ",
            "|\n",
            "'",
            "\"",
            "#",
            "$X",
            "${",
            "\u202e",
            "~",
            "? ",
            "\n",
            "  ",
            "0",
            "-1",
            "9999999999999999999",
            "%",
            "\ud83d\ude80",
            "null",
            "true",
            ".",
            "../",
            "---\n",
            ","
        };
        Random random = new Random(SEED);
        for (int edit = 0; edit < MUTATIONS; edit++) {
            StringBuilder text = new StringBuilder(plan);
            for (int times = random.nextInt(3); times >= 0; times--) {
                int at = random.nextInt(text.length());
                int until = Math.min(text.length(), at + random.nextInt(30));
                switch (random.nextInt(4)) {
                    case 0 -> text.delete(at, until);
                    case 1 -> text.insert(at, pieces[random.nextInt(pieces.length)]);
                    case 2 -> text.replace(at, until, pieces[random.nextInt(pieces.length)]);
                    default -> text.insert(random.nextInt(text.length()), text.substring(at, until));
                }
            }
            PlanReading reading = reader.read(new Shop(text.toString()), Shop.PRODUCTION);
            assertThat(reading.plan().isPresent()).isEqualTo(reading.problems().isEmpty());
            reading.problems()
                    .forEach(problem -> assertThat(problem.withSnippet()).isNotBlank());
            reading.plan().ifPresent(PlanText::lines);
        }
    }

    private String only(byte[] plan) {
        List<PlanProblem> problems = reader.problems(new Shop(plan), "slipway.yaml");
        assertThat(problems).hasSize(1);
        return problems.get(0).withSnippet();
    }

    private ReleasePlan read(String name) {
        PlanReading reading = reader.read(new Shop(Shop.plan(name)), new PlanRequest("production", "1.4.0", ""));
        assertThat(reading.problems()).isEmpty();
        return reading.plan().orElseThrow();
    }
}
