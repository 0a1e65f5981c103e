package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.evidence.EvidenceActivities;
import dev.slipway.evidence.EvidenceActivities.Events;
import dev.slipway.evidence.EvidenceActivities.EventsRequest;
import dev.slipway.evidence.EvidenceActivities.FetchRequest;
import dev.slipway.evidence.EvidenceActivities.Folder;
import dev.slipway.evidence.EvidenceActivities.RecordedEvent;
import dev.slipway.evidence.EvidenceActivitiesImpl;
import dev.slipway.evidence.Manifest;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What remains of a release, and that it is enough for somebody who has nothing but OpenSSH. */
class EvidenceTest {

    private static ThrowAwayCluster cluster;

    @TempDir
    private Path folder;

    private Rig rig;
    private EvidenceActivities evidence;

    @BeforeAll
    static void startPostgres() {
        cluster = ThrowAwayCluster.start();
    }

    @AfterAll
    static void stopPostgres() {
        cluster.close();
    }

    @BeforeEach
    void setUp(@TempDir Path home, TestInfo test) throws Exception {
        rig = new Rig(home, cluster, "e_" + Math.abs(test.getDisplayName().hashCode()));
        rig.files("2s", "", Map.of("V1__shop.sql", "create table product (id int primary key);"));
        evidence = new EvidenceActivitiesImpl(rig.environments, rig.temporal.getWorkflowClient());
    }

    @AfterEach
    void tearDown() {
        rig.close();
    }

    private Folder fetch(String version) {
        return evidence.fetchEvidence(new FetchRequest("shop", "production", version));
    }

    private static Map<String, byte[]> files(Folder folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(folder.zip()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }

    private static String text(Map<String, byte[]> files, String name) {
        return new String(files.get(name), StandardCharsets.UTF_8);
    }

    private int sshKeygen(Path signers, String who, String namespace, String text, String signature) throws Exception {
        Path signed = folder.resolve("signature");
        Files.writeString(signed, signature);
        Process verify = new ProcessBuilder(
                        "ssh-keygen",
                        "-Y",
                        "verify",
                        "-f",
                        signers.toString(),
                        "-I",
                        who,
                        "-n",
                        namespace,
                        "-s",
                        signed.toString())
                .redirectErrorStream(true)
                .start();
        verify.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        verify.getOutputStream().close();
        verify.getInputStream().readAllBytes();
        return verify.waitFor();
    }

    @Test
    void whatRemainsIsEnoughForSomebodyWithNothingButOpenSsh() throws Exception {
        ReleaseReport report = Rig.ended(rig.startApproved("1.0.0"));
        Folder kept = fetch("1.0.0");
        Map<String, byte[]> files = files(kept);
        Manifest manifest = Manifest.parse(kept.manifest().text());

        assertThat(manifest.files().keySet())
                .isEqualTo(files.keySet())
                .contains(
                        "plan.json",
                        "review.json",
                        "review.json.sig",
                        "steps.json",
                        "measurements.jsonl",
                        "journal.txt",
                        "report.json",
                        "temporal-history.json",
                        "versions.json",
                        "signers")
                .anyMatch(name -> name.startsWith("backups/"));
        files.forEach((name, content) -> assertThat(Sha256.hex(content))
                .as(name)
                .isEqualTo(manifest.files().get(name)));
        assertThat(Sha256.hex(files.get("plan.json"))).isEqualTo(report.plan());
        assertThat(text(files, "steps.json")).contains("sha256", "verdict");
        assertThat(text(files, "measurements.jsonl")).contains("\"metric\"", "\"time\"", "\"outcome\"");
        assertThat(text(files, "journal.txt"))
                .contains("approved by", "people were told: waiting, started, deployed, succeeded");
        assertThat(text(files, "temporal-history.json")).contains("EVENT_TYPE_WORKFLOW_EXECUTION_STARTED");

        Path signers = folder.resolve("signers");
        Files.write(signers, files.get("signers"));
        List<String> statements = files.keySet().stream()
                .filter(name -> name.startsWith("statements/") && !name.endsWith(".sig"))
                .toList();
        assertThat(statements).hasSize(2).anyMatch(name -> name.startsWith("statements/approve-ana-"));
        for (String name : statements) {
            String who = name.split("-")[1];
            assertThat(sshKeygen(signers, who, "slipway", text(files, name), text(files, name + ".sig")))
                    .as(name)
                    .isZero();
            assertThat(sshKeygen(signers, who, "slipway", text(files, name) + " ", text(files, name + ".sig")))
                    .isNotZero();
        }
        Path environment = folder.resolve("environment-signers");
        Files.writeString(
                environment,
                "shop/production "
                        + rig.environments
                                .all()
                                .iterator()
                                .next()
                                .key()
                                .publicKey()
                                .line() + "\n");
        assertThat(sshKeygen(
                        environment,
                        "shop/production",
                        "slipway-worker",
                        kept.manifest().text(),
                        kept.manifest().signature()))
                .isZero();
    }

    @Test
    void noSecretIsInIt() throws Exception {
        Rig.ended(rig.startApproved("1.0.0"));
        String secret = Files.readString(rig.home.resolve("hook.secret"));

        files(fetch("1.0.0")).forEach((name, content) -> assertThat(new String(content, StandardCharsets.UTF_8))
                .as(name)
                .doesNotContain(secret));
    }

    @Test
    void whatWasNeverKeptIsGatheredFromTheRecord() throws Exception {
        Rig.ended(rig.startApproved("1.0.0"));
        Path kept = rig.home.resolve("store/record/shop/production/kept");
        try (var all = Files.list(kept)) {
            for (Path manifest : all.filter(
                            path -> path.getFileName().toString().startsWith("evidence-"))
                    .toList()) {
                Files.delete(manifest);
            }
        }

        assertThat(files(fetch("1.0.0")).keySet())
                .contains("plan.json", "review.json", "steps.json")
                .doesNotContain("journal.txt", "temporal-history.json")
                .anyMatch(name -> name.startsWith("statements/approve-ana-"));
    }

    @Test
    void aRejectedReleaseHasItsEvidenceToo() throws Exception {
        ReleaseWorkflow release = rig.startToApproval("1.0.0");
        release.reject(
                rig.sign("ana", Kind.REJECT, "1.0.0", rig.plan("1.0.0").digest(), "", "", "", "not on a friday"));
        assertThat(Rig.ended(release).outcome()).isEqualTo("REJECTED");

        assertThat(files(fetch("1.0.0")).keySet())
                .contains("plan.json", "journal.txt")
                .anyMatch(name -> name.startsWith("statements/reject-ana-"));
    }

    @Test
    void theRecordTellsOfATime() throws Exception {
        Rig.ended(rig.startApproved("1.0.0"));

        Events all = evidence.readEvents(new EventsRequest("shop", "production", Instant.EPOCH));
        assertThat(all.more()).isFalse();
        assertThat(all.events())
                .extracting(RecordedEvent::kind)
                .startsWith("CREATED", "OPENED", "BEGAN")
                .endsWith("CLOSED");
        assertThat(all.events()).extracting(RecordedEvent::number).isSorted();
        assertThat(evidence.readEvents(new EventsRequest(
                                "shop", "production", Instant.now().plus(Duration.ofHours(1))))
                        .events())
                .isEmpty();
    }

    @Test
    void anUnknownVersionIsSaidToBeUnknown() {
        assertThatThrownBy(() -> fetch("9.9.9")).hasMessageContaining("the record of shop/production knows no 9.9.9");
    }
}
