package dev.slipway.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.backup.KeptBackups;
import dev.slipway.ledger.Head;
import dev.slipway.opening.Authority;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import dev.slipway.release.JournalEntry;
import dev.slipway.release.ReleaseReport;
import dev.slipway.served.Served;
import dev.slipway.trust.Json;
import dev.slipway.trust.Namespace;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import dev.slipway.watching.Samples;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** What the record, and what lies beside it, says of one release. */
final class Gathering {

    static final String HISTORY = "temporal-history.json";

    private static final int MOST_ENTRIES = 5000;
    private static final Duration SKEW = Duration.ofMinutes(5);

    private static final String README = """
            What remains of a release: who asked, who said yes to what, what was done, and how it ended.

            manifest.json        every file with its SHA-256; manifest.json.sig is the environment's signature over it
            plan.json            the resolved plan, with the SHA-256 of every file that it names (migrations among them)
            review.json          what the approvers were shown; review.json.sig is the environment's signature
            statements/          what people said, each with their own signature
            signers              whose keys counted, as OpenSSH reads it
            record/              the entries of the environment's record that belong to it, each with its signature
            steps.json           what each step came to: dumps with checksums, migrations, verdict of the watch
            measurements.jsonl   what was measured in the watch, one measurement a line, as the worker that watched kept it
            backups/             the manifest of each dump
            journal.txt          the release's journal, as its workflow tells it
            report.json          the same, with all there is
            temporal-history.json  Temporal's own history of it
            versions.json        what it was done with

            `slipway evidence --verify FOLDER` finds any changed byte. By hand, nothing of Slipway is needed:

              ssh-keygen -Y verify -f signers -I NAME -n slipway -s statements/FILE.sig < statements/FILE
              ssh-keygen -Y verify -f environment-signers -I ENVIRONMENT -n slipway-worker -s manifest.json.sig < manifest.json

            where environment-signers has the line that whoever runs the worker gave you:
              ENVIRONMENT namespaces="slipway-worker" ssh-ed25519 AAAA…

            What is signed by people and by the environment is proved. The journal, the report and Temporal's history are what
            the workflow and Temporal said at the time; the environment's signature says that they are unchanged since.
            """;

    private final Served served;

    Gathering(Served served) {
        this.served = served;
    }

    /**
     * Path to content, from the record alone.
     *
     * @param request id of the statement that asked
     * @param plan its digest, empty where it stands in the record only
     */
    Map<String, byte[]> of(String request, String version, String plan) {
        Map<String, byte[]> files = new TreeMap<>();
        put(files, "README.txt", README);
        Instant asked = asked(request);
        List<Head> entries = served
                .record()
                .back(MOST_ENTRIES, head -> !head.entry().time().isBefore(asked))
                .stream()
                .filter(head -> head.entry().event().facts().containsValue(request)
                        || head.entry()
                                .state()
                                .openGrant()
                                .map(Grant::id)
                                .filter(request::equals)
                                .isPresent())
                .toList();
        for (Head head : entries) {
            String name = String.format("record/%010d.json", head.entry().number());
            put(files, name, head.signed().text());
            put(files, name + ".sig", head.signed().signature());
        }
        Optional<Grant> grant = entries.stream()
                .flatMap(head -> head.entry().state().openGrant().stream())
                .filter(open -> open.id().equals(request))
                .findFirst();
        String digest = plan.isEmpty() ? grant.map(Grant::plan).orElse("") : plan;
        served.record().kept(digest).ifPresent(text -> put(files, "plan.json", text));
        Optional<ReleasePlan> resolved = served.plan(digest);
        grant.map(Grant::review).flatMap(served.record()::kept).ifPresent(text -> {
            put(files, "review.json", text);
            put(files, "review.json.sig", served.record().sign(text).signature());
        });
        statements(request, entries, grant, files);
        signers(resolved, files);
        grant.ifPresent(open -> steps(open, files));
        put(files, "versions.json", versions(version));
        return files;
    }

