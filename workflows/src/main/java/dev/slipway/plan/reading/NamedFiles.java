package dev.slipway.plan.reading;

import dev.slipway.plan.Quoted;
import dev.slipway.plan.Template;
import dev.slipway.trust.Sha256;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The files that one environment of a plan names: what was approved is what runs, to the byte. */
final class NamedFiles {

    /** Their hashes travel with the plan, and a message to Temporal may have 2 MB. */
    private static final int MOST = 2_000;

    private final PlanSource source;
    private final Problems problems;
    private final TreeSet<String> paths = new TreeSet<>();

    NamedFiles(PlanSource source, Problems problems) {
        this.source = source;
        this.problems = problems;
    }

    /** A folder of migrations, whose files are named as their tool wants it. */
    void migrations(Located folder, MigrationNames names) {
        if (!folder.there() || !folder.sound()) {
            return;
        }
        String path = Paths.plain(folder.text());
        PlanSource.Kind kind = kind(path);
        if (kind != PlanSource.Kind.FOLDER) {
            problems.add(
                    folder.place(),
                    Quoted.of(folder.text()) + is(kind, "a folder"),
                    "name the folder of the migrations");
            return;
        }
        names.judge(folder, path, add(folder, path), problems);
    }

    /** A folder with one file of rows for each table. */
    void tables(Located folder, Set<String> tables) {
        if (!folder.there() || !folder.sound()) {
            return;
        }
        String path = Paths.plain(folder.text());
        PlanSource.Kind kind = kind(path);
        if (kind != PlanSource.Kind.FOLDER) {
            problems.add(
                    folder.place(), Quoted.of(folder.text()) + is(kind, "a folder"), "name the folder of the files");
            return;
        }
        List<String> files = add(folder, path);
        for (String table : tables) {
            String csv = path + "/" + table + ".csv";
            String sql = path + "/" + table + ".sql";
            if (files.contains(csv) == files.contains(sql)) {
                problems.add(
                        folder.place(),
                        files.contains(csv)
                                ? Quoted.of(csv) + " and " + Quoted.of(sql) + " are both there"
                                : "there is neither " + Quoted.of(csv) + " nor " + Quoted.of(sql),
                        "the rows of " + table + " stand in one file of these names");
            }
        }
        for (String file : files) {
            String name = file.substring(path.length() + 1);
            if (name.matches(".*\\.(?:csv|sql)") && !tables.contains(name.substring(0, name.length() - 4))) {
                problems.add(
                        folder.place(),
                        Quoted.of(file) + " belongs to no table of `tables`",
                        "name the table there, or take the file away");
            }
        }
    }

    /** The arguments of a command that start with {@code ./}: they are part of the release. */
    void arguments(Located command) {
        for (Located argument : command.items()) {
            if (!argument.sound() || !argument.text().startsWith("./")) {
                continue;
            }
            if (Template.PLACE.matcher(argument.text()).find()) {
                problems.add(
                        argument.place(),
                        Quoted.of(argument.text()) + " names another file for each release",
                        "name the file, and give `${version}` as an argument of its own");
                continue;
            }
            Optional<String> wrong = Paths.problem(argument.text());
            if (wrong.isPresent()) {
                problems.add(argument.place(), wrong.get(), "name a file below the folder of the plan file");
                continue;
            }
            path(argument, "a path that the command makes itself is written without `./`");
        }
    }

    /** A list of files or folders. */
    void files(Located list) {
        list.items().stream().filter(Located::sound).forEach(file -> path(file, "add it, or take it out of the plan"));
    }

    /** One file. */
    void file(Located file) {
        if (file.sound()) {
            path(file, "add it, or take it out of the plan");
        }
    }

    private void path(Located named, String next) {
        String path = Paths.plain(named.text());
        PlanSource.Kind kind = kind(path);
        switch (kind) {
            case FILE -> paths.add(path);
            case FOLDER -> {
                if (add(named, path).isEmpty()) {
                    problems.add(named.place(), Quoted.of(named.text()) + " is an empty folder", next);
                }
            }
            case SYMLINK, ABSENT ->
                problems.add(
                        named.place(),
                        Quoted.of(named.text()) + is(kind, "a file or folder"),
                        kind == PlanSource.Kind.SYMLINK ? "put the file itself there" : next);
        }
    }

    private static String is(PlanSource.Kind kind, String wanted) {
        return switch (kind) {
            case SYMLINK -> " is a link, or lies behind one: links are not followed";
            case ABSENT -> " is not there";
            case FILE -> " is a file, not " + wanted;
            case FOLDER -> " is a folder, not " + wanted;
        };
    }

    private List<String> add(Located named, String folder) {
        List<String> files = source.list(folder);
        if (files.size() > MOST || paths.size() > MOST) {
            problems.add(
                    named.place(),
                    Quoted.of(named.text()) + " holds more than " + MOST + " files",
                    "name a smaller folder");
            return files;
        }
        for (String file : files) {
            if (source.kind(file) == PlanSource.Kind.FILE) {
                paths.add(file);
            } else {
                problems.add(
                        named.place(), Quoted.of(file) + is(PlanSource.Kind.SYMLINK, ""), "put the file itself there");
            }
        }
        return files;
    }

    /** What stands at the path, where no folder on the way is a link. */
    private PlanSource.Kind kind(String path) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            if (source.kind(path.substring(0, slash)) == PlanSource.Kind.SYMLINK) {
                return PlanSource.Kind.SYMLINK;
            }
        }
        return source.kind(path);
    }

    /** Path to SHA-256, sorted. */
    Map<String, String> hashes(String planFile, byte[] plan) {
        Map<String, String> hashes = new LinkedHashMap<>();
        TreeSet<String> all = new TreeSet<>(paths);
        all.add(planFile);
        for (String path : all) {
            Optional<byte[]> bytes = path.equals(planFile) ? Optional.of(plan) : source.read(path);
            if (bytes.isEmpty()) {
                problems.add(1, 1, "", Quoted.of(path) + " cannot be read", "look at its permissions");
            } else {
                hashes.put(path, Sha256.hex(bytes.get()));
            }
        }
        return hashes;
    }
}
