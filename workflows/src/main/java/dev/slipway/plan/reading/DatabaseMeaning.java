package dev.slipway.plan.reading;

import dev.slipway.plan.DatabaseOrder;
import dev.slipway.plan.Quoted;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Judges a database: its backup, its migrations, its reference data and how it is brought back. */
final class DatabaseMeaning {

    private final Problems problems;
    private final NamedMeaning named;

    DatabaseMeaning(Problems problems, NamedMeaning named) {
        this.problems = problems;
        this.named = named;
    }

    void database(Located database, NamedFiles files) {
        Located migrate = database.at("migrate");
        files.migrations(migrate.at("flyway"), MigrationNames.FLYWAY);
        files.migrations(migrate.at("prisma"), MigrationNames.PRISMA);
        files.migrations(migrate.at("supabase"), MigrationNames.SUPABASE);
        files.migrations(migrate.at("sql"), MigrationNames.SQL);
        files.arguments(migrate.at("command"));
        files.files(migrate.at("files"));
        boolean official = migrate.has("runner") && migrate.text("runner").equals("official");
        if (official && !migrate.has("prisma") && !migrate.has("supabase")) {
            problems.add(
                    migrate.at("runner").place(),
                    "`runner: official` is for `prisma` and `supabase`",
                    "take it out, or say what to run by `command`");
        }
        if (official && migrate.text("all-or-nothing").equals("true")) {
            problems.add(
                    migrate.at("all-or-nothing").place(),
                    "an official tool takes each file for itself",
                    "take it out, or let `runner: own` migrate");
        }
        for (String folder : List.of("flyway", "sql", "prisma", "supabase")) {
            if (migrate.has(folder) && migrate.has("files") && !official) {
                problems.add(
                        migrate.at("files").place(),
                        "`files` belong to a `command` or an official tool",
                        "take them out; every file below the `" + folder + "` folder is part of the plan anyway");
            }
        }
        if (migrate.has("placeholders") && !migrate.has("flyway")) {
            problems.add(
                    migrate.at("placeholders").place(),
                    "`placeholders` are Flyway's, and other files have none",
                    "take them out");
        }
        restore(database.at("restore"), files);
        guards(database, migrate);
        backup(database.at("backup"));
        Located from = database.at("reference-data").at("from");
        if (from.there()
                && from.sound()
                && (from.text().equals(database.text("url")) || from.text().equals(database.text("direct-url")))) {
            problems.add(
                    from.place(),
                    "the database would be copied onto itself: " + Quoted.of(from.text()) + " is its own address",
                    "name the secret of the database to copy from");
        }
        referenceData(database.at("reference-data"), files);
    }

    /** That the order of databases names those that there are, and can be kept. */
    void order(Located databases) {
        Map<String, List<String>> after = new LinkedHashMap<>();
        databases.entries().forEach((name, database) -> {
            after.put(name, database.texts("after"));
            for (Located other : database.at("after").items()) {
                if (other.sound() && other.text().equals(name)) {
                    problems.add(other.place(), "a database is never taken after itself", "take it out");
                } else if (other.sound() && !databases.has(other.text())) {
                    String near =
                            Nearest.asked(other.text(), databases.entries().keySet());
                    problems.add(
                            other.place(),
                            "database " + Quoted.of(other.text()) + " is not in `databases`",
                            near.isEmpty() ? "name one of these, or take it out" : near);
                }
            }
        });
        List<String> circle = DatabaseOrder.circle(after);
        if (circle.size() > 1) {
            problems.add(
                    databases.at(circle.get(0)).at("after").place(),
                    "the databases wait for each other: " + String.join(" after ", circle) + " after " + circle.get(0),
                    "take one `after` out");
        }
    }

    private void referenceData(Located data, NamedFiles files) {
        Set<String> names = new HashSet<>();
        for (Located table : data.at("tables").items()) {
            Located name = table.has("name") ? table.at("name") : table;
            if (name.sound() && name.isSingle() && !names.add(name.text())) {
                problems.add(
                        name.place(), "table " + Quoted.of(name.text()) + " is named twice", "take one of them out");
            }
        }
        files.tables(data.at("files"), names);
    }

    private void restore(Located restore, NamedFiles files) {
        named.people(restore.at("by"));
        files.arguments(restore.at("command"));
        files.files(restore.at("files"));
        Located way = restore.at("switch");
        boolean byCommand = way.there() && way.sound() && way.text().equals("command");
        if (byCommand && !restore.has("command")) {
            problems.add(
                    way.place(),
                    "`switch: command` names no command",
                    "add `command: [./switch-database, '${restored}']`");
        }
        if (restore.has("command") && !byCommand && (!way.there() || way.sound())) {
            problems.add(
                    restore.at("command").place(),
                    "a `command` belongs to `switch: command`",
                    "say `switch: command`, or take the command out");
        }
    }

    /** What is asked of pending files has to be something that can be known of them. */
    private void guards(Located database, Located migrate) {
        boolean required = migrate.has("rehearse") && migrate.text("rehearse").equals("required");
        boolean never = migrate.has("rehearse") && migrate.text("rehearse").equals("never");
        boolean secured = migrate.has("row-level-security")
                && migrate.text("row-level-security").equals("required");
        if (migrate.has("command")) {
            for (String key : List.of("rehearse", "refuse", "longest-lock", "row-level-security")) {
                boolean asks =
                        switch (key) {
                            case "rehearse" -> required;
                            case "row-level-security" -> secured;
                            default -> migrate.has(key);
                        };
                if (asks) {
                    problems.add(
                            migrate.at(key).place(),
                            "nobody can tell what a `command` is going to migrate, so `" + key + "` cannot hold",
                            "take it out, or name the folder of the migrations");
                }
            }
            return;
        }
        if (never && migrate.has("longest-lock")) {
            problems.add(
                    migrate.at("longest-lock").place(),
                    "only a rehearsal tells how long a lock is held, and `rehearse: never` holds none",
                    "take one of the two out");
        }
        if (required && !database.has("backup")) {
            problems.add(
                    migrate.at("rehearse").place(),
                    "a rehearsal is held on a copy of a backup, and this database has none",
                    "give it a `backup`, or take `rehearse` out");
        }
    }

    private void backup(Located backup) {
        if (backup.has("jobs")
                && backup.number("jobs") > 1
                && !backup.text("format").equals("directory")) {
            problems.add(
                    backup.at("jobs").place(),
                    "pg_dump writes a custom file by one job",
                    "add `format: directory`, or take `jobs` out");
        }
        Located unless = backup.at("unless");
        if (unless.there() && !backup.text("verify").equals("restore")) {
            problems.add(
                    unless.place(),
                    "`unless` says when a restore is too much, and this backup is not restored",
                    "add `verify: restore`, or take it out");
        }
        if (unless.there() && unless.sound() && !unless.has("larger-than") && !unless.has("longer-than")) {
            problems.add(unless.place(), "`unless` has no limit", "give `larger-than`, `longer-than` or both");
        }
    }

    void sameSchema(Located database, Located environment) {
        Located same = database.at("same-schema");
        named.other(same.at("as"), environment, "a schema is always the same as itself");
        if (same.there() && (!database.has("migrate") || database.at("migrate").has("command"))) {
            problems.add(
                    same.place(),
                    "`same-schema` compares migrations, and there are none whose files are known here",
                    "take it out, or migrate by `flyway`, `prisma`, `supabase` or `sql`");
        }
    }
}
