package dev.slipway.plan;

import static dev.slipway.plan.Absent.duration;
import static dev.slipway.plan.Absent.list;
import static dev.slipway.plan.Absent.text;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A database that the release works on.
 *
 * @param url {@code $NAME} of the secret with the connection string
 * @param directUrl {@code $NAME} of the connection string without a pooler; the same as {@code url} where not given
 * @param role whom migrations, reference data and rows that are copied back run as ({@code SET ROLE}); empty for the
 *     login itself
 * @param backupUrl {@code $NAME} of the connection string of pg_dump; empty for that of {@code directUrl}
 * @param platform {@code supabase} or {@code neon}; empty for a PostgreSQL of nobody's
 * @param sameSchema the environment whose schema it has to have; a list of none or one
 * @param after names of the databases that are taken before this one, in each phase
 */
public record Database(
        String url,
        String directUrl,
        List<Backup> backup,
        List<Migrate> migrate,
        List<ReferenceData> referenceData,
        String role,
        List<Restore> restore,
        String backupUrl,
        String platform,
        List<SameSchema> sameSchema,
        List<String> after) {

    /** One that says no more than that. */
    public Database(
            String url,
            String directUrl,
            List<Backup> backup,
            List<Migrate> migrate,
            List<ReferenceData> referenceData) {
        this(url, directUrl, backup, migrate, referenceData, "", List.of(), "", "", List.of(), List.of());
    }

    public Database {
        sameSchema = list(sameSchema);
        after = list(after);
        role = text(role);
        url = text(url);
        directUrl = text(directUrl);
        backup = list(backup);
        migrate = list(migrate);
        referenceData = list(referenceData);
        restore = list(restore);
        backupUrl = text(backupUrl);
        platform = text(platform);
    }

    /** How it is restored; as carefully as can be where the plan says nothing. */
    public Restore restoring() {
        return restore.stream().findFirst().orElseGet(Restore::usual);
    }

    /** {@code $NAME} of the connection string of pg_dump. */
    public String backupLogin() {
        return backupUrl.isEmpty() ? directUrl : backupUrl;
    }

    public Optional<Backup> backupIfAny() {
        return backup.stream().findFirst();
    }

    public Optional<Migrate> migrateIfAny() {
        return migrate.stream().findFirst();
    }

    public Optional<ReferenceData> referenceDataIfAny() {
        return referenceData.stream().findFirst();
    }

    /**
     * The environment that a database's schema is compared with, by that environment's own record.
     *
     * @param as its name
     * @param otherwise {@code stop} where a difference stops the release; empty where it is only told
     */
    public record SameSchema(String as, String otherwise) {

        /** A difference stops the release. */
        public static final String STOP = "stop";

        public SameSchema {
            as = text(as);
            otherwise = text(otherwise);
        }

        public boolean stops() {
            return otherwise.equals(STOP);
        }
    }

    /**
     * A dump before anything changes; a list of none or one.
     *
     * @param store name of a store in the worker's file ({@code backups})
     * @param verify {@code full-read} (checksum and full read back) or {@code restore} (and compared)
     * @param keep how long the dump is kept
     * @param unless when a full read has to do instead of a restore; a list of none or one
     * @param format {@code directory}; empty for a file of the custom format
     * @param jobs how many tables are dumped at once; a list of none or one
     * @param compress {@code gzip:6}, {@code zstd}, {@code zstd:1} …, or {@code none}; empty for gzip's lowest level
     * @param rate the most bytes that are written per second; a list of none or one
     * @param schemas the only ones that are dumped; empty for all that are not the platform's
     * @param atLeast how many backups are kept however old they are; a list of none or one
     */
    public record Backup(
            String store,
            String verify,
            Duration keep,
            List<Unless> unless,
            String format,
            List<Integer> jobs,
            String compress,
            List<Long> rate,
            List<String> schemas,
            List<Integer> atLeast) {

        /** How many backups are kept however old they are, where the plan does not say. */
        public static final int AT_LEAST = 3;

        public Backup {
            store = text(store);
            verify = text(verify);
            keep = duration(keep);
            unless = list(unless);
            format = text(format);
            jobs = list(jobs);
            compress = text(compress);
            rate = list(rate);
            schemas = list(schemas);
            atLeast = list(atLeast);
        }

        public Backup(String store, String verify, Duration keep) {
            this(store, verify, keep, List.of(), "", List.of(), "", List.of(), List.of(), List.of());
        }

        public boolean isDirectory() {
            return format.equals("directory");
        }

        /** How many tables are dumped at once. */
        public int parallel() {
            return jobs.stream().findFirst().orElse(1);
        }

        /** The most bytes that are written per second; 0 for no limit. */
        public long bytesPerSecond() {
            return rate.stream().findFirst().orElse(0L);
        }

        /** How many backups are kept however old they are. */
        public int kept() {
            return atLeast.stream().findFirst().orElse(AT_LEAST);
        }
    }

    /**
     * When a restore is too much to prove a backup by.
     *
     * @param largerThan bytes of the dump; 0 for no limit
     * @param longerThan of the restore; zero for no limit
     */
    public record Unless(long largerThan, Duration longerThan) {
        public Unless {
            longerThan = duration(longerThan);
        }
    }

    /**
     * Tables whose rows come from another database, or from files of the commit; a list of none or one.
     *
     * @param from {@code $NAME} of the secret with the connection string; empty where the rows come from files
     * @param tables all of them, by name
     * @param files the folder with a file for each table; empty where they come from a database
     * @param rules of those tables that have any
     * @param needs {@code $NAME} of optional secrets without which it is skipped
     */
    public record ReferenceData(
            String from, List<String> tables, String files, List<TableRule> rules, List<String> needs) {
        public ReferenceData {
            from = text(from);
            tables = list(tables);
            files = text(files);
            rules = list(rules);
            needs = list(needs);
        }

        public ReferenceData(String from, List<String> tables) {
            this(from, tables, "", List.of(), List.of());
        }

        /** What holds for a table. */
        public TableRule rule(String table) {
            return rules.stream()
                    .filter(rule -> rule.table().equals(table))
                    .findFirst()
                    .orElseGet(() -> new TableRule(table, "", List.of(), "", List.of()));
        }

        /** Where the rows come from, in words. */
        public String origin() {
            return files.isEmpty() ? from : files;
        }
    }

    /**
     * What of a table is brought.
     *
     * @param where a condition that the rows have to meet; empty for all of them
     * @param without columns that are neither compared nor written
     * @param extra {@code delete} where rows that only the target has go; else they stay
     * @param show columns whose values a review may show
     */
    public record TableRule(String table, String where, List<String> without, String extra, List<String> show) {
        public TableRule {
            show = list(show);
            table = text(table);
            where = text(where);
            without = list(without);
            extra = text(extra);
        }

        public boolean deletesExtra() {
            return extra.equals("delete");
        }
    }
}
