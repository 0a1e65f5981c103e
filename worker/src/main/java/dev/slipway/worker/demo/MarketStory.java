package dev.slipway.worker.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The production workflow, one release after the other: everything in its order, a failure in each place, reference data that
 * is skipped, and two pushes at once.
 */
final class MarketStory {

    private static final Duration COMMAND = Duration.ofMinutes(2);
    private static final Duration TO_BE_TOLD = Duration.ofSeconds(10);

    /** Exit codes of the command line. */
    private static final int SUCCEEDED = 0;

    private static final int NOTHING_CHANGED = 10;
    private static final int SOMETHING_CHANGED = 11;
    private static final int ROLLED_BACK = 12;

    private static final String BOOKINGS =
            "CREATE TABLE bookings (id bigint PRIMARY KEY, service bigint NOT NULL REFERENCES"
                    + " services, at timestamptz NOT NULL);\n";
    private static final String HEALTH =
            "SELECT count(*) FROM bookings JOIN services ON services.id = bookings.service\n";

    private final MarketStage stage;
    private final Account account;
    private final List<List<String>> rows = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private String first = "";
    private String live = "–";
    private String failed = "";

    /** How a command ended, and what it said. */
    private record Typed(int exit, List<String> lines) {
        boolean says(String words) {
            return lines.stream().anyMatch(line -> line.contains(words));
        }
    }

    private interface Act {
        void play() throws IOException;
    }

    MarketStory(MarketStage stage, Account account) {
        this.stage = stage;
        this.account = account;
    }

    /** What was not as announced; empty where all was. */
    List<String> play() throws IOException {
        rows.add(List.of("version", "what happens", "exit code", "took", "production serves"));
        for (Act act : List.<Act>of(
                this::missingSecret,
                this::inOrder,
                this::noBackup,
                this::brokenMigration,
                this::badReferenceData,
                this::backFromTheFailedRun,
                this::unverified,
                this::skipped,
                this::backFromTheLastThatSucceeded,
                this::drilled,
                this::twoAtOnce)) {
            // what comes after rests on what came before
            if (wrong.isEmpty()) {
                act.play();
            }
        }
        account.title("What happened");
        account.table(rows);
        return List.copyOf(wrong);
    }

    private void missingSecret() throws IOException {
        account.title("A secret is missing: nothing is begun");
        first = stage.repository().push("the marketplace", Map.of());
        Typed typed = release(first, "a missing secret");
        fact(
                typed.exit() == NOTHING_CHANGED && typed.says("JWT_SECRET"),
                "exit code " + typed.exit() + ", and it says which: JWT_SECRET");
        fact(
                stage.backups() == 0 && tables().equals("0"),
                "no backup was made, and the database is as empty as before");
        stage.secret("jwt_secret", MarketStage.random());
    }

    private void inOrder() throws IOException {
        account.title("Predeploy, backup, migration, reference data, verification, summary");
        stage.development(stage.repository().text("prisma/migrations/20260105090000_marketplace/migration.sql"));
        stage.development("INSERT INTO categories (slug, name) VALUES ('home', 'Home'), ('garden', 'Garden');"
                + " INSERT INTO services (category, name, price, published) VALUES (1, 'Cleaning', 80, true),"
                + " (2, 'Lawn', 45.50, true), (2, 'Draft', 1, false)");
        Typed typed = release(first, "the first one");
        fact(typed.exit() == SUCCEEDED, "exit code " + typed.exit());
        fact(stage.backups() == 1, "the backup was read back whole, and is there");
        fact(
                reference().equals("garden home / Cleaning Lawn"),
                "reference data: " + reference() + "; what is not published in development is not here");
        live = first;
        serves();
        told(
                first,
                "succeeded",
                "steps: back up main done, migrate main done, promote reference data main done, deploy web done, verify done");
    }

    private void noBackup() throws IOException {
        account.title("The backup fails: nothing is migrated");
        String version = stage.repository()
                .push(
                        "bookings",
                        Map.of(
                                "prisma/migrations/20260112090000_bookings/migration.sql",
                                BOOKINGS,
                                "app/health.sql",
                                HEALTH));
        stage.development("INSERT INTO categories (slug, name) VALUES ('pets', 'Pets')");
        // an attachment that somebody else has put there, and that the login may not read
        stage.production("SELECT lo_create(4711)");
        Typed typed = release(version, "no right to read all of it");
        fact(typed.exit() == NOTHING_CHANGED, "exit code " + typed.exit());
        fact(
                tables().equals("3") && reference().equals("garden home / Cleaning Lawn"),
                "no table of bookings, no new category");
        serves();
        told(
                version,
                "failed",
                "steps: back up main failed, migrate main not reached, promote reference data main not reached");
        stage.production("SELECT lo_unlink(4711)");
    }

