package dev.slipway.benchmarks;

import dev.slipway.database.Platform;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.database.backup.BackupRequest;
import dev.slipway.database.backup.DirectoryBackups;
import dev.slipway.database.backup.DumpOptions;
import dev.slipway.database.backup.Manifest;
import dev.slipway.database.backup.PgDump;
import dev.slipway.database.reference.ReferenceData;
import dev.slipway.database.reference.ReferenceDataDiff;
import dev.slipway.database.reference.ReferenceDataRequest;
import dev.slipway.database.reference.ReferenceSource;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.source.WorkingDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Reference data against psql, and a backup against pg_dump, on one throw-away server: a table of many rows with eight columns
 * that has not changed, of which one row in a hundred has changed, and that is empty. Each is done by the raw tool and by
 * Slipway in turn.
 */
final class Databases {

    private static final String TABLE = "CREATE TABLE items (id bigint PRIMARY KEY, code text NOT NULL, name text,"
            + " price numeric(12,2), amount int, active boolean, made timestamptz, note text)";
    private static final String ROW = "ROW(r.*)::text";

    /** As somebody would write it who knows that touching every row is what costs. */
    private static final String DIFF_FIRST = """
            BEGIN;
            LOCK TABLE items IN SHARE ROW EXCLUSIVE MODE;
            CREATE TEMP TABLE fresh (LIKE items) ON COMMIT DROP;
            COPY fresh FROM STDIN (FORMAT binary);
            CREATE TEMP TABLE changed ON COMMIT DROP AS SELECT f.* FROM fresh f LEFT JOIN items i USING (id)
                WHERE i.id IS NULL OR f IS DISTINCT FROM i;
            INSERT INTO items SELECT * FROM changed ON CONFLICT (id) DO UPDATE SET code = excluded.code, name = excluded.name,
                price = excluded.price, amount = excluded.amount, active = excluded.active, made = excluded.made, note = excluded.note;
            COMMIT;
            """;

    private final ThrowAwayCluster cluster;
    private final ReferenceData referenceData = new ReferenceData();
    private final ReferenceDataRequest request;
    private final String source;
    private final String target;

    private Databases(ThrowAwayCluster cluster) {
        this.cluster = cluster;
        this.source = cluster.createDatabase("source");
        this.target = cluster.createDatabase("target");
        this.request = new ReferenceDataRequest(
                new ReferenceSource.OfDatabase(PostgresUrl.parse(source)),
                PostgresUrl.parse(target),
                List.of(ReferenceDataRequest.Wanted.whole("items")),
                Duration.ofSeconds(3));
    }

