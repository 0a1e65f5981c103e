package dev.slipway.evidence;

import dev.slipway.database.backup.KeptBackups;
import dev.slipway.database.restore.LeftDatabases;
import dev.slipway.ledger.Head;
import dev.slipway.opening.Authority;
import dev.slipway.opening.Refused;
import dev.slipway.record.Event;
import dev.slipway.record.SignedText;
import dev.slipway.release.Answer;
import dev.slipway.release.ReleaseName;
import dev.slipway.served.Served;
import dev.slipway.served.ServedEnvironments;
import dev.slipway.trust.Sha256;
import io.temporal.client.WorkflowClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** See {@link EvidenceActivities}. */
public final class EvidenceActivitiesImpl implements EvidenceActivities {

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceActivitiesImpl.class);

    /** How many entries are looked through for one release, or given at once. */
    private static final int MOST_ENTRIES = 5000;

    /** Temporal takes no more in one piece; below it with room for what is around it. */
    private static final int MOST_BYTES = 1_200_000;

    private final ServedEnvironments environments;
    private final WorkflowClient client;

    public EvidenceActivitiesImpl(ServedEnvironments environments, WorkflowClient client) {
        this.environments = environments;
        this.client = client;
    }

    @Override
    public KeepResult keepEvidence(KeepRequest request) {
        return Answer.of(environments, request.service(), request.environment(), served -> {
            String id = request.request().id();
            Optional<Manifest> already = served.record().evidence(id).map(kept -> Manifest.parse(kept.text()));
            if (already.isPresent()) {
                return new KeepResult(already.get().files().size());
            }
            Map<String, byte[]> files = new Gathering(served).of(id, request.version(), request.plan());
            files.putAll(Gathering.reported(request.report(), served.secrets()::redact));
            history(request, served).ifPresent(history -> files.put(Gathering.HISTORY, history));
            return new KeepResult(
                    keep(served, id, request.version(), files).files().size());
        });
    }

    private static Manifest keep(Served served, String request, String version, Map<String, byte[]> files) {
        Map<String, String> hashes = new TreeMap<>();
        files.forEach((path, content) -> {
            String hash = Sha256.hex(content);
            served.record().keepFile(hash, content);
            hashes.put(path, hash);
        });
        Manifest manifest = new Manifest(
                Manifest.KIND,
                Manifest.FORMAT,
                served.settings().service(),
                served.settings().environment(),
                version,
                request,
                served.record().now(),
                hashes);
        served.record().keepEvidence(request, served.record().sign(manifest.text()));
        return manifest;
    }

    /** What Temporal says happened: its word, beside what is signed. */
    private Optional<byte[]> history(KeepRequest request, Served served) {
        try {
            String history =
                    client.fetchHistory(request.workflow(), request.run()).toJson(true);
            return Optional.of(served.secrets().redact(history).getBytes(StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            LOG.warn("the history of {} is left out of its evidence: {}", request.workflow(), e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Folder fetchEvidence(FetchRequest request) {
        return Answer.of(environments, request.service(), request.environment(), served -> {
            String release = served.name() + "@" + request.version();
            Head last = served.record()
                    .find(
                            MOST_ENTRIES,
                            entry -> entry.event().release().equals(release)
                                    && entry.event().facts().containsKey("request"))
                    .orElseThrow(() -> new Refused(List.of("the record of " + served.name()
                            + " knows no "
                            + (ReleaseName.PART.matcher(request.version()).matches()
                                    ? request.version()
                                    : "such version"))));
            String id = last.entry().event().facts().get("request");
            if (served.record().evidence(id).isEmpty()) {
                keep(served, id, request.version(), new Gathering(served).of(id, request.version(), ""));
            }
            return piece(served, id, request);
        });
    }

    /** Reads no more files than it gives. */
    private static Folder piece(Served served, String request, FetchRequest asked) {
        SignedText signed = served.record().evidence(request).orElseThrow();
        if (!asked.manifest().isEmpty() && !asked.manifest().equals(Sha256.hex(signed.text()))) {
            throw new Refused(List.of("the evidence of " + served.name() + "@" + asked.version()
                    + " is another one than that of the pieces before; fetch it again"));
        }
        Piece piece = new Piece(MOST_BYTES);
        TreeMap<String, String> files =
                new TreeMap<>(Manifest.parse(signed.text()).files());
        for (Map.Entry<String, String> file : files.tailMap(asked.file()).entrySet()) {
            String path = file.getKey();
            int from = path.equals(asked.file()) ? asked.from() : 0;
            if (piece.isFull()) {
                return new Folder(signed, piece.zip(), path, from);
            }
            // what the store has lost is left out: whoever verifies the folder is told of it
            Optional<byte[]> content = served.record().keptFile(file.getValue());
            if (content.isPresent()) {
                int until = piece.put(path, content.get(), from);
                if (until < content.get().length) {
                    return new Folder(signed, piece.zip(), path, until);
                }
            }
        }
        return new Folder(signed, piece.zip(), "", 0);
    }

    @Override
    public Backups readBackups(BackupsRequest request) {
        return Answer.of(environments, request.service(), request.environment(), served -> {
            LeftDatabases.Found left = Authority.of(
                            served, served.record().head().state())
                    .plan()
                    .map(plan -> LeftDatabases.of(served, plan))
                    .orElse(new LeftDatabases.Found(List.of(), List.of()));
            return new Backups(
                    new KeptBackups(served.settings()).of(served.record().head().state()), left.left(), left.unasked());
        });
    }

    @Override
    public Events readEvents(EventsRequest request) {
        return Answer.of(environments, request.service(), request.environment(), served -> {
            List<RecordedEvent> events = new ArrayList<>();
            List<Head> found = served.record()
                    .back(MOST_ENTRIES, head -> !head.entry().time().isBefore(request.since()));
            int bytes = 0;
            boolean more = found.size() == MOST_ENTRIES;
            for (Head head : found) {
                Event event = head.entry().event();
                bytes += event.text().length() + event.facts().toString().length() + 200;
                if (bytes > MOST_BYTES) {
                    more = true;
                    break;
                }
                events.add(new RecordedEvent(
                        head.entry().number(),
                        head.entry().time(),
                        event.kind().name(),
                        event.release(),
                        event.text(),
                        event.facts()));
            }
            Collections.reverse(events);
            return new Events(events, more);
        });
    }
}
