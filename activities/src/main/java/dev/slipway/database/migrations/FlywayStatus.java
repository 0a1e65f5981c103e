package dev.slipway.database.migrations;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.internal.info.MigrationInfoImpl;

/** What Flyway says of the files of one directory and of its table, in the words of a {@link MigrationStatus}. */
final class FlywayStatus {

    private static final String FAILED_EARLIER = ") failed earlier outside";

    private static final String UNFINISHED = " was not finished by an earlier attempt; ";

    private static final Pattern ADDS_VALUE =
            Pattern.compile("\\bALTER\\s+TYPE\\b[^;]*\\bADD\\s+VALUE\\b", Pattern.CASE_INSENSITIVE);

    private final MigrationRequest request;
    private final MigrationInfo[] all;
    private final FlywayFiles files;
    private final FlywayPatience patience;
    private final List<Migration> pending = new ArrayList<>();
    private final List<Migration> applied = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private boolean unreadable;

    private FlywayStatus(MigrationRequest request, MigrationInfo[] all, FlywayFiles files) {
        this.request = request;
        this.all = all;
        this.files = files;
        this.patience = new FlywayPatience(request, files);
    }

    static MigrationStatus of(MigrationRequest request, MigrationInfo[] all, FlywayFiles files) {
        return new FlywayStatus(request, all, files).read();
    }

    /** Whether a file that is no transaction failed, and people have to look at what it left. */
    static boolean saysFailed(MigrationStatus status) {
        return status.problems().stream().anyMatch(problem -> problem.contains(FAILED_EARLIER));
    }

    /** Whether the next attempt runs a file once more that an earlier one did not finish. */
    static boolean saysUnfinished(MigrationStatus status) {
        return status.notes().stream().anyMatch(note -> note.contains(UNFINISHED));
    }

    private MigrationStatus read() {
        String version = version();
        for (MigrationInfo info : all) {
            read(info, version);
        }
        files.programs()
                .forEach(one -> problems.add(
                        one.file() + " is a program, and migrations are SQL only; take it out of the directory"));
        // what cannot be read cannot be asked for its transaction either
        if (request.allOrNothing() && !unreadable) {
            readTransactions();
        }
        files.callbacks()
                .forEach(name -> notes.add(
                        name + " is a callback, and callbacks are not run; what it does belongs into a migration,"
                                + " such as a repeatable one"));
        return new MigrationStatus(version, pending, applied, problems, notes);
    }

    private String version() {
        String version = "none";
        for (MigrationInfo info : all) {
            if (info.isVersioned() && info.getState().isApplied() && !patience.isUnfinished(info)) {
                version = info.getVersion().getVersion();
            }
        }
        return version;
    }

    private void read(MigrationInfo info, String version) {
        Migration migration = new Migration(
                info.getVersion() == null ? "repeatable" : info.getVersion().getVersion(),
                info.getDescription(),
                info.getScript());
        MigrationState state = info.getState();
        if (patience.isUnfinished(info)) {
            pending.add(migration);
            notes.add(
                    migration.file() + UNFINISHED + "what that left of its index is dropped, and it is run once more");
        } else if (state.isFailed()) {
            problems.add("version " + migration.version() + " (" + migration.file() + FAILED_EARLIER
                    + " a transaction; look what it left, mend it, then remove its row with flyway repair");
        } else if (isPending(info)) {
            pending.add(migration);
            Optional<String> problem = unreadable(info);
            problem.ifPresent(problems::add);
            unreadable |= problem.isPresent();
        } else if (state == MigrationState.IGNORED) {
            problems.add(migration.file() + " is older than version " + version
                    + ", which is applied; give it a newer version");
        } else if (state.isApplied()) {
            applied.add(migration);
            if (state == MigrationState.MISSING_SUCCESS) {
                problems.add("version " + migration.version() + " (" + migration.file()
                        + ") is applied, but its file is not there; bring it back");
            } else if (info.isVersioned() && state.isResolved() && !info.isChecksumMatching()) {
                problems.add(migration.file() + " was edited after it had been applied; put it back as it was and"
                        + " write the change as a new migration");
            }
        }
    }

    private void readTransactions() {
        Arrays.stream(all)
                .filter(info -> isPending(info) || patience.isUnfinished(info))
                .filter(info -> !allowsTransaction(info) || addsValue(info, files))
                .forEach(info -> problems.add(info.getScript()
                        + " cannot go into one transaction with the others; release it alone, or take"
                        + " `all-or-nothing` out"));
    }

    /** What Flyway would say of a pending file only when it is its turn; it takes the file apart for it, and runs nothing. */
    private Optional<String> unreadable(MigrationInfo info) {
        String file = info.getScript();
        Optional<String> placeholder = files.placeholder(
                        file, request.placeholders().keySet())
                .map(where ->
                        file + " " + where + " is a placeholder of Flyway, and the plan has no value for it; add it to"
                                + " `placeholders` of the migration, or, where it is meant as it is, say"
                                + " `placeholderReplacement=false` in " + file + ".conf");
        if (placeholder.isPresent()) {
            return placeholder;
        }
        Optional<String> broken = files.unreadable(file, request.placeholders());
        if (broken.isPresent()) {
            return broken;
        }
        try {
            allowsTransaction(info);
            return Optional.empty();
        } catch (FlywayException e) {
            String said = e.getMessage() == null ? e.toString() : e.getMessage().strip();
            return Optional.of(file + ": " + said
                    + (said.startsWith("Detected both")
                            ? "; put what cannot be in a transaction into a file of its own"
                            : ""));
        }
    }

    static boolean isPending(MigrationInfo info) {
        // an edited repeatable file is listed twice: as pending, and with its last run as outdated
        return info.getState() == MigrationState.PENDING;
    }

    static boolean allowsTransaction(MigrationInfo info) {
        return !(info instanceof MigrationInfoImpl known) || known.canExecuteInTransaction();
    }

    /**
     * Whether all that is pending goes into one transaction: where each file allows it, and no later one may want a value
     * that an earlier one adds to an enum.
     */
    static boolean together(MigrationInfo[] all, FlywayFiles files) {
        return Arrays.stream(all).filter(FlywayStatus::isPending).allMatch(FlywayStatus::allowsTransaction)
                && Arrays.stream(all).filter(FlywayStatus::isPending).noneMatch(info -> addsValue(info, files));
    }

    private static boolean addsValue(MigrationInfo info, FlywayFiles files) {
        return ADDS_VALUE.matcher(files.text(info.getScript())).find();
    }
}
