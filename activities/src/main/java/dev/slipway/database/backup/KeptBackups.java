package dev.slipway.database.backup;

import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.evidence.EvidenceActivities.BackupState;
import dev.slipway.evidence.EvidenceActivities.RecordedBackup;
import dev.slipway.record.State;
import dev.slipway.served.ServedEnvironment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The backups of an environment: what the signed record says of each, and what the stores have. Reads only. */
public final class KeptBackups {

    private static final int MOST_UNRECORDED = 50;

    private final ServedEnvironment settings;

    public KeptBackups(ServedEnvironment settings) {
        this.settings = settings;
    }

    /** The text of a dump's manifest, found by the dump's address; empty where there is none, or no store answers. */
    public static Optional<String> manifest(ServedEnvironment settings, String address) {
        try {
            return BackupStores.holding(settings, address)
                    .flatMap(place -> place.store().manifest(place.dump()))
                    .map(manifest -> new String(manifest.json(), StandardCharsets.UTF_8));
        } catch (BackupFailed | DatabaseUnavailable unreadable) {
            return Optional.empty();
        }
    }

    /** All of them, the newest first. */
    public List<RecordedBackup> of(State state) {
        List<RecordedBackup> all = new ArrayList<>();
        Set<String> addresses = new HashSet<>();
        for (State.KeptBackup kept : state.backups()) {
            addresses.add(kept.dump());
            all.add(recorded(kept));
        }
        settings.storage().stores().keySet().stream()
                .sorted()
                .flatMap(name -> unrecorded(name, addresses).stream())
                .limit(MOST_UNRECORDED)
                .forEach(all::add);
        all.sort(Comparator.comparing(RecordedBackup::time).reversed());
        return all;
    }

    private RecordedBackup recorded(State.KeptBackup kept) {
        Optional<BackupStores.Place> place = BackupStores.holding(settings, kept.dump());
        if (place.isEmpty()) {
            return without(kept, BackupState.ELSEWHERE, "no store of this worker's file holds such an address");
        }
        try {
            BackupStore store = place.get().store();
            long bytes = store.bytes(place.get().dump());
            Optional<Manifest> manifest = store.manifest(place.get().dump());
            if (bytes < 0 || manifest.isEmpty()) {
                return without(
                        kept,
                        BackupState.MISSING,
                        bytes < 0 ? "its dump is not in the store" : "its manifest is not in the store");
            }
            if (!manifest.get().sha256().equals(kept.sha256()) || manifest.get().bytes() != bytes) {
                return of(
                        manifest.get(),
                        kept.dump(),
                        BackupState.OTHER,
                        manifest.get().bytes() != bytes
                                ? "the store has " + bytes + " bytes of it, and its manifest says "
                                        + manifest.get().bytes()
                                : "its manifest has another checksum than the record");
            }
            return of(manifest.get(), kept.dump(), BackupState.THERE, "");
        } catch (BackupFailed | DatabaseUnavailable e) {
            return without(kept, BackupState.UNREAD, e.getMessage());
        }
    }

    private List<RecordedBackup> unrecorded(String store, Set<String> addresses) {
        BackupStore place = BackupStores.of(settings, store).orElseThrow();
        try {
            return place.all().stream()
                    .filter(kept -> !addresses.contains(place.address(kept.dump())))
                    .filter(kept -> kept.manifest().origin().service().equals(settings.service())
                            && kept.manifest().origin().environment().equals(settings.environment()))
                    .map(kept -> of(
                            kept.manifest(),
                            place.address(kept.dump()),
                            BackupState.UNRECORDED,
                            "the record does not know it, or not any more"))
                    .toList();
        } catch (BackupFailed | DatabaseUnavailable e) {
            // said of each recorded one that lies there
            return List.of();
        }
    }

    private static RecordedBackup without(State.KeptBackup kept, BackupState state, String detail) {
        return new RecordedBackup(
                kept.database(),
                kept.dump(),
                kept.time(),
                kept.version(),
                kept.sha256(),
                state,
                detail,
                0,
                "",
                "",
                List.of());
    }

    private static RecordedBackup of(Manifest manifest, String address, BackupState state, String detail) {
        return new RecordedBackup(
                manifest.origin().database(),
                address,
                Instant.parse(manifest.time()),
                manifest.origin().version(),
                manifest.sha256(),
                state,
                detail,
                manifest.bytes(),
                manifest.verified(),
                manifest.archive(),
                manifest.without());
    }
}
