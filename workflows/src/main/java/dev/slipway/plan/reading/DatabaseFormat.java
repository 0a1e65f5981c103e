package dev.slipway.plan.reading;

import static dev.slipway.plan.reading.Key.byDefault;
import static dev.slipway.plan.reading.Key.computed;
import static dev.slipway.plan.reading.Key.optional;
import static dev.slipway.plan.reading.Key.required;
import static dev.slipway.plan.reading.Shape.arguments;
import static dev.slipway.plan.reading.Shape.duration;
import static dev.slipway.plan.reading.Shape.list;
import static dev.slipway.plan.reading.Shape.mapping;
import static dev.slipway.plan.reading.Shape.number;
import static dev.slipway.plan.reading.Shape.of;
import static dev.slipway.plan.reading.Shape.set;
import static dev.slipway.plan.reading.Shape.word;

import java.util.List;
import java.util.Map;

/** A database: its backup, its migrations, its reference data and how it is brought back. */
final class DatabaseFormat {

    private static final String FIRST_DATABASE_TOOLS = "use `sql`, or a `command`";

    private static final Shape.Mapping UNLESS = mapping(
            optional("larger-than", of(Kind.SIZE), "The size of the dump above which it is only read back whole."),
            optional(
                    "longer-than",
                    duration("1s", "24h"),
                    "The time that a restore may take; after it the dump is only read back whole."));

    private static final Shape.Mapping BACKUP = mapping(
            required("store", store(), "The name of a store in the worker's file."),
            byDefault(
                    "verify",
                    "full-read",
                    word("full-read", "restore"),
                    "How the backup is proved: `full-read` reads it back whole and compares checksums; `restore` restores it"
                            + " into a throw-away server on the worker and compares every table's rows."),
            byDefault("keep", "30d", duration("1d", "3650d"), "How long the backup is kept."),
            optional(
                    "unless",
                    UNLESS,
                    "When `verify: restore` is too much, and a full read has to do; it is said then."),
            byDefault(
                    "format",
                    "custom",
                    word("custom", "directory"),
                    "The dump's format: one file, or a directory that several jobs can write."),
            byDefault("jobs", "1", number(1, 16), "How many tables are dumped at once; needs `format: directory`."),
            byDefault(
                    "compress",
                    "gzip",
                    of(Kind.COMPRESSION),
                    "How the dump is packed; `gzip` is level 1. `zstd` needs a pg_dump 16 or newer on the worker, built with it."),
            optional("rate", of(Kind.SIZE), "The most that is written per second."),
            optional(
                    "schemas",
                    set(of(Kind.SCHEMA)),
                    "The only schemas that are dumped; all that are not the platform's where absent."),
            byDefault("at-least", "3", number(1, 1000), "How many backups are kept however old they are."));

    private static final Shape.Mapping MIGRATE = new Shape.Mapping(
            List.of(
                    optional("flyway", of(Kind.PATH), "A folder of Flyway migrations."),
                    optional("prisma", of(Kind.PATH), "A folder of Prisma migrations, such as prisma/migrations."),
                    optional(
                            "supabase", of(Kind.PATH), "A folder of Supabase migrations, such as supabase/migrations."),
                    optional("sql", of(Kind.PATH), "A folder of numbered SQL files, such as 0001_first.sql."),
                    optional("command", arguments(), "A command that migrates: an argv list, never shell text."),
                    byDefault(
                            "runner",
                            "own",
                            word("own", "official"),
                            "Who applies the files of `prisma` and `supabase`: `own`, this worker, which writes the"
                                    + " tool's history; `official`, the tool's command line, which the worker's machine"
                                    + " has to have."),
                    byDefault(
                            "lock-timeout",
                            "3s",
                            duration("1ms", "10m"),
                            "How long a statement may wait for a lock before the migration gives up."),
                    byDefault(
                            "retry-for",
                            "1m",
                            duration("1ms", "1h"),
                            "How long a migration that meets a held lock is tried again, after ever longer pauses."),
                    byDefault(
                            "all-or-nothing",
                            "false",
                            of(Kind.YES_NO),
                            "Whether everything that is pending has to go into one transaction; refused where a file"
                                    + " cannot."),
                    optional(
                            "files",
                            set(of(Kind.PATH)),
                            "More files or folders that the command, or the official tool, needs."),
                    byDefault(
                            "rehearse",
                            "where-possible",
                            word("where-possible", "required", "never"),
                            "Whether pending files are tried on a copy of the newest verified backup before people are"
                                    + " asked; `required` releases nothing without."),
                    optional(
                            "refuse",
                            set(word("reversible", "compatible", "one-way")),
                            "Classes of migrations that are not released."),
                    optional(
                            "longest-lock",
                            duration("1ms", "1h"),
                            "How long a lock may block an application in the rehearsal; longer ones are not released."),
                    byDefault(
                            "row-level-security",
                            "optional",
                            word("optional", "required"),
                            "Whether a new table has to have row-level security, as on Supabase."),
                    optional(
                            "placeholders",
                            new Shape.Entries(Kind.NAME, of(Kind.LINE)),
                            "What `${name}` stands for in Flyway's files, by name; no secrets, because a migration's text is"
                                    + " kept and shown.")),
            Shape.Later.all("migrations by `%s`", FIRST_DATABASE_TOOLS, "liquibase"),
            List.of("flyway", "prisma", "supabase", "sql", "command"));