    static void measure(int rows, int runs) throws Exception {
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start()) {
            Databases databases = new Databases(cluster);
            databases.fill(rows);
            System.out.printf(Locale.ROOT, "%nReference data, %,d rows of eight columns, %d runs each%n", rows, runs);
            databases.unchanged(runs);
            databases.fewChanged(runs);
            databases.all(runs);
            databases.backup(runs);
            databases.restoredBackup(runs);
            System.out.printf(
                    Locale.ROOT,
                    "  heap of this process at the most: %d MB%n",
                    Runtime.getRuntime().totalMemory() / 1_000_000);
        }
    }

    private void fill(int rows) {
        for (String database : List.of("source", "target")) {
            cluster.execute(database, TABLE);
        }
        cluster.execute(
                "source",
                "INSERT INTO items SELECT n, 'code-' || n, 'the name of item ' || n, (n % 10000) / 7.0, n % 500, n % 3 = 0,"
                        + " '2026-01-01'::timestamptz + n * interval '1 s', repeat(md5(n::text), 3) FROM generate_series(1, "
                        + rows + ") n");
        refill();
        settle();
    }

    private void refill() {
        cluster.execute("target", "TRUNCATE items");
        pipe("COPY items TO STDOUT (FORMAT binary)", "COPY items FROM STDIN (FORMAT binary)");
    }

    private void settle() {
        for (String database : List.of("source", "target")) {
            cluster.execute(database, "VACUUM ANALYZE items");
        }
        cluster.execute("postgres", "CHECKPOINT");
    }

    /** One digest query a side, both at once, as Slipway asks them. */
    private void unchanged(int runs) {
        Figures raw = new Figures();
        Figures ours = new Figures();
        String digest = "SELECT count(*), sum(hashtextextended(" + ROW + ", 0)::numeric) FROM items r";
        for (int run = 0; run <= runs; run++) {
            double one = time(() -> bash(
                    "psql -X -q -d \"$S\" -c \"$A\" > /dev/null & psql -X -q -d \"$T\" -c \"$A\" > /dev/null; wait",
                    digest,
                    ""));
            double two = time(() -> apply(referenceData.diff(request, Pulse.unheard()), 0, false));
            keep(run, raw, one, ours, two);
        }
        say("no change, the dry run", "one digest query a side by psql", raw, ours);
        Figures applied = new Figures();
        ReferenceDataDiff nothing = referenceData.diff(request, Pulse.unheard());
        for (int run = 0; run < runs; run++) {
            applied.add(time(() -> apply(nothing, 0, true)));
        }
        say("no change, the apply", "one digest query a side by psql", raw, applied);
    }

    private void fewChanged(int runs) {
        Figures raw = new Figures();
        Figures ours = new Figures();
        Figures dry = new Figures();
        for (int run = 0; run <= runs; run++) {
            change(run);
            double one = time(() -> pipe("COPY items TO STDOUT (FORMAT binary)", DIFF_FIRST));
            change(run + 1000);
            ReferenceDataDiff[] diff = new ReferenceDataDiff[1];
            double looked = time(() -> diff[0] = referenceData.diff(request, Pulse.unheard()));
            settle();
            double two = time(() -> apply(diff[0], 1, true));
            keep(run, raw, one, ours, two);
            dry.add(looked);
        }
        say("1 % changed, the apply", "diff-first SQL by psql", raw, ours);
        System.out.println("    its dry run: " + dry);
    }

    private void change(int run) {
        cluster.execute(
                "source",
                "UPDATE items SET name = 'changed " + run + "', amount = amount + 1 WHERE id % 100 = " + run % 100);
        settle();
    }

    private void all(int runs) {
        Figures raw = new Figures();
        Figures ours = new Figures();
        Figures dry = new Figures();
        for (int run = 0; run <= runs; run++) {
            cluster.execute("target", "TRUNCATE items");
            settle();
            double one =
                    time(() -> pipe("COPY items TO STDOUT (FORMAT binary)", "COPY items FROM STDIN (FORMAT binary)"));
            cluster.execute("target", "TRUNCATE items");
            settle();
            ReferenceDataDiff[] diff = new ReferenceDataDiff[1];
            dry.add(time(() -> diff[0] = referenceData.diff(request, Pulse.unheard())));
            settle();
            double two = time(() -> apply(diff[0], 1, true));
            keep(run, raw, one, ours, two);
        }
        say("an empty table filled, the apply", "COPY binary by psql into the table", raw, ours);
        System.out.println("    its dry run: " + dry);
    }

    private static final String DUMP =
            "pg_dump --format=custom --compress=1 --lock-wait-timeout=10s --no-password --dbname=\"$S\" --file=\"$A\"";

    /** Dumped, and read back whole, against the same dump alone. */
    private void backup(int runs) {
        backup(runs, DUMP, DumpOptions.usual());
    }

    /** Dumped, and restored to be compared, against the same dump and a restore into a server that runs already. */
    private void restoredBackup(int runs) {
        DumpOptions restored =
                new DumpOptions(Platform.POSTGRES, List.of(), "custom", 1, "gzip", 0, true, 0, Duration.ZERO);
        backup(runs, DUMP + " && pg_restore --jobs=2 --no-password --dbname=\"$B\" \"$A\"", restored);
    }

    private void backup(int runs, String rawly, DumpOptions options) {
        Path folder = temporary();
        PgDump dump = new PgDump(PostgresBinaries.find(), new CommandRunner(), Clock.systemUTC());
        Figures raw = new Figures();
        Figures ours = new Figures();
        try {
            for (int run = 0; run <= runs; run++) {
                String name = "run-" + run;
                String copy = cluster.createDatabase("copy");
                double one = time(() -> bash(rawly, folder.resolve("raw.dump").toString(), copy));
                cluster.execute("postgres", "DROP DATABASE copy");
                settle();
                double two = time(() -> dump.backUp(
                        new BackupRequest(
                                PostgresUrl.parse(source),
                                new DirectoryBackups(folder),
                                name,
                                Duration.ofHours(1),
                                Duration.ofHours(1),
                                options,
                                Manifest.Origin.UNKNOWN),
                        Pulse.unheard()));
                keep(run, raw, one, ours, two);
                for (String left : List.of("raw.dump", name + ".dump")) {
                    Files.deleteIfExists(folder.resolve(left));
                }
                settle();
            }
            WorkingDirectory.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        say(
                options.restore() ? "a backup, restored and compared" : "a backup, read back whole",
                options.restore() ? "the same pg_dump, and pg_restore -j2" : "the same pg_dump alone",
                raw,
                ours);
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("slipway-benchmarks-dumps");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first run warms both. */
    private static void keep(int run, Figures raw, double one, Figures ours, double two) {
        if (run > 0) {
            raw.add(one);
            ours.add(two);
        }
    }

    private static void say(String what, String than, Figures raw, Figures ours) {
        System.out.println("  " + than + ": " + raw);
        System.out.println("  " + what + ": " + ours);
        System.out.printf(Locale.ROOT, "  ratio: %.2f%n", ours.median() / raw.median());
    }

    private void apply(ReferenceDataDiff diff, int least, boolean really) {
        if (diff.isEmpty() != (least == 0)) {
            throw new IllegalStateException("not what was prepared: " + diff);
        }
        if (really) {
            referenceData.apply(request, diff.hash(), Pulse.unheard());
        }
    }

    private interface Work {
        void run();
    }

    private static double time(Work work) {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e6;
    }

    private void pipe(String from, String to) {
        bash(
                "psql -X -q -d \"$S\" -c \"$A\" | psql -X -q -v ON_ERROR_STOP=1 -d \"$T\" -f <(printf '%s' \"$B\") > /dev/null",
                from, to);
    }

    /** The rows come by standard input, the statements from a file beside it. */
    private void bash(String script, String first, String second) {
        ProcessBuilder builder = new ProcessBuilder("bash", "-o", "pipefail", "-c", script).inheritIO();
        builder.environment().put("S", source);
        builder.environment().put("T", target);
        builder.environment().put("A", first);
        // psql's own \\copy reads what is piped in, where COPY would read on in the file
        builder.environment()
                .put("B", second.replaceAll("COPY (\\w+) FROM STDIN (.*);?", "\\\\copy $1 from pstdin $2"));
        try {
            int exit = builder.start().waitFor();
            if (exit != 0) {
                throw new IllegalStateException("'" + script + "' ended with " + exit);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
