package dev.slipway.plan;

import dev.slipway.trust.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a release of one service to one environment is: resolved, immutable, and fully covered by its digest.
 *
 * <p>Made from {@code slipway.yaml} by {@link PlanReader}, by the client in a checkout and again by the worker from the
 * source at the commit; both must come to the same {@link #digest()}. Texts that hold {@code ${version}},
 * {@code ${previous}} or {@code ${commit}} are kept as they are written; the worker fills them in at the moment of use.
 * Values of secrets never stand here, only their names as {@code $NAME}.
 *
 * <p>Fields are added, never renamed or retyped: the canonical form leaves out what is absent, so an older plan keeps its
 * digest.
 *
 * @param format the plan format, 1
 * @param service the service's name
 * @param environment the environment's name, without the service
 * @param version the version that is released
 * @param commit the full commit id, empty where the source is a directory
 * @param source where a worker gets the files
 * @param file path of the plan file, relative to the source's path
 * @param people who somebody is: name to public key lines
 * @param secrets the declared names
 * @param branch the branch whose commits may be released, empty for any that the worker allows
 * @param approval who says yes; quorum 0 where nobody has to
 * @param window when changes may begin, empty lists for always
 * @param databases by name, in the order of the file
 * @param deploy the targets, in order
 * @param verify the checks after the deployment
 * @param watch the rollback window and its rules
 * @param rollback who may roll back by hand, and what holds then
 * @param onFailure phase to what happens when it fails: {@code stop}, {@code roll-back}, {@code ask}
 * @param timeouts phase to the longest time that it may take
 * @param channels where people are told ({@code notify} in the file; a record component cannot have that name)
 * @param contact who to call: role to text
 * @param identities what people are known by besides their keys, by name
 * @param gates what has to be true before people are asked, and again when changes begin
 * @param hotfix the hotfix lane: none or one
 * @param files path (relative to the plan file) to SHA-256 of every file that the plan names, the plan file included
 */
public record ReleasePlan(
        int format,
        String service,
        String environment,
        String version,
        String commit,
        Source source,
        String file,
        Map<String, List<String>> people,
        List<Secret> secrets,
        String branch,
        Approval approval,
        Window window,
        Map<String, Database> databases,
        List<Target> deploy,
        List<Check> verify,
        Watch watch,
        Rollback rollback,
        Map<String, String> onFailure,
        Map<String, Duration> timeouts,
        List<Channel> channels,
        Map<String, String> contact,
        Map<String, Identity> identities,
        List<Gate> gates,
        List<Hotfix> hotfix,
        Map<String, String> files) {

    /** The plan format that this version knows. */
    public static final int FORMAT = 1;

    public ReleasePlan {
        service = text(service);
        environment = text(environment);
        version = text(version);
        commit = text(commit);
        source = source == null ? new Source("", "", "") : source;
        file = text(file);
        people = lists(people);
        secrets = list(secrets);
        branch = text(branch);
        approval = approval == null ? Approval.none() : approval;
        window = window == null ? new Window("", List.of(), List.of()) : window;
        databases = map(databases);
        deploy = list(deploy);
        verify = list(verify);
        watch = watch == null ? Watch.none() : watch;
        rollback = rollback == null ? new Rollback(Duration.ZERO, List.of(), "", false, false) : rollback;
        onFailure = map(onFailure);
        timeouts = map(timeouts);
        channels = list(channels);
        contact = map(contact);
        identities = map(identities);
        gates = list(gates);
        hotfix = list(hotfix);
        files = map(files);
    }

    /** SHA-256 (hex) of the canonical form: what an approval binds, and what a worker must come to on its own copy. */
    public String digest() {
        return PlanDigest.of(this);
    }

    /** For instance {@code shop/production@1.4.0}. */
    public String label() {
        return service + "/" + environment + "@" + version;
    }

    /** The time zone that people think in here: the window's, UTC where there is none. */
    public String zone() {
        return window.zone().isEmpty() ? "UTC" : window.zone();
    }

    /** The phases that this plan switches on, in the order in which they happen. */
    public List<Phase> phases() {
        List<Phase> phases = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            if (has(phase)) {
                phases.add(phase);
            }
        }
        return List.copyOf(phases);
    }

    /** Whether this plan switches the phase on. */
    public boolean has(Phase phase) {
        return switch (phase) {
            case PREFLIGHT, REVIEW, TURN, OPEN, DONE -> true;
            case GATES -> !gates.isEmpty();
            case APPROVAL -> approval.quorum() > 0;
            case WINDOW -> window.limited();
            case BACKUP ->
                databases.values().stream()
                        .anyMatch(database -> !database.backup().isEmpty());
            case MIGRATE ->
                databases.values().stream()
                        .anyMatch(database -> !database.migrate().isEmpty());
            case REFERENCE_DATA ->
                databases.values().stream()
                        .anyMatch(database -> !database.referenceData().isEmpty());
            case DEPLOY -> !deploy.isEmpty();
            case VERIFY -> !verify.isEmpty();
            case WATCH -> watch.wanted();
        };
    }

    public Optional<Hotfix> hotfixIfAny() {
        return hotfix.stream().findFirst();
    }

    /** Who has to say yes in this lane. */
    public Approval approval(Lane lane) {
        return lane == Lane.HOTFIX
                ? hotfixIfAny()
                        .flatMap(way -> way.approval().stream().findFirst())
                        .orElse(approval)
                : approval;
    }

    /** The branch whose commits may be released in this lane, empty for any that the worker allows. */
    public String branch(Lane lane) {
        return lane == Lane.HOTFIX
                ? hotfixIfAny()
                        .map(Hotfix::branch)
                        .filter(name -> !name.isEmpty())
                        .orElse(branch)
                : branch;
    }

    /** Whether this lane does not wait for something: {@code window}, {@code freeze}. */
    public boolean skips(Lane lane, String what) {
        return lane == Lane.HOTFIX
                && hotfixIfAny().map(way -> way.skip().contains(what)).orElse(false);
    }

    /** The gates of this lane: a hotfix leaves out what its plan says, by name or by kind. */
    public List<Gate> gates(Lane lane) {
        return gates.stream()
                .filter(gate -> !skips(lane, gate.name()) && !skips(lane, gate.kind()))
                .toList();
    }

    /**
     * Whether a person is asked when a phase fails.
     *
     * @param phase as the file names it: {@code reference-data}
     */
    public boolean asksAfterFailureOf(String phase) {
        return "ask".equals(onFailure.get(phase));
    }

    /** How long a person is waited for who is asked. */
    public Duration patience() {
        return timeout("answer").orElse(Duration.ofHours(1));
    }

    /** The longest time that a step ({@code backup}, {@code rollback}, …) may take, where the plan gives one. */
    public Optional<Duration> timeout(String step) {
        return Optional.ofNullable(timeouts.get(step));
    }

    /**
     * A name under which the worker may look a value up.
     *
     * @param shape {@code url}, {@code postgres}, {@code json}, or empty for any
     * @param prefix what the value begins with, empty for anything
     * @param minLength the least number of characters, 0 for any
     * @param sameAs the name of the secret that has the same value, empty for none
     */
    public record Secret(String name, boolean required, String shape, String prefix, int minLength, String sameAs) {
        public Secret {
            name = text(name);
            shape = text(shape);
            prefix = text(prefix);
            sameAs = text(sameAs);
        }

        public Secret(String name, boolean required) {
            this(name, required, "", "", 0, "");
        }
    }

    /**
     * What a person is known by besides their keys.
     *
     * @param emails the addresses in their commits
     * @param github their login, empty where not given
     */
    public record Identity(List<String> emails, String github) {
        public Identity {
            emails = list(emails);
            github = text(github);
        }
    }

    /**
     * Something that has to be true. Exactly one of the seven kinds is set.
     *
     * @param name unique in the environment
     * @param command argv, judged only when the approvals are there
     * @param files files or folders that the command needs, beside its own {@code ./} paths
     */
    public record Gate(
            String name,
            List<Released> released,
            List<Checks> checks,
            List<Reviews> reviews,
            List<Protection> protection,
            List<String> command,
            List<String> files,
            List<Check> http,
            List<NumberGate> number) {
        public Gate {
            name = text(name);
            released = list(released);
            checks = list(checks);
            reviews = list(reviews);
            protection = list(protection);
            command = list(command);
            files = list(files);
            http = list(http);
            number = list(number);
        }

        /** As the plan names it: {@code released}, {@code checks}, …; empty for a gate of no kind. */
        public String kind() {
            if (!released.isEmpty()) {
                return "released";
            }
            if (!checks.isEmpty()) {
                return "checks";
            }
            if (!reviews.isEmpty()) {
                return "reviews";
            }
            if (!protection.isEmpty()) {
                return "protection";
            }
            if (!command.isEmpty()) {
                return "command";
            }
            if (!http.isEmpty()) {
                return "http";
            }
            return number.isEmpty() ? "" : "number";
        }
    }

    /**
     * The version succeeded in another environment of this service.
     *
     * @param time how long it has to have been live there ({@code for}), zero for any time
     */
    public record Released(String in, Duration time) {
        public Released {
            in = text(in);
            time = duration(time);
        }
    }

    /**
     * GitHub's checks at the very commit.
     *
     * @param github {@code owner/name}
     * @param app slug of the app that has to have made them, empty for any
     * @param token {@code $NAME} of a secret, empty for none
     * @param api address of the API
     */
    public record Checks(String github, List<String> required, String app, String token, String api) {
        public Checks {
            github = text(github);
            required = list(required);
            app = text(app);
            token = text(token);
            api = text(api);
        }
    }

    /** The pull request that the commit came by was approved by so many people at its last commit. */
    public record Reviews(String github, int approvals, String token, String api) {
        public Reviews {
            github = text(github);
            token = text(token);
            api = text(api);
        }
    }

    /** The branch is protected as it should be. */
    public record Protection(
            String github, String branch, int reviews, List<String> required, String token, String api) {
        public Protection {
            github = text(github);
            branch = text(branch);
            required = list(required);
            token = text(token);
            api = text(api);
        }
    }

    /**
     * A number in a JSON document. Exactly one of {@code file} and {@code url} is set.
     *
     * @param file path relative to the plan file
     * @param at JSON pointer
     * @param is for instance {@code > 90}
     */
    public record NumberGate(String file, String url, String at, String is) {
        public NumberGate {
            file = text(file);
            url = text(url);
            at = text(at);
            is = text(is);
        }
    }

    /**
     * The lane for what cannot wait.
     *
     * @param branch the branch whose commits may take it, empty for the environment's
     * @param skip {@code window}, {@code freeze}, names and kinds of gates
     * @param approval who has to say yes; none or one
     */
    public record Hotfix(String branch, List<String> skip, List<Approval> approval) {
        public Hotfix {
            branch = text(branch);
            skip = list(skip);
            approval = list(approval);
        }
    }

    /**
     * Where the files of a plan come from: exactly one of the two is set.
     *
     * @param git address of the repository, empty for a directory
     * @param directory path of a directory, empty for git
     * @param path folder of the plan file inside the repository, empty for its top
     */
    public record Source(String git, String directory, String path) {
        public Source {
            git = text(git);
            directory = text(directory);
            path = text(path);
        }
    }

    /**
     * Who has to say yes before anything changes.
     *
     * @param from names of people
     * @param quorum how many different people; 0 for none
     * @param not roles that do not count: {@code requester}, {@code authors}
     * @param expires how long a yes holds, and is waited for
     * @param confirm the word that has to be typed, empty for none
     * @param reason whether a reason has to be given
     * @param checklist items that have to be ticked by name
     * @param remind how long before the end of the waiting people are told again, zero for never
     * @param unsigned whether a yes without a signature counts
     */
    public record Approval(
            List<String> from,
            int quorum,
            List<String> not,
            Duration expires,
            String confirm,
            boolean reason,
            List<String> checklist,
            Duration remind,
            boolean unsigned) {
        public Approval {
            from = list(from);
            not = list(not);
            expires = duration(expires);
            confirm = text(confirm);
            checklist = list(checklist);
            remind = duration(remind);
        }

        /** Nobody has to say yes. */
        public static Approval none() {
            return new Approval(List.of(), 0, List.of(), Duration.ZERO, "", false, List.of(), Duration.ZERO, false);
        }

        /** Whether the requester's own yes counts for nothing. */
        public boolean excludesRequester() {
            return not.contains("requester");
        }

        /** Whether the yes of who wrote what is new counts for nothing. */
        public boolean excludesAuthors() {
            return not.contains("authors");
        }
    }

    /**
     * When changes may begin.
     *
     * @param zone IANA time zone
     * @param open for instance {@code tue-thu 09:00-16:00}; empty for always
     * @param closed dates, {@code 2026-12-18} or {@code 2026-12-18..2027-01-06}, both inclusive
     */
    public record Window(String zone, List<String> open, List<String> closed) {
        public Window {
            zone = text(zone);
            open = list(open);
            closed = list(closed);
        }

        /** Whether there is a time at which changes may not begin. */
        public boolean limited() {
            return !open.isEmpty() || !closed.isEmpty();
        }
    }

    /**
     * A database that the release works on.
     *
     * @param url {@code $NAME} of the secret with the connection string
     * @param directUrl {@code $NAME} of the connection string without a pooler; the same as {@code url} where not given
     * @param role whom migrations, reference data and rows that are copied back run as ({@code SET ROLE}); empty for the login itself
     * @param backupUrl {@code $NAME} of the connection string of pg_dump; empty for that of {@code directUrl}
     * @param platform {@code supabase} or {@code neon}; empty for a PostgreSQL of nobody's
     * @param sameSchema the environment whose schema it has to have; a list of none or one
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
            List<SameSchema> sameSchema) {

        /** One that says no more than that. */
        public Database(
                String url,
                String directUrl,
                List<Backup> backup,
                List<Migrate> migrate,
                List<ReferenceData> referenceData) {
            this(url, directUrl, backup, migrate, referenceData, "", List.of(), "", "", List.of());
        }

        public Database {
            sameSchema = list(sameSchema);
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
     * How the schema is brought to the new version; a list of none or one. Exactly one of the folders or the command is
     * set.
     *
     * @param flyway folder of Flyway migrations, relative to the plan file
     * @param command argv
     * @param lockTimeout how long a statement may wait for a lock
     * @param files files or folders that the command needs, beside its own {@code ./} paths
     * @param prisma folder of Prisma migrations, relative to the plan file
     * @param supabase folder of Supabase migrations, relative to the plan file
     * @param sql folder of numbered SQL files, relative to the plan file
     * @param runner {@code own}, or {@code official} for the tool's own command line; empty means own
     * @param retry how long a migration that meets a held lock is tried again; empty for a minute
     * @param allOrNothing {@code true} where everything that is pending has to go into one transaction
     * @param guards what is asked of pending files before people are; none where it is only shown
     */
    public record Migrate(
            String flyway,
            List<String> command,
            Duration lockTimeout,
            List<String> files,
            String prisma,
            String supabase,
            String sql,
            String runner,
            List<Duration> retry,
            String allOrNothing,
            List<Guards> guards) {
        public Migrate {
            guards = list(guards);
            flyway = text(flyway);
            command = list(command);
            lockTimeout = duration(lockTimeout);
            files = list(files);
            prisma = text(prisma);
            supabase = text(supabase);
            sql = text(sql);
            runner = text(runner);
            retry = list(retry);
            allOrNothing = text(allOrNothing);
        }

        public Migrate(String flyway, List<String> command, Duration lockTimeout) {
            this(flyway, command, lockTimeout, List.of(), "", "", "", "", List.of(), "", List.of());
        }

        /** One whose pending files are shown, and rehearsed where that is possible. */
        public Migrate(
                String flyway,
                List<String> command,
                Duration lockTimeout,
                List<String> files,
                String prisma,
                String supabase,
                String sql,
                String runner,
                List<Duration> retry,
                String allOrNothing) {
            this(flyway, command, lockTimeout, files, prisma, supabase, sql, runner, retry, allOrNothing, List.of());
        }

        /** What is asked of pending files before people are. */
        public Guards guard() {
            return guards.stream().findFirst().orElse(new Guards("", List.of(), List.of(), false));
        }

        /** Whose files and history these are. */
        public enum Tool {
            FLYWAY,
            PRISMA,
            SUPABASE,
            SQL,
            COMMAND
        }

        /** Whose files and history these are. */
        public Tool tool() {
            if (!flyway.isEmpty()) {
                return Tool.FLYWAY;
            }
            if (!prisma.isEmpty()) {
                return Tool.PRISMA;
            }
            if (!supabase.isEmpty()) {
                return Tool.SUPABASE;
            }
            return sql.isEmpty() ? Tool.COMMAND : Tool.SQL;
        }

        /** The folder of the migrations; empty for a command. */
        public String folder() {
            return flyway + prisma + supabase + sql;
        }

        /** How long a migration that meets a held lock is tried again. */
        public Duration retryFor() {
            return retry.stream().findFirst().orElse(Duration.ofMinutes(1));
        }

        /** Whether everything that is pending has to go into one transaction. */
        public boolean wantsOneTransaction() {
            return allOrNothing.equals("true");
        }

        /** Whether the tool's own command line migrates. */
        public boolean official() {
            return runner.equals("official");
        }
    }

    /**
     * What is asked of pending migrations before people are.
     *
     * @param rehearse {@code required} or {@code never}; empty for where it is possible
     * @param refuse classes of migrations that are not released: {@code reversible}, {@code compatible}, {@code one-way}
     * @param longestLock how long a lock may block an application in the rehearsal; none for any time
     * @param rowLevelSecurity whether new tables have to have it
     */
    public record Guards(String rehearse, List<String> refuse, List<Duration> longestLock, boolean rowLevelSecurity) {
        public Guards {
            rehearse = text(rehearse);
            refuse = list(refuse);
            longestLock = list(longestLock);
        }

        /** Whether a rehearsal is tried, and whether nothing is released without one. */
        public enum Rehearse {
            WHERE_POSSIBLE,
            REQUIRED,
            NEVER
        }

        /** Whether a rehearsal is tried, and whether nothing is released without one. */
        public Rehearse rehearsal() {
            return switch (rehearse) {
                case "required" -> Rehearse.REQUIRED;
                case "never" -> Rehearse.NEVER;
                default -> Rehearse.WHERE_POSSIBLE;
            };
        }

        /** The longest time that a lock may block an application. */
        public Optional<Duration> longest() {
            return longestLock.stream().findFirst();
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

    /**
     * How a backup is brought back; a list of none or one.
     *
     * @param way {@code none}, {@code copy}, {@code rename} or {@code command}: how what was restored takes the place of
     *     what is there
     * @param command argv, of {@code command} alone
     * @param files files or folders that the command needs, beside its own {@code ./} paths
     * @param by any one of them may say yes; empty for the approvers, as many as their quorum
     * @param confirm the word that is typed
     * @param reason whether one has to be given
     * @param rto the longest time that a restore may take; zero where nothing is said
     * @param rpo the oldest that the newest backup may be; zero where nothing is said
     */
    public record Restore(
            String way,
            List<String> command,
            List<String> files,
            List<String> by,
            String confirm,
            boolean reason,
            Duration rto,
            Duration rpo) {
        public static final String NONE = "none";
        public static final String COPY = "copy";
        public static final String RENAME = "rename";
        public static final String COMMAND = "command";

        public Restore {
            way = text(way);
            command = list(command);
            files = list(files);
            by = list(by);
            confirm = text(confirm);
            rto = duration(rto);
            rpo = duration(rpo);
        }

        static Restore usual() {
            return new Restore(NONE, List.of(), List.of(), List.of(), "CONFIRM", true, Duration.ZERO, Duration.ZERO);
        }
    }

    /**
     * Something that a version is deployed to.
     *
     * @param name unique in the plan
     * @param command the three commands of a {@code command} target; a list of none or one, so that other kinds of
     *     target can stand beside it
     * @param config names to texts or {@code $NAME}: environment variables of the commands, or of the service or app
     * @param railway a service at Railway; a list of none or one
     * @param heroku an app at Heroku; a list of none or one
     */
    public record Target(
            String name,
            List<CommandTarget> command,
            Map<String, String> config,
            List<RailwayTarget> railway,
            List<HerokuTarget> heroku) {
        public Target {
            name = text(name);
            command = list(command);
            config = map(config);
            railway = list(railway);
            heroku = list(heroku);
        }

        public Target(String name, List<CommandTarget> command, Map<String, String> config) {
            this(name, command, config, List.of(), List.of());
        }

        public Optional<RailwayTarget> railwayIfAny() {
            return railway.stream().findFirst();
        }

        public Optional<HerokuTarget> herokuIfAny() {
            return heroku.stream().findFirst();
        }

        public Optional<CommandTarget> commandIfAny() {
            return command.stream().findFirst();
        }
    }

    /**
     * A target that is driven by three commands, each an argv list, never shell text.
     *
     * @param deploy makes {@code ${version}} live
     * @param current prints the id of what is live on its last line, nothing where nothing is
     * @param rollBack makes {@code ${previous}} (what {@code current} printed before the deploy) live
     * @param files more files or folders that the commands need, beside their own relative paths
     */
    public record CommandTarget(List<String> deploy, List<String> current, List<String> rollBack, List<String> files) {
        public CommandTarget {
            deploy = list(deploy);
            current = list(current);
            rollBack = list(rollBack);
            files = list(files);
        }
    }

    /**
     * A service at Railway, deployed by commit.
     *
     * @param project id or name
     * @param service id or name
     * @param environment id or name
     * @param token {@code $NAME} of a secret
     * @param projectToken whether the token is a project's, and not an account's or a workspace's
     * @param autoDeploy whether the service may deploy by itself when something is pushed
     * @param api address of the API
     */
    public record RailwayTarget(
            String project,
            String service,
            String environment,
            String token,
            boolean projectToken,
            boolean autoDeploy,
            String api) {
        public RailwayTarget {
            project = text(project);
            service = text(service);
            environment = text(environment);
            token = text(token);
            api = text(api);
        }
    }

    /**
     * An app at Heroku, built from a tarball and released.
     *
     * @param source address of the tarball, with templates
     * @param token {@code $NAME} of a secret
     * @param api address of the API
     */
    public record HerokuTarget(String app, String source, String token, String api) {
        public HerokuTarget {
            app = text(app);
            source = text(source);
            token = text(token);
            api = text(api);
        }
    }

    /**
     * A check of the deployed version over HTTP.
     *
     * @param http the address
     * @param status the expected status
     * @param json JSON pointer to expected text
     * @param within the longest time for the answer
     */
    public record Check(String http, int status, Map<String, String> json, Duration within) {
        public Check {
            http = text(http);
            json = map(json);
            within = duration(within);
        }
    }

    /**
     * The rollback window.
     *
     * @param window how long it lasts ({@code for}); zero where nothing is watched
     * @param every the interval between two measurements
     * @param metrics by name
     * @param rollbackWhen rules, any one of them rolls back
     * @param warnWhen rules that only warn
     * @param baseline how long metrics are measured before anything changes: one where a rule compares with it, else none
     */
    public record Watch(
            Duration window,
            Duration every,
            Map<String, Metric> metrics,
            List<String> rollbackWhen,
            List<String> warnWhen,
            List<Duration> baseline) {
        public Watch(
                Duration window,
                Duration every,
                Map<String, Metric> metrics,
                List<String> rollbackWhen,
                List<String> warnWhen) {
            this(window, every, metrics, rollbackWhen, warnWhen, List.of());
        }

        public Watch {
            baseline = list(baseline);
            window = duration(window);
            every = duration(every);
            metrics = map(metrics);
            rollbackWhen = list(rollbackWhen);
            warnWhen = list(warnWhen);
        }

        /** Nothing is watched. */
        public static Watch none() {
            return new Watch(Duration.ZERO, Duration.ZERO, Map.of(), List.of(), List.of());
        }

        /** Whether there is anything to watch. */
        public boolean wanted() {
            return window.compareTo(Duration.ZERO) > 0;
        }
    }

    /**
     * Where a number comes from. Exactly one of {@code scrape}, {@code prometheus}, {@code http}, {@code railway} and the
     * lists of none or one is set.
     *
     * @param scrape address of a metrics page in Prometheus' text format
     * @param errors selector of the counter of errors (with {@code of})
     * @param of selector of the counter of everything; with {@code value}, of what the gauge is a share of
     * @param value selector of a gauge, instead of the two counters
     * @param prometheus address of a Prometheus server
     * @param query PromQL, with {@code prometheus}
     * @param http address to probe
     * @param status expected status of the probe
     * @param json expected JSON of the probe
     * @param within the longest time for an answer
     * @param atLeast fewer requests than this in the window of a rate are no measurement
     * @param token {@code $NAME} of the secret that goes with {@code scrape} or {@code prometheus}, empty for none
     * @param document a number in a JSON document ({@code json} in the file)
     * @param railway name of a target at Railway
     * @param measurement {@code memory} or {@code cpu}, with {@code railway}
     */
    public record Metric(
            String scrape,
            String errors,
            String of,
            String value,
            String prometheus,
            String query,
            String http,
            int status,
            Map<String, String> json,
            Duration within,
            int atLeast,
            String token,
            List<SqlMetric> sql,
            List<CommandMetric> command,
            List<JsonMetric> document,
            List<SentryMetric> sentry,
            String railway,
            String measurement) {
        public Metric {
            railway = text(railway);
            measurement = text(measurement);
            scrape = text(scrape);
            errors = text(errors);
            of = text(of);
            value = text(value);
            prometheus = text(prometheus);
            query = text(query);
            http = text(http);
            json = map(json);
            within = duration(within);
            token = text(token);
            sql = list(sql);
            command = list(command);
            document = list(document);
            sentry = list(sentry);
        }

        /** A metric by scrape, Prometheus or probe. */
        public Metric(
                String scrape,
                String errors,
                String of,
                String value,
                String prometheus,
                String query,
                String http,
                int status,
                Map<String, String> json,
                Duration within,
                int atLeast) {
            this(
                    scrape,
                    errors,
                    of,
                    value,
                    prometheus,
                    query,
                    http,
                    status,
                    json,
                    within,
                    atLeast,
                    "",
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    "",
                    "");
        }
    }

    /**
     * A query with one number. Exactly one of {@code database} and {@code url} is set.
     *
     * @param database name of a database of this plan
     * @param url {@code $NAME} of the secret with a connection string
     */
    public record SqlMetric(String database, String url, String query) {
        public SqlMetric {
            database = text(database);
            url = text(url);
            query = text(query);
        }
    }

    /**
     * A command that prints a number on its last line.
     *
     * @param run argv
     * @param files files or folders that it needs, beside its own {@code ./} paths
     * @param config names to texts or {@code $NAME}, given to it as environment variables
     */
    public record CommandMetric(List<String> run, List<String> files, Map<String, String> config) {
        public CommandMetric {
            run = list(run);
            files = list(files);
            config = map(config);
        }
    }

    /**
     * A number in a JSON document.
     *
     * @param at JSON pointer of the number
     * @param timeAt JSON pointer of its time, empty for none
     * @param fresh what is older is no data
     * @param token {@code $NAME}, empty for none
     */
    public record JsonMetric(String url, String at, String timeAt, Duration fresh, String token) {
        public JsonMetric {
            url = text(url);
            at = text(at);
            timeAt = text(timeAt);
            fresh = duration(fresh);
            token = text(token);
        }
    }

    /**
     * A count in Sentry.
     *
     * @param project slug or number, empty for all
     * @param environment as Sentry knows it, empty for all
     * @param count {@code events} or {@code new-issues}
     * @param release as Sentry knows it, with places to fill in
     * @param query what else has to match, empty for nothing
     * @param period how far back is counted
     * @param token {@code $NAME}
     * @param api address of Sentry
     */
    public record SentryMetric(
            String organization,
            String project,
            String environment,
            String count,
            String release,
            String query,
            Duration period,
            String token,
            String api) {
        public SentryMetric {
            organization = text(organization);
            project = text(project);
            environment = text(environment);
            count = text(count);
            release = text(release);
            query = text(query);
            period = duration(period);
            token = text(token);
            api = text(api);
        }
    }

    /**
     * A rollback by a person's hand, and what follows any rollback.
     *
     * @param within the budget
     * @param by names of people who may; the approvers where not given
     * @param lockAfter whether the environment is locked after a rollback until a person unlocks it
     */
    public record Rollback(Duration within, List<String> by, String confirm, boolean reason, boolean lockAfter) {
        public Rollback {
            within = duration(within);
            by = list(by);
            confirm = text(confirm);
        }
    }

    /**
     * A channel that people are told by. Exactly one of those before {@code on} is set, a list being none or one.
     *
     * @param webhook {@code $NAME} of the secret with the address, or the address
     * @param log true for the worker's log
     * @param on events: waiting, started, deployed, succeeded, failed, rolled-back, rollback-failed, rejected, expired,
     *     cancelled, decided; empty for all that are meant for such a channel
     * @param tier {@code daily} for one summary a day, {@code none} where nobody is told; empty for at once
     * @param at when the daily summary is due, {@code HH:mm} in the plan's {@link #zone()}; empty for another tier
     */
    public record Channel(
            String webhook,
            boolean log,
            List<Slack> slack,
            List<Email> email,
            List<PagerDuty> pagerDuty,
            List<GitHubDeployment> github,
            List<String> on,
            String tier,
            String at) {
        public Channel {
            tier = text(tier);
            at = text(at);
            webhook = text(webhook);
            slack = list(slack);
            email = list(email);
            pagerDuty = list(pagerDuty);
            github = list(github);
            on = list(on);
        }

        /** One that tells at once, or never. */
        public Channel(
                String webhook,
                boolean log,
                List<Slack> slack,
                List<Email> email,
                List<PagerDuty> pagerDuty,
                List<GitHubDeployment> github,
                List<String> on,
                String tier) {
            this(webhook, log, slack, email, pagerDuty, github, on, tier, "");
        }

        /** One by a webhook, or the worker's log. */
        public Channel(String webhook, boolean log, List<String> on) {
            this(webhook, log, List.of(), List.of(), List.of(), List.of(), on, "", "");
        }

        /** Whether it gets one summary a day. */
        public boolean daily() {
            return tier.equals("daily");
        }
    }

    /**
     * Slack, by an incoming webhook or by a bot.
     *
     * @param webhook {@code $NAME} of the secret with the webhook's address, empty for a bot
     * @param token {@code $NAME} of the secret with the bot's token, empty for a webhook
     * @param channel the bot's channel
     * @param api address of Slack's API, for a bot
     */
    public record Slack(String webhook, String token, String channel, String api) {
        public Slack {
            webhook = text(webhook);
            token = text(token);
            channel = text(channel);
            api = text(api);
        }
    }

    /**
     * E-mail.
     *
     * @param smtp {@code $NAME} of the secret with the mail server's address
     */
    public record Email(String smtp, String from, List<String> to) {
        public Email {
            smtp = text(smtp);
            from = text(from);
            to = list(to);
        }
    }

    /**
     * Deployments on GitHub.
     *
     * @param repository {@code OWNER/NAME}
     * @param token {@code $NAME} of the secret with the token
     * @param api address of the API
     */
    public record GitHubDeployment(String repository, String token, String api) {
        public GitHubDeployment {
            repository = text(repository);
            token = text(token);
            api = text(api);
        }
    }

    /**
     * An integration of PagerDuty's Events API v2.
     *
     * @param routingKey {@code $NAME} of the secret with its key
     * @param api address of the API
     */
    public record PagerDuty(String routingKey, String api) {
        public PagerDuty {
            routingKey = text(routingKey);
            api = text(api);
        }
    }

    private static String text(String text) {
        return text == null ? "" : text;
    }

    private static Duration duration(Duration duration) {
        return duration == null ? Duration.ZERO : duration;
    }

    /** A copy without nulls: a plan from a stranger's payload must not make the constructor throw. */
    private static <T> List<T> list(List<T> list) {
        if (list == null) {
            return List.of();
        }
        List<T> copy = new ArrayList<>(list);
        copy.removeIf(element -> element == null);
        return List.copyOf(copy);
    }

    private static <T> Map<String, T> map(Map<String, T> map) {
        Map<String, T> copy = new LinkedHashMap<>();
        if (map != null) {
            map.forEach((key, value) -> {
                if (key != null && value != null) {
                    copy.put(key, value);
                }
            });
        }
        return Collections.unmodifiableMap(copy);
    }

    private static Map<String, List<String>> lists(Map<String, List<String>> map) {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        map(map).forEach((key, value) -> copy.put(key, list(value)));
        return Collections.unmodifiableMap(copy);
    }
}