    private void brokenMigration() throws IOException {
        account.title("A migration fails: it leaves nothing, and nothing is promoted");
        String version = stage.repository()
                .push(
                        "ratings",
                        Map.of(
                                "prisma/migrations/20260119090000_ratings/migration.sql",
                                "ALTER TABLE rating ADD stars int;\n"));
        long before = stage.backups();
        Typed typed = release(version, "a migration of a table that is not there");
        fact(typed.exit() == NOTHING_CHANGED, "exit code " + typed.exit());
        fact(
                stage.backups() == before + 1 && reference().equals("garden home / Cleaning Lawn"),
                "there is a backup, and no new category");
        serves();
        told(version, "failed", "migrate main failed, promote reference data main not reached, deploy web not reached");
    }

    private void badReferenceData() throws IOException {
        account.title("Reference data fails: all of it is undone, and nothing is deployed");
        String version = stage.repository()
                .push(
                        "ratings, mended",
                        Map.of(
                                "prisma/migrations/20260119090000_ratings/migration.sql",
                                "ALTER TABLE services ADD CONSTRAINT not_free CHECK (price > 0);\n"));
        stage.development("INSERT INTO services (category, name, price, published) VALUES (3, 'Dog walks', 0, true)");
        Typed typed = release(version, "a service for nothing");
        failed = version;
        fact(typed.exit() == SOMETHING_CHANGED, "exit code " + typed.exit());
        fact(
                tables().equals("4") && reference().equals("garden home / Cleaning Lawn"),
                "the migrations are there, and not one new row");
        serves();
        unlock();
        told(version, "failed", "promote reference data main failed, deploy web not reached, verify not reached");
    }

    private void backFromTheFailedRun() {
        account.title("A script spoils every price: the failed run's backup has them");
        String before = prices();
        stage.production("UPDATE services SET price = 1");
        Typed typed = restore("the prices are gone", "--of", failed);
        fact(typed.exit() == SUCCEEDED, "exit code " + typed.exit());
        fact(typed.says("2 rows changed since"), "it said before what would go back: 2 rows");
        fact(prices().equals(before), "prices: " + prices());
    }

    private void unverified() throws IOException {
        account.title("Verification fails: the version before serves again");
        stage.development("UPDATE services SET price = 20 WHERE price = 0");
        String version = stage.repository()
                .push("a page of invoices", Map.of("app/health.sql", "SELECT count(*) FROM invoices\n"));
        Typed typed = release(version, "asks for a table that is not there");
        fact(typed.exit() == ROLLED_BACK, "exit code " + typed.exit());
        fact(
                reference().equals("garden home pets / Cleaning Dog walks Lawn"),
                "reference data came, and stays: " + reference());
        serves();
        unlock();
        told(version, "rolled back", "promote reference data main done, deploy web undone, verify failed");
    }

    private void skipped() throws IOException {
        account.title("No development database: reference data is skipped, and verification still runs");
        String url = stage.withoutSecret("dev_database_url");
        String version = stage.repository().push("without invoices", Map.of("app/health.sql", HEALTH));
        Typed typed = release(version, "without DEV_DATABASE_URL");
        fact(typed.exit() == SUCCEEDED, "exit code " + typed.exit());
        live = version;
        serves();
        told(version, "succeeded", "promote reference data main skipped, deploy web done, verify done");
        stage.secret("dev_database_url", url);
    }

    private void backFromTheLastThatSucceeded() {
        account.title("Rows are deleted by mistake: the backup of the last release that succeeded has them");
        String before = reference();
        stage.production("DELETE FROM services WHERE name = 'Lawn'");
        stage.production("INSERT INTO categories (slug, name) VALUES ('mine', 'Mine')");
        Typed typed = restore("a service is gone", "--tables", "services");
        fact(typed.exit() == SUCCEEDED, "exit code " + typed.exit());
        fact(
                reference().equals(before.replace("home pets", "home mine pets")),
                "the service is back, and what was not asked for is as it was: " + reference());
        stage.production("DELETE FROM categories WHERE slug = 'mine'");
    }

