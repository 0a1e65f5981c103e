package dev.slipway.database.backup;

import dev.slipway.ledger.RecordPlace;
import dev.slipway.process.Pulse;
import dev.slipway.served.ServedEnvironment;
import java.util.Optional;

/** The stores of backups that a worker's file names. A new kind is one class and one line here. */
public final class BackupStores {

    private BackupStores() {}

    /** The store of this name; empty where the worker's file has none. */
    public static Optional<BackupStore> of(ServedEnvironment settings, String name) {
        return Optional.ofNullable(settings.storage().stores().get(name)).map(place -> at(settings, place));
    }

    private static BackupStore at(ServedEnvironment settings, RecordPlace place) {
        return place instanceof RecordPlace.S3 s3
                ? new S3Backups(s3, settings.storage().state().resolve("backups"))
                : new DirectoryBackups(((RecordPlace.Directory) place).path());
    }

    /**
     * The store in which a dump of the record lies, and the dump's name there.
     *
     * @param address as the record has it
     */
    public static Optional<Place> holding(ServedEnvironment settings, String address) {
        String dump = address.substring(address.lastIndexOf('/') + 1);
        return settings.storage().stores().values().stream()
                .map(place -> at(settings, place))
                .filter(store -> store.address(dump).equals(address))
                .findFirst()
                .map(store -> new Place(store, dump));
    }

    /** A dump in its store. */
    public record Place(BackupStore store, String dump) {

        /** Laid out on this machine, whole; closed when it was read. */
        public BackupStore.Local local(Pulse pulse) {
            return store.local(dump, pulse);
        }
    }
}
