package dev.slipway.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What happens to a database, in the words of a person. */
final class DatabaseText {

    private DatabaseText() {}

    static String backup(String name, Database database, Database.Backup backup) {
        return named(name, database) + ": dump"
                + (backup.schemas().isEmpty() ? "" : " only the schemas " + String.join(", ", backup.schemas()))
                + " to store " + backup.store() + ", prove it by " + proof(backup.verify())
                + unless(backup) + ", keep it " + Durations.text(backup.keep()) + " and the newest "
                + backup.kept();
    }

    /** Of a dump that is not made in the usual way. */
    static List<String> how(Database database, Database.Backup backup) {
        List<String> words = new ArrayList<>();
        if (backup.isDirectory()) {
            words.add("as a directory by " + backup.parallel() + (backup.parallel() == 1 ? " job" : " jobs"));
        }
        if (!backup.compress().isEmpty()) {
            words.add(backup.compress().equals("none") ? "not packed" : "packed by " + backup.compress());
        }
        if (backup.bytesPerSecond() > 0) {
            words.add("at most " + Sizes.text(backup.bytesPerSecond()) + " a second");
        }
        if (!database.backupUrl().isEmpty()) {
            words.add("by the login of " + database.backupUrl());
        }
        if (!database.platform().isEmpty()) {
            words.add("without what " + database.platform() + " manages");
        }
        return words;
    }

    private static String unless(Database.Backup backup) {
        return backup.unless().stream()
                .findFirst()
                .map(unless -> " (only reading it back whole where "
                        + Stream.of(
                                        unless.largerThan() > 0
                                                ? "it is larger than " + Sizes.text(unless.largerThan())
                                                : "",
                                        unless.longerThan().isZero()
                                                ? ""
                                                : "that takes longer than " + Durations.text(unless.longerThan()))
                                .filter(limit -> !limit.isEmpty())
                                .collect(Collectors.joining(" or "))
                        + ")")
                .orElse("");
    }

    private static String proof(String verify) {
        return verify.equals("full-read")
                ? "reading it back whole"
                : "restoring it into a throw-away server and comparing every table";
    }

    static String migrate(ReleasePlan plan, String name, Database database, Migrate migrate) {
        return named(name, database) + ": " + migration(plan, migrate)
                + (migrate.placeholders().isEmpty() ? "" : ", where " + placeholders(migrate.placeholders()))
                + (database.role().isEmpty() ? "" : ", as " + database.role())
                + ", waiting at most " + Durations.text(migrate.lockTimeout()) + " for a lock"
                + (migrate.tool() == Migrate.Tool.COMMAND
                        ? ""
                        : ", tried again for " + Durations.text(migrate.retryFor()))
                + (migrate.wantsOneTransaction() ? ", all of it in one transaction" : "");
    }

    private static String migration(ReleasePlan plan, Migrate migrate) {
        String tool =
                switch (migrate.tool()) {
                    case FLYWAY -> "Flyway migrations";
                    case PRISMA -> "Prisma migrations";
                    case SUPABASE -> "Supabase migrations";
                    case SQL -> "SQL migrations";
                    case COMMAND -> "";
                };
        if (tool.isEmpty()) {
            return "run " + CommandText.of(migrate.command());
        }
        long files = plan.files().keySet().stream()
                .filter(path -> path.startsWith(migrate.folder() + "/") && path.endsWith(".sql"))
                .filter(path -> !path.endsWith(".down.sql") && !path.endsWith("/down.sql"))
                .count();
        return "apply what is pending of the " + files + " " + tool + " in " + migrate.folder()
                + (migrate.official() ? ", by the official tool" : "");
    }

    private static String placeholders(Map<String, String> values) {
        return values.entrySet().stream()
                .map(value -> "${" + value.getKey() + "} is " + Quoted.of(value.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** What is asked of a migration before people are, a sentence each. */
    static List<String> guards(Migrate.Guards guards) {
        List<String> lines = new ArrayList<>();
        switch (guards.rehearsal()) {
            case REQUIRED -> lines.add("nothing without a rehearsal on a copy of the newest backup");
            case NEVER -> lines.add("without a rehearsal");
            case WHERE_POSSIBLE -> {
                // the usual way goes without saying
            }
        }
        if (!guards.refuse().isEmpty()) {
            lines.add("refused before people are asked: migrations that are " + String.join(" or ", guards.refuse()));
        }
        guards.longest()
                .ifPresent(longest ->
                        lines.add("refused before people are asked: a lock that blocks an application for more than "
                                + Durations.text(longest)));
        if (guards.rowLevelSecurity()) {
            lines.add("refused before people are asked: a new table without row-level security");
        }
        return lines;
    }

    static String referenceData(String name, Database database, Database.ReferenceData data) {
        return named(name, database) + ": bring " + String.join(", ", data.tables()) + " from "
                + (data.files().isEmpty() ? data.from() : "the files in " + data.files())
                + ", exactly the rows that the review shows";
    }

    static String rule(Database.TableRule rule) {
        return rule.table()
                + (rule.where().isEmpty() ? "" : " where " + rule.where())
                + (rule.without().isEmpty() ? "" : " without " + String.join(", ", rule.without()))
                + (rule.deletesExtra() ? "; rows that only the target has are deleted" : "");
    }

    /** How a restored database takes the place of the present one. */
    static String restore(Restore restore) {
        return switch (restore.way()) {
            case Restore.COPY -> "rows are copied back into the tables";
            case Restore.RENAME -> "both databases are renamed";
            case Restore.COMMAND -> "run " + CommandText.of(restore.command());
            default -> "left beside the present one";
        };
    }

    private static String named(String name, Database database) {
        return name + (database.after().isEmpty() ? "" : " (after " + String.join(", ", database.after()) + ")");
    }
}