    private static final Shape.Mapping REFERENCE_TABLE = mapping(
            required("name", of(Kind.TABLE), "The table's name."),
            optional(
                    "where",
                    of(Kind.CONDITION),
                    "Which rows are meant, on both sides: columns, literals and operators; all of them where absent."),
            optional(
                    "without",
                    set(of(Kind.COLUMN)),
                    "Columns that are neither compared nor written, such as one that a trigger keeps."),
            byDefault("extra", "keep", word("keep", "delete"), "What happens to rows that only the target has."),
            optional(
                    "show",
                    set(of(Kind.COLUMN)),
                    "Columns whose changed values the review shows: numbers, times, yes and no, labels of enums. All others"
                            + " are masked."));

    private static final Shape.Mapping REFERENCE_DATA = new Shape.Mapping(
            List.of(
                    optional("from", of(Kind.SECRET), "The secret with the connection string to copy from."),
                    optional(
                            "files",
                            of(Kind.PATH),
                            "A folder with one file for each table, named after it: `.csv` with a header, or `.sql` with"
                                    + " INSERT and COPY of literals."),
                    required(
                            "tables",
                            list(new Shape.Either(of(Kind.TABLE), REFERENCE_TABLE)),
                            "The tables whose rows are brought: names, or mappings."),
                    optional(
                            "needs",
                            set(of(Kind.SECRET)),
                            "Optional secrets without which this is skipped, as it is without `from`.")),
            Map.of(),
            List.of("from", "files"));

    private static final Shape.Mapping RESTORE = mapping(
            byDefault(
                    "switch",
                    "none",
                    word("none", "copy", "rename", "command"),
                    "How what was restored takes the place of what is there: not at all, row by row into the same"
                            + " tables, by renaming both databases, or by a command."),
            optional(
                    "command",
                    list(of(Kind.RESTORE_ARGUMENT)),
                    "Switches to the database `${restored}`; belongs to `switch: command`."),
            optional("files", set(of(Kind.PATH)), "More files or folders that the command needs."),
            computed(
                    "by",
                    "the people of `approval.from`, as many as its quorum",
                    set(of(Kind.NAME)),
                    "Who may say yes to a restore: any one of those who are named here, also who asked for it. Where nobody is"
                            + " named, `approval.not` counts as for a release."),
            byDefault("confirm", "CONFIRM", of(Kind.LINE), "The word that has to be typed exactly for a restore."),
            byDefault("reason", "required", ApprovalFormat.REASON, "Whether a restore needs a reason."),
            optional(
                    "rto",
                    duration("1s", "30d"),
                    "The longest time that a restore may take; a drill says whether it is met."),
            optional(
                    "rpo",
                    duration("1s", "365d"),
                    "The oldest that the newest backup may be; a drill says whether it is met."));

    private static final Shape.Mapping SAME_SCHEMA = mapping(
            required("as", of(Kind.NAME), "The other environment of this service; its database of the same name."),
            byDefault(
                    "otherwise",
                    "tell",
                    word("tell", "stop"),
                    "What a difference does: `tell` says it in preflight and review; `stop` also releases nothing, nor where"
                            + " it cannot be judged."));

    static final Shape.Mapping DATABASE = mapping(
            required("url", of(Kind.SECRET), "The secret with the connection string."),
            computed(
                    "direct-url",
                    "the same as `url`",
                    of(Kind.SECRET),
                    "The secret with a connection string that goes around a pooler."),
            optional(
                    "role",
                    of(Kind.ROLE),
                    "The role that migrations, reference data and the rows of a restore by `copy` run as (`SET ROLE`); the login itself where absent."),
            optional("backup", BACKUP, "A dump that is taken and verified before anything changes."),
            optional("migrate", MIGRATE, "How the schema is brought to the new version."),
            optional("reference-data", REFERENCE_DATA, "Tables whose rows come from the commit or another database."),
            optional("restore", RESTORE, "How a backup is brought back, and who may."),
            computed(
                    "backup-url",
                    "the same as `direct-url`",
                    of(Kind.SECRET),
                    "The secret with the connection string of the login that dumps; it goes around a pooler, too."),
            byDefault(
                    "platform",
                    "postgres",
                    word("postgres", "supabase", "neon"),
                    "Whose service it is: schemas that `supabase` or `neon` manage are not in the backup."),
            optional(
                    "same-schema",
                    SAME_SCHEMA,
                    "The environment whose migrations and schema this database has to have when the release has migrated."),
            optional(
                    "after",
                    set(of(Kind.NAME)),
                    "The databases that are backed up, migrated and filled before this one, each phase for itself."));

    private DatabaseFormat() {}

    private static Shape.Scalar store() {
        return new Shape.Scalar(
                Kind.NAME,
                List.of(),
                0,
                Long.MAX_VALUE,
                Map.of(
                        "s3://",
                        Shape.Later.of(
                                "stores written as an s3:// address", "use the name of a store in the worker's file")));
    }
}
