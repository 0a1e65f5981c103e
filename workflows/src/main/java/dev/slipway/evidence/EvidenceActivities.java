package dev.slipway.evidence;

import dev.slipway.record.SignedText;
import dev.slipway.release.ReleaseReport;
import dev.slipway.trust.Sha256;
import dev.slipway.trust.SignedStatement;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Evidence, gathered and given by the worker that holds the record. */
@ActivityInterface
public interface EvidenceActivities {

    /** Gathers what there is of a release that has ended, and keeps it in the store; once. */
    @ActivityMethod
    KeepResult keepEvidence(KeepRequest request);

    /** What was kept of the newest release of a version, piece by piece; gathered anew from the record where nothing was. */
    @ActivityMethod
    Folder fetchEvidence(FetchRequest request);

    /** What the record says of a time, oldest first. */
    @ActivityMethod
    Events readEvents(EventsRequest request);

    /** The backups that the record knows, and what the stores say of them. */
    @ActivityMethod
    Backups readBackups(BackupsRequest request);

    /**
     * A release that has ended.
     *
     * @param request what asked for it
     * @param report how its workflow tells it
     * @param run of its workflow
     */
    record KeepRequest(
            String service,
            String environment,
            SignedStatement request,
            String version,
            String plan,
            String workflow,
            String run,
            ReleaseReport report) {
        public KeepRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            version = version == null ? "" : version;
            plan = plan == null ? "" : plan;
            workflow = workflow == null ? "" : workflow;
            run = run == null ? "" : run;
        }
    }

    /** @param files how many are kept */
    record KeepResult(int files) {}

    /**
     * Asks for a piece of an evidence folder.
     *
     * @param version of the release or rollback
     * @param manifest SHA-256 of the manifest that the pieces before belong to, empty for the first one
     * @param file path within the folder at which this piece begins, empty for the first one
     * @param from how many bytes of that file are there already
     */
    record FetchRequest(String service, String environment, String version, String manifest, String file, int from) {
        public FetchRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            version = version == null ? "" : version;
            manifest = manifest == null ? "" : manifest;
            file = file == null ? "" : file;
        }

        /** The first one. */
        public FetchRequest(String service, String environment, String version) {
            this(service, environment, version, "", "", 0);
        }

        /** The one after this piece. */
        public FetchRequest after(Folder piece) {
            return new FetchRequest(
                    service, environment, version, Sha256.hex(piece.manifest().text()), piece.file(), piece.from());
        }
    }

    /**
     * An evidence folder on its way, or a piece of it: Temporal takes only so much at once. Which bytes a whole folder has
     * is what its manifest says, whoever makes the pieces and however.
     *
     * @param manifest its manifest's text, signed with the environment's key; its SHA-256 is the digest of the whole
     * @param zip files of the manifest, in the order of their paths; the first and the last one may be a part of a file
     * @param file path at which the next piece begins, empty where this one is the last
     * @param from how many bytes of that file are there by then
     */
    record Folder(SignedText manifest, byte[] zip, String file, int from) {
        public Folder {
            file = file == null ? "" : file;
        }

        public boolean last() {
            return file.isEmpty();
        }
    }

    record BackupsRequest(String service, String environment) {
        public BackupsRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
        }
    }

    /** What a store says of a backup of the record; nobody read its bytes for that. */
    enum BackupState {
        /** Of the size and with the checksum in its manifest that the record has. */
        THERE,
        MISSING,
        /** There is something else under its name. */
        OTHER,
        /** In no store of this worker. */
        ELSEWHERE,
        /** The store does not answer. */
        UNREAD,
        /** In a store, and not in the record. */
        UNRECORDED
    }

    /**
     * One backup.
     *
     * @param dump its address: a path of the worker's host, or {@code s3://bucket/key}
     * @param time when the dump began
     * @param version of the release that made it
     * @param detail why it is not simply there; empty where it is
     * @param bytes 0 where nobody knows
     * @param verified how it was proved, in words
     * @param archive custom or directory
     * @param without what it does not hold, in sentences
     */
    record RecordedBackup(
            String database,
            String dump,
            Instant time,
            String version,
            String sha256,
            BackupState state,
            String detail,
            long bytes,
            String verified,
            String archive,
            List<String> without) {
        public RecordedBackup {
            database = database == null ? "" : database;
            dump = dump == null ? "" : dump;
            time = time == null ? Instant.EPOCH : time;
            version = version == null ? "" : version;
            sha256 = sha256 == null ? "" : sha256;
            state = state == null ? BackupState.UNREAD : state;
            detail = detail == null ? "" : detail;
            verified = verified == null ? "" : verified;
            archive = archive == null ? "" : archive;
            without = without == null ? List.of() : List.copyOf(without);
        }
    }

    /**
     * A database that a restore has left on a server.
     *
     * @param database the plan's name of the one that serves
     * @param half whether it was never restored to its end
     * @param bytes -1 where the login may not know
     * @param sessions how many are connected to it
     * @param open whether it belongs to the restore that is under way
     * @param drop the command that drops it
     */
    record LeftDatabase(
            String database, String name, boolean half, long bytes, int sessions, boolean open, String drop) {
        public LeftDatabase {
            database = database == null ? "" : database;
            name = name == null ? "" : name;
            drop = drop == null ? "" : drop;
        }
    }

    /**
     * What there is to go back to.
     *
     * @param backups the newest first
     * @param left by restores, on the servers of the plan that serves
     * @param unasked the databases whose servers could not be asked for it, each with the reason
     */
    record Backups(List<RecordedBackup> backups, List<LeftDatabase> left, List<String> unasked) {
        public Backups {
            backups = backups == null ? List.of() : List.copyOf(backups);
            left = left == null ? List.of() : List.copyOf(left);
            unasked = unasked == null ? List.of() : List.copyOf(unasked);
        }

        public Backups(List<RecordedBackup> backups) {
            this(backups, List.of(), List.of());
        }
    }

    /** @param since events before this are left out */
    record EventsRequest(String service, String environment, Instant since) {
        public EventsRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            since = since == null ? Instant.EPOCH : since;
        }
    }

    /**
     * One event.
     *
     * @param number of the entry
     * @param facts see {@link dev.slipway.record.Event}
     */
    record RecordedEvent(
            long number, Instant time, String kind, String release, String text, Map<String, String> facts) {
        public RecordedEvent {
            time = time == null ? Instant.EPOCH : time;
            kind = kind == null ? "" : kind;
            release = release == null ? "" : release;
            text = text == null ? "" : text;
            facts = facts == null ? Map.of() : Map.copyOf(facts);
        }
    }

    /**
     * @param more whether there are older ones that are left out, because the answer would be too long
     */
    record Events(List<RecordedEvent> events, boolean more) {
        public Events {
            events = events == null ? List.of() : List.copyOf(events);
        }
    }
}