    private void drilled() {
        account.title("Would it work in the worst hour? It is tried, and production hears nothing of it");
        account.command("ana", "slipway restore production --drill");
        Typed typed = typed("ana", true, "restore", "production", "--drill", "--reason", "the weekly drill", "--yes");
        fact(typed.exit() == SUCCEEDED, "exit code " + typed.exit());
    }

    private Typed restore(String why, String... which) {
        account.command(
                "ana",
                "slipway restore production " + String.join(" ", which) + " --confirm CONFIRM --reason '" + why + "'");
        List<String> arguments = new ArrayList<>(List.of("restore", "production"));
        arguments.addAll(List.of(which));
        arguments.addAll(List.of("--confirm", "CONFIRM", "--reason", why, "--yes"));
        return typed("ana", true, arguments.toArray(String[]::new));
    }

    private String prices() {
        return stage.asked("SELECT string_agg(name || ' ' || price, ', ' ORDER BY name) FROM services");
    }

    private void twoAtOnce() throws IOException {
        account.title("Two pushes at once: one after the other");
        String one = stage.repository().push("one", Map.of());
        String two = stage.repository().push("two", Map.of());
        CompletableFuture<Typed> beside = CompletableFuture.supplyAsync(
                () -> typed("ci", false, "release", "production", "--version", one, "--commit", commit(one)),
                work -> new Thread(work, "the first push").start());
        Typed second = release(two, "beside another one");
        Typed other = beside.orTimeout(COMMAND.toSeconds(), TimeUnit.SECONDS).join();
        fact(
                second.exit() == SUCCEEDED && other.exit() == SUCCEEDED,
                "both succeeded: exit codes " + other.exit() + " and " + second.exit());
        live = stage.service().serves();
        fact(live.equals(one) || live.equals(two), "production serves " + live);
        told(one, "succeeded");
        told(two, "succeeded");
    }

    /** What has changed something and failed locks the environment until somebody has looked. */
    private void unlock() {
        account.command("ana", "slipway unlock production --reason 'looked at it'");
        Typed typed = typed("ana", true, "unlock", "production", "--yes", "--reason", "looked at it");
        fact(typed.exit() == SUCCEEDED, "locked until somebody had looked: ana has");
    }

    private String tables() {
        return stage.asked("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename IN ('categories',"
                + " 'services', 'customers', 'bookings')");
    }

    private String reference() {
        return stage.asked("SELECT (SELECT string_agg(slug, ' ' ORDER BY slug) FROM categories) || ' / '"
                + " || (SELECT string_agg(name, ' ' ORDER BY name) FROM services)");
    }

    private void serves() {
        fact(
                stage.service().serves().equals(live),
                "production serves " + stage.service().serves());
    }

    /** A summary tells how a release ended, with what became of every step. It may come a moment after the command's end. */
    private void told(String version, String... words) {
        List<String> wanted = List.of(words);
        long end = System.nanoTime() + TO_BE_TOLD.toNanos();
        Optional<String> summary = summary(version, wanted);
        while (summary.isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            summary = summary(version, wanted);
        }
        fact(summary.isPresent(), "the summary says: " + String.join(", ", words));
        if (summary.isEmpty()) {
            stage.service().summaries().forEach(account::answer);
        }
    }

    private Optional<String> summary(String version, List<String> words) {
        return stage.service().summaries().stream()
                .filter(each -> each.contains(version) && words.stream().allMatch(each::contains))
                .findFirst();
    }

    private Typed release(String version, String what) {
        long began = System.nanoTime();
        account.command("ci", "slipway release production --version " + version);
        Typed typed = typed("ci", true, "release", "production", "--version", version, "--commit", commit(version));
        rows.add(List.of(
                version,
                what,
                String.valueOf(typed.exit()),
                Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s",
                stage.service().serves()));
        return typed;
    }

    private String commit(String version) {
        return stage.repository().commit(version);
    }

    private Typed typed(String who, boolean heard, String... arguments) {
        List<String> lines = new ArrayList<>();
        int exit = stage.ground()
                .hands()
                .type(
                        List.of(arguments),
                        stage.repository().checkout(),
                        stage.ground().commandLine(who),
                        COMMAND,
                        line -> {
                            lines.add(line);
                            if (heard) {
                                account.answer(line);
                            }
                        });
        return new Typed(exit, List.copyOf(lines));
    }

    private void fact(boolean holds, String text) {
        if (!holds) {
            wrong.add(text);
        }
        account.fact(holds, text);
    }
}
