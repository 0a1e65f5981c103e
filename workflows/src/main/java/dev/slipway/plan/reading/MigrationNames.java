package dev.slipway.plan.reading;

import dev.slipway.plan.Quoted;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the files of a migration tool are named, as far as it shows before anybody opens one. */
enum MigrationNames {
    FLYWAY(
            "(?:V([0-9]+(?:[._][0-9]+)*)__.+|R__.+|U[0-9]+(?:[._][0-9]+)*__.+)\\.sql",
            "name it such as V7__add_orders.sql or R__views.sql; callbacks are not run",
            "add a file such as V1__first.sql, or take `flyway` out") {
        /** 1.0 and 01 are the same version to Flyway. */
        @Override
        String comparable(String version) {
            StringBuilder comparable = new StringBuilder();
            for (String part : version.split("[._]")) {
                comparable.append('.').append(part.replaceFirst("^0+(?=.)", ""));
            }
            return comparable.toString().replaceFirst("(\\.0)+$", "");
        }
    },
    PRISMA(
            "([^/]+)/migration\\.sql",
            "Prisma reads a folder for each, such as 20240101000000_first/migration.sql",
            "add a file such as 20240101000000_first/migration.sql, or take `prisma` out") {
        /** What else lies in a migration's own folder is its author's business. */
        @Override
        boolean isMeant(String file) {
            return file.endsWith(".sql") && file.indexOf('/') < 0 || file.endsWith("/migration.sql");
        }
    },
    SUPABASE(
            "([0-9]+)_.*\\.sql",
            "name it such as 20240101000000_first.sql",
            "add a file such as 20240101000000_first.sql, or take `supabase` out") {
        /** Its command line passes over what has another name, and reads no folders. */
        @Override
        boolean isMeant(String file) {
            return file.matches("[0-9]+_[^/]*\\.sql");
        }
    },
    SQL(
            "([0-9]+(?:[._-][0-9]+)*)(?![0-9A-Za-z]).*\\.sql",
            "name it such as 0007_add_orders.sql, or take it out of the folder",
            "add a file such as 0001_first.sql, or take `sql` out") {
        @Override
        boolean isMeant(String file) {
            return file.endsWith(".sql") && file.indexOf('/') < 0;
        }

        /** The way back stands beside the way there, with the same number. */
        @Override
        boolean isDown(String file) {
            return file.endsWith(".down.sql") || file.endsWith(".undo.sql") || file.matches("[0-9._-]+\\.undo\\..*");
        }

        @Override
        String comparable(String version) {
            StringBuilder comparable = new StringBuilder();
            for (String part : version.split("[._-]")) {
                comparable.append('.').append(new BigInteger(part));
            }
            return comparable.toString();
        }
    };

    private final Pattern pattern;
    private final String named;
    private final String first;

    MigrationNames(String pattern, String named, String first) {
        this.pattern = Pattern.compile(pattern);
        this.named = named;
        this.first = first;
    }

    boolean isMeant(String file) {
        return file.endsWith(".sql");
    }

    boolean isDown(String file) {
        return false;
    }

    /** The same text for what is the same version. */
    String comparable(String version) {
        return version;
    }

    /** Says what is wrong with the names of the files of a folder, all of it at once. */
    void judge(Located folder, String path, List<String> files, Problems problems) {
        Map<String, String> versions = new HashMap<>();
        for (String file : files) {
            String inside = file.substring(path.length() + 1);
            if (!isMeant(inside) || isDown(inside)) {
                continue;
            }
            String name = this == FLYWAY ? inside.substring(inside.lastIndexOf('/') + 1) : inside;
            Matcher migration = pattern.matcher(name);
            if (!migration.matches()) {
                problems.add(folder.place(), Quoted.of(file) + " is not named as a migration", named);
                continue;
            }
            Optional.ofNullable(migration.group(1))
                    .map(version -> versions.putIfAbsent(comparable(version), file))
                    .ifPresent(other -> problems.add(
                            folder.place(),
                            Quoted.of(other) + " and " + Quoted.of(file) + " have the same version",
                            "give the newer one the next free number"));
        }
        if (versions.isEmpty()) {
            problems.add(folder.place(), Quoted.of(folder.text()) + " holds no migration", first);
        }
    }
}