    /** No entry about a release is older than its request, but for clocks that differ. */
    private Instant asked(String request) {
        return served.record()
                .kept(request)
                .flatMap(text -> new SignedStatement(text, "").statement())
                .map(statement -> statement.time().minus(SKEW))
                .orElse(Instant.EPOCH);
    }

    private void statements(String request, List<Head> entries, Optional<Grant> grant, Map<String, byte[]> files) {
        Set<String> ids = new LinkedHashSet<>(List.of(request));
        grant.ifPresent(open -> ids.addAll(open.approvals()));
        for (Head head : entries) {
            Event event = head.entry().event();
            for (String fact : List.of("statement", "statements", "approval")) {
                ids.addAll(List.of(event.facts().getOrDefault(fact, "").split(" ")));
            }
        }
        ids.forEach(id -> served.record().kept(id).ifPresent(text -> {
            String name = "statements/" + called(text, id);
            put(files, name, text);
            served.record().keptSignature(id).ifPresent(signature -> put(files, name + ".sig", signature));
        }));
    }

    private static String called(String text, String id) {
        Optional<Statement> statement = new SignedStatement(text, "").statement();
        return statement.map(said -> said.kind().word() + "-" + said.by() + "-").orElse("") + id.substring(0, 12);
    }

    private void signers(Optional<ReleasePlan> plan, Map<String, byte[]> files) {
        Authority authority = Authority.of(served, served.record().head().state());
        Map<String, List<String>> people = plan.map(authority::people).orElseGet(authority::people);
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(people)
                .forEach((name, keys) -> keys.forEach(key -> lines.append(name)
                        .append(" namespaces=\"")
                        .append(Namespace.STATEMENT)
                        .append("\" ")
                        .append(key)
                        .append('\n')));
        put(files, "signers", lines.toString());
    }

    private void steps(Grant grant, Map<String, byte[]> files) {
        put(files, "steps.json", json(grant.steps()));
        for (Step step : grant.steps()) {
            String samples =
                    step.kind() == StepKind.WATCH ? Samples.of(served.record(), grant.id(), step.number()) : "";
            if (!samples.isEmpty()) {
                put(files, "measurements.jsonl", samples);
            }
            String dump = step.facts().getOrDefault("dump", "");
            if (!dump.isEmpty()) {
                KeptBackups.manifest(served.settings(), dump)
                        .ifPresent(manifest ->
                                put(files, "backups/" + dump.substring(dump.lastIndexOf('/') + 1) + ".json", manifest));
            }
        }
    }

    private String versions(String version) {
        Map<String, Object> versions = new TreeMap<>();
        versions.put("release", version);
        versions.put("java", Runtime.version().toString());
        versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        versions.put(
                "postgresql",
                PostgresBinaries.find().installations().stream()
                        .map(Object::toString)
                        .toList());
        return json(versions);
    }

    /** What only the workflow knows. */
    static Map<String, byte[]> reported(ReleaseReport report, UnaryOperator<String> redact) {
        Map<String, byte[]> files = new TreeMap<>();
        StringBuilder journal = new StringBuilder();
        for (JournalEntry entry : report.journal()) {
            journal.append(entry.time())
                    .append("  ")
                    .append(entry.phase().words())
                    .append("  ")
                    .append(entry.level())
                    .append("  ")
                    .append(entry.text())
                    .append('\n');
            entry.lines().forEach(line -> journal.append("    | ").append(line).append('\n'));
        }
        put(files, "journal.txt", redact.apply(journal.toString()));
        try {
            put(
                    files,
                    "report.json",
                    redact.apply(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(report)) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report is always JSON", e);
        }
        return files;
    }

    private static String json(Object value) {
        try {
            return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records and maps are always JSON", e);
        }
    }

    private static void put(Map<String, byte[]> files, String path, String text) {
        files.put(path, text.getBytes(StandardCharsets.UTF_8));
    }
}
