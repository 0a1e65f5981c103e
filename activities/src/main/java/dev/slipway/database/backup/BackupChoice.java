package dev.slipway.database.backup;

import dev.slipway.plan.Restore;
import dev.slipway.plan.Times;
import dev.slipway.process.Pulse;
import dev.slipway.record.State;
import dev.slipway.restore.BackupName;
import dev.slipway.restore.Wish;
import dev.slipway.served.ServedEnvironment;
import java.util.List;
import java.util.Optional;

/** Which of the verified backups that the record knows is meant. */
public final class BackupChoice {

    private BackupChoice() {}

    /**
     * The newest that is meant: that of a name, or that of a version, or for a drill simply the newest; else that of the
     * newest version that succeeded and has one.
     */
    public static Optional<State.KeptBackup> of(State state, String database, Wish wish) {
        List<State.KeptBackup> known = state.backups().stream()
                .filter(backup -> backup.database().equals(database))
                .toList();
        if (!wish.backup().isEmpty()) {
            return known.stream().filter(backup -> named(backup, wish.backup())).findFirst();
        }
        if (!wish.of().isEmpty()) {
            return known.stream()
                    .filter(backup -> backup.version().equals(wish.of()))
                    .findFirst();
        }
        if (wish.drill()) {
            return known.stream().findFirst();
        }
        return state.succeeded().stream()
                .flatMap(succeeded ->
                        known.stream()
                                .filter(backup -> backup.version().equals(succeeded.version()))
                                .findFirst()
                                .stream())
                .findFirst();
    }

    /** Those that could be meant, as they are called on the command line. */
    public static List<String> names(State state, String database) {
        return state.backups().stream()
                .filter(backup -> backup.database().equals(database))
                .map(backup -> name(backup) + " (" + Times.text(backup.time()) + ", "
                        + State.KeptBackup.when(backup.version()) + ")")
                .toList();
    }

    /**
     * What a person types to have a backup restored, ready to paste where the reason is filled in. It names the dump: of a
     * version that was released again there are several.
     */
    public static String command(String environment, State.KeptBackup backup, Restore rules) {
        return "slipway restore " + environment + " --database " + backup.database() + " --backup " + name(backup)
                + (rules.reason() ? " --reason WHY" : "");
    }

    public static String name(State.KeptBackup backup) {
        return BackupName.of(backup.dump()).text();
    }

    private static boolean named(State.KeptBackup backup, String wanted) {
        return BackupName.of(backup.dump()).means(wanted);
    }

    /** Laid out on this machine, with its manifest; closed when it was read. */
    public static BackupStore.Local local(ServedEnvironment settings, State.KeptBackup backup, Pulse pulse) {
        return BackupStores.holding(settings, backup.dump())
                .orElseThrow(() -> new BackupFailed(backup.dump()
                        + ": no store of this worker's file holds such an address; name its store there, or restore on the"
                        + " host where it lies"))
                .local(pulse);
    }
}
