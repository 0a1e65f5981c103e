package dev.slipway.opening;

import dev.slipway.database.migrations.AppliedFile;
import dev.slipway.database.migrations.KeptSchema;
import dev.slipway.database.migrations.SchemaPicture;
import dev.slipway.ledger.OtherRecord;
import dev.slipway.ledger.RecordRefused;
import dev.slipway.ledger.StoreUnavailable;
import dev.slipway.plan.Database.SameSchema;
import dev.slipway.plan.Times;
import dev.slipway.served.Served;
import dev.slipway.trust.CanonicalJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;

/**
 * What the record of another environment tells of the schema there, compared with the one here. No worker needs the
 * secrets of two environments for it, and what was changed there since its last migration is not seen.
 */
final class OtherSchema {

    private static final Pattern HASH = Pattern.compile("\\b[0-9a-f]{32}\\b");

    private final String name;
    private final KeptSchema there;
    private final List<AppliedFile> applied;

    OtherSchema(String name, KeptSchema there, List<AppliedFile> applied) {
        this.name = name;
        this.there = there;
        this.applied = applied;
    }

    /** What was found: a schema to compare with, or why there is none. */
    record Found(Optional<OtherSchema> schema, String why) {

        private static Found not(String why) {
            return new Found(Optional.empty(), why);
        }
    }

    static Found find(Served served, String database, SameSchema wanted) {
        String name = wanted.as();
        OtherRecord record = served.others().get(name);
        if (record == null) {
            return Found.not("this worker knows no record of " + name
                    + "; it has to serve it, or its file has to name it in `others`");
        }
        try {
            String hash = record.state()
                    .map(state -> state.schemas().getOrDefault(database, ""))
                    .orElse("");
            if (hash.isEmpty()) {
                return Found.not("the record of " + name + " tells of no migration of a database '" + database
                        + "' yet; release there first");
            }
            Optional<String> text = record.kept(hash);
            if (text.isEmpty()) {
                return Found.not("what the schema of " + name + " was is not in the store of its record any more;"
                        + " the next release there keeps it again");
            }
            Optional<KeptSchema> kept = KeptSchema.parse(text.get());
            if (kept.isEmpty()) {
                return Found.not(
                        "what the schema of " + name + " was is kept in a way that this worker can't read; give"
                                + " the workers of both environments the same version of slipway, and release there");
            }
            return kept.get()
                    .applied()
                    .map(applied -> new Found(Optional.of(new OtherSchema(name, kept.get(), applied)), ""))
                    .orElseGet(() -> Found.not("in " + name
                            + " a command migrates, or a worker before this version has, so its record does not tell"
                            + " which files"));
        } catch (RecordRefused | StoreUnavailable e) {
            return Found.not("the record of " + name + " can't be read: " + e.getMessage());
        }
    }

    /** Of what is compared with: a release there that changes nothing of it gives the same one. */
    String hash() {
        return CanonicalJson.sha256(
                Map.of("applied", applied, "picture", there.picture().hash()));
    }

    static String unjudged(SameSchema wanted, String why) {
        return "whether the schema is that of " + wanted.as() + " can't be judged: " + why;
    }

    /** All differences as one. */
    String sentence(List<String> differences) {
        return "the schema is not that of " + name + ", as " + there.version() + " left it there at "
                + Times.text(there.taken()) + ": " + String.join("; ", differences);
    }

    /**
     * How the migrations differ once the pending ones are applied here, each with what to do.
     *
     * @param here what is applied
     * @param pending what this release applies
     */
    List<String> migrations(List<AppliedFile> here, List<AppliedFile> pending) {
        Map<String, AppliedFile> thereByKey = byKey(applied.stream());
        Map<String, AppliedFile> hereByKey = byKey(Stream.concat(here.stream(), pending.stream()));
        List<String> words = new ArrayList<>();
        List<String> lacking = missing(applied, hereByKey, here);
        if (!lacking.isEmpty()) {
            words.add(SchemaPicture.some(lacking) + " " + is(lacking) + " applied in " + name
                    + ", and neither applied nor pending here: release a version that has "
                    + (lacking.size() == 1 ? "it" : "them"));
        }
        List<String> onlyHere = missing(here, thereByKey, applied);
        if (!onlyHere.isEmpty()) {
            words.add(SchemaPicture.some(onlyHere) + " " + is(onlyHere) + " applied here, and not in " + name
                    + ": release it there");
        }
        List<String> ahead = missing(pending, thereByKey, applied);
        if (!ahead.isEmpty()) {
            words.add(SchemaPicture.some(ahead) + " " + is(ahead) + " pending here, and never ran in " + name
                    + ": release it there first");
        }
        List<String> edited = hereByKey.values().stream()
                .filter(one -> thereByKey.containsKey(one.key()) && one.isOtherThan(thereByKey.get(one.key())))
                .map(AppliedFile::file)
                .toList();
        if (!edited.isEmpty()) {
            words.add(SchemaPicture.some(edited) + " " + (edited.size() == 1 ? "has" : "have")
                    + " another text here than when it ran in " + name
                    + ": find out which one is right, and write the difference as a new migration");
        }
        return words;
    }

    /** Those of one side that the other has not; what a baseline stands for has no row of its own. */
    private static List<String> missing(
            List<AppliedFile> some, Map<String, AppliedFile> others, List<AppliedFile> appliedToOthers) {
        List<String> baselines = appliedToOthers.stream()
                .filter(AppliedFile::isBaseline)
                .map(AppliedFile::version)
                .toList();
        return some.stream()
                .filter(one -> !one.isBaseline() && !others.containsKey(one.key()))
                .filter(one -> baselines.stream().allMatch(baseline -> isNewer(one.version(), baseline)))
                .map(AppliedFile::file)
                .toList();
    }

    private static boolean isNewer(String version, String baseline) {
        try {
            return MigrationVersion.fromVersion(version).isNewerThan(baseline);
        } catch (FlywayException noVersion) {
            return true;
        }
    }

    /** The objects that are not the same, in words. */
    List<String> objects(SchemaPicture here) {
        List<String> words = SchemaPicture.told(here.differences(there.picture())).stream()
                .map(this::words)
                .toList();
        if (words.isEmpty()) {
            return List.of();
        }
        String printed = here.server() == there.picture().server()
                ? ""
                : " (here is PostgreSQL " + here.server() + ", there "
                        + there.picture().server() + ": what is another may only be printed in another way)";
        return List.of(SchemaPicture.some(words) + printed
                + ": write a migration of what is right, or take back what was changed by hand");
    }

    private String words(SchemaPicture.Difference each) {
        if (each.first().isEmpty()) {
            return each.name() + " is only in " + name;
        }
        if (each.second().isEmpty()) {
            return each.name() + " is only here";
        }
        return each.name().startsWith("column ")
                ? column(each.name(), each.first().get(), each.second().get())
                : each.name() + " is another";
    }

    private String column(String column, String here, String there) {
        String shownHere = shown(here);
        String shownThere = shown(there);
        return shownHere.equals(shownThere)
                ? column + " has another default"
                : column + " is " + shownHere + " here, and " + shownThere + " in " + name;
    }

    private static String shown(String column) {
        return HASH.matcher(column).replaceAll("with a default").strip().replaceAll(" +", " ");
    }

    private static String is(List<String> some) {
        return some.size() == 1 ? "is" : "are";
    }

    private static Map<String, AppliedFile> byKey(Stream<AppliedFile> files) {
        return files.collect(
                Collectors.toMap(AppliedFile::key, file -> file, (first, second) -> second, LinkedHashMap::new));
    }
}
