package dev.slipway.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.trust.CanonicalJson;
import dev.slipway.trust.Json;
import dev.slipway.trust.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a person needs to see to say yes, gathered by the worker and signed with the environment's key. An approval signs
 * the hash of this text, so what was seen is what is bound.
 *
 * @param format 1
 * @param request id of the signed request
 * @param requestedBy the person or CI that asked
 * @param base {@link State#base()} at the time
 * @param facts hash of what was looked up: migrations applied and pending
 * @param policy digest of the policy in force, empty for the worker's floor alone
 * @param live what serves now
 * @param backups what will be backed up, in words
 * @param migrations pending migrations, in order
 * @param referenceData what will be promoted, in words
 * @param targets what will be deployed, in words with the way back
 * @param config names (never values) of the configuration that the targets get
 * @param watch the rules that roll back by themselves, in words
 * @param notUndone what no rollback brings back, in words
 * @param lane the lane of the request
 * @param commits what is new since what is live, newest first; empty where that is not known
 * @param authors those of the plan's people who wrote some of it
 * @param gates what was found of each, in words
 * @param warnings what stops nothing and is worth knowing, about the databases
 * @param rehearsals what pending migrations did on a copy of a backup, for each database that has some
 * @param phase the only one that is asked for; empty for a whole release
 * @param promotions of each database whose reference data is bound: the hash of the rows that change
 */
public record Review(
        int format,
        String service,
        String environment,
        String version,
        String commit,
        String plan,
        String request,
        String requestedBy,
        String base,
        String facts,
        String policy,
        Live live,
        List<String> backups,
        List<Migration> migrations,
        List<String> referenceData,
        List<String> targets,
        List<String> config,
        List<String> watch,
        List<String> notUndone,
        Instant time,
        String lane,
        List<Commit> commits,
        List<String> authors,
        List<String> gates,
        List<String> warnings,
        List<Rehearsal> rehearsals,
        String phase,
        Map<String, String> promotions) {

    public static final int FORMAT = 1;

    /** What serves now, as an approver needs it. */
    public record Live(String version, String commit, Instant since) {
        public Live {
            version = version == null ? "" : version;
            commit = commit == null ? "" : commit;
            since = since == null ? Instant.EPOCH : since;
        }
    }

    /** A commit that is new. */
    public record Commit(String id, String author, String subject) {
        public Commit {
            id = id == null ? "" : id;
            author = author == null ? "" : author;
            subject = subject == null ? "" : subject;
        }
    }

    /**
     * A migration that is not applied yet.
     *
     * @param does what its text says that it does, in words, one for each thing
     */
    public record Migration(String database, String version, String description, String file, List<String> does) {
        public Migration(String database, String version, String description, String file) {
            this(database, version, description, file, List.of());
        }

        public Migration {
            does = does == null ? List.of() : List.copyOf(does);
            database = database == null ? "" : database;
            file = file == null ? "" : file;
            version = version == null ? "" : version;
            description = description == null ? "" : description;
        }
    }

    /**
     * Pending migrations of one database, tried on a copy of a backup.
     *
     * @param backup which one, in words, with its time
     * @param hours how old it was
     * @param skipped why there was no rehearsal; then the rest is what the text of the files says
     * @param failed where a file stopped, as it would in earnest; empty where all went through
     * @param kind of all files together: {@code reversible}, {@code compatible} or {@code one-way}
     * @param notes in what the copy was not like the database
     */
    public record Rehearsal(
            String database,
            String backup,
            long hours,
            String skipped,
            String failed,
            String kind,
            List<RehearsedFile> files,
            List<String> notes,
            long millis) {
        public Rehearsal {
            database = database == null ? "" : database;
            backup = backup == null ? "" : backup;
            skipped = skipped == null ? "" : skipped;
            failed = failed == null ? "" : failed;
            kind = kind == null ? "" : kind;
            files = files == null ? List.of() : List.copyOf(files);
            notes = notes == null ? List.of() : List.copyOf(notes);
        }
    }

    /**
     * One file of a rehearsal.
     *
     * @param kind {@code reversible}, {@code compatible} or {@code one-way}
     * @param why what speaks against a better one
     * @param locks in words: what was blocked, for how long
     * @param rewritten tables that were written anew as a whole
     * @param rows inserted, updated and deleted
     */
    public record RehearsedFile(
            String file,
            String kind,
            List<String> why,
            List<String> locks,
            List<String> rewritten,
            long millis,
            long rows) {
        public RehearsedFile {
            file = file == null ? "" : file;
            kind = kind == null ? "" : kind;
            why = why == null ? List.of() : List.copyOf(why);
            locks = locks == null ? List.of() : List.copyOf(locks);
            rewritten = rewritten == null ? List.of() : List.copyOf(rewritten);
        }
    }

    public Review {
        warnings = warnings == null ? List.of() : List.copyOf(warnings);
        rehearsals = rehearsals == null ? List.of() : List.copyOf(rehearsals);
        service = service == null ? "" : service;
        environment = environment == null ? "" : environment;
        version = version == null ? "" : version;
        plan = plan == null ? "" : plan;
        time = time == null ? Instant.EPOCH : time;
        request = request == null ? "" : request;
        requestedBy = requestedBy == null ? "" : requestedBy;
        base = base == null ? "" : base;
        facts = facts == null ? "" : facts;
        live = live == null ? new Live("", "", Instant.EPOCH) : live;
        commit = commit == null ? "" : commit;
        policy = policy == null ? "" : policy;
        backups = backups == null ? List.of() : List.copyOf(backups);
        migrations = migrations == null ? List.of() : List.copyOf(migrations);
        referenceData = referenceData == null ? List.of() : List.copyOf(referenceData);
        targets = targets == null ? List.of() : List.copyOf(targets);
        config = config == null ? List.of() : List.copyOf(config);
        watch = watch == null ? List.of() : List.copyOf(watch);
        notUndone = notUndone == null ? List.of() : List.copyOf(notUndone);
        lane = lane == null ? "" : lane;
        commits = commits == null ? List.of() : List.copyOf(commits);
        authors = authors == null ? List.of() : List.copyOf(authors);
        gates = gates == null ? List.of() : List.copyOf(gates);
        phase = phase == null ? "" : phase;
        promotions = promotions == null ? Map.of() : Map.copyOf(promotions);
    }

    public String text() {
        return CanonicalJson.text(this) + "\n";
    }

    /** What an approval is about. */
    public String hash() {
        return Sha256.hex(text());
    }

    public static Review parse(String text) {
        try {
            return Optional.ofNullable(Json.mapper().readValue(text, Review.class))
                    .orElseThrow(() -> new IllegalArgumentException("this is no review"));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this is no review: " + e.getOriginalMessage());
        }
    }
}
