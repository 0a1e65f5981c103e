package dev.slipway.plan;

import static dev.slipway.plan.Absent.duration;
import static dev.slipway.plan.Absent.list;
import static dev.slipway.plan.Absent.map;
import static dev.slipway.plan.Absent.text;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 * @param placeholders what Flyway's <code>${name}</code> stands for, by name
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
        List<Guards> guards,
        Map<String, String> placeholders) {
    public Migrate {
        placeholders = map(placeholders);
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
        this(flyway, command, lockTimeout, List.of(), "", "", "", "", List.of(), "", List.of(), Map.of());
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
        this(
                flyway,
                command,
                lockTimeout,
                files,
                prisma,
                supabase,
                sql,
                runner,
                retry,
                allOrNothing,
                List.of(),
                Map.of());
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

    /**
     * What is asked of pending migrations before people are.
     *
     * @param rehearse {@code required} or {@code never}; empty for where it is possible
     * @param refuse classes of migrations that are not released: {@code reversible}, {@code compatible}, {@code
     *     one-way}
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
}
