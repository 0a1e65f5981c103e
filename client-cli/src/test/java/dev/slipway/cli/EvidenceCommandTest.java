package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.evidence.EvidenceActivities.Events;
import dev.slipway.evidence.EvidenceActivities.RecordedEvent;
import dev.slipway.evidence.LookUpWorkflow;
import dev.slipway.evidence.Manifest;
import dev.slipway.record.SignedText;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.Sha256;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.SshKeygen;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.Statement;
import io.temporal.worker.WorkflowImplementationOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvidenceCommandTest {

    private static final Instant NINE = Instant.parse("2026-11-21T09:00:00Z");

    private final Map<String, String> files = new LinkedHashMap<>();
    private Stage stage;
    private Desk desk;
    private EnvironmentKey key;
    /** What the worker sends although its manifest says something else, or nothing. */
    private final Map<String, byte[]> more = new LinkedHashMap<>();

    private boolean another;

    @BeforeEach
    void sitDown(@TempDir Path folder) throws Exception {
        stage = new Stage(worker -> worker.registerWorkflowImplementationFactory(
                        LookUpWorkflow.class,
                        () -> new ScriptedLookUp(evidence(), events()),
                        WorkflowImplementationOptions.getDefaultInstance()))
                .withWorker();
        desk = new Desk(folder, stage.address);
        key = desk.environmentKey;
        SshPublicKey ana = SshPublicKey.parse(Files.readString(folder.resolve("ana.pub")));
        SignedStatement yes = new SshKeygen()
                .sign(
                        new Statement(
                                        Kind.APPROVE,
                                        "shop",
                                        "production",
                                        "1.4.0",
                                        "a".repeat(64),
                                        Lane.NORMAL,
                                        "all",
                                        "b".repeat(64),
                                        "",
                                        "ana",
                                        ana.fingerprint(),
                                        NINE,
                                        NINE.plusSeconds(3600),
                                        Statement.newNonce(),
                                        "",
                                        "good",
                                        List.of())
                                .text(),
                        folder.resolve("ana"));
        String entry = "{\"number\":9}\n";
        files.put("plan.json", "{}");
        files.put("signers", "ana namespaces=\"slipway\" " + ana.line() + "\n");
        files.put("statements/approve-ana-0", yes.text());
        files.put("statements/approve-ana-0.sig", yes.signature());
        files.put("record/0000000009.json", entry);
        files.put("record/0000000009.json.sig", key.sign(entry));
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private ScriptedLookUp.Evidence evidence() {
        if (another) {
            files.put("plan.json", "{\"asked\":" + files.get("plan.json").length() + "}");
        }
        Map<String, String> hashes = new LinkedHashMap<>();
        Map<String, byte[]> contents = new LinkedHashMap<>();
        files.forEach((path, content) -> {
            hashes.put(path, Sha256.hex(content));
            contents.put(path, content.getBytes(StandardCharsets.UTF_8));
        });
        String manifest = new Manifest(
                        Manifest.KIND, Manifest.FORMAT, "shop", "production", "1.4.0", "c".repeat(64), NINE, hashes)
                .text();
        contents.putAll(more);
        return new ScriptedLookUp.Evidence(new SignedText(manifest, key.sign(manifest)), contents);
    }

    private static Events events() {
        return new Events(
                List.of(
                        new RecordedEvent(
                                7,
                                NINE,
                                "RECONCILED",
                                "shop/production@1.3.0",
                                "changed by hand, says ana: 1.3.0 serves now",
                                Map.of("by", "ana", "reason", "=HYPERLINK(\"x\"), \"quoted\"")),
                        new RecordedEvent(
                                8, NINE, "CLOSED", "shop/production@1.4.0", "good", Map.of("outcome", "SUCCEEDED"))),
                true);
    }

    @Test
    void refusesPiecesOfDifferentFolders() {
        another = true;

        Typed fetched = desk.type("evidence", "shop/production@1.4.0");

        assertThat(fetched.code()).isEqualTo(ExitCode.UNCONFIRMED.number());
        assertThat(fetched.err())
                .contains("the evidence of shop/production@1.4.0 changed while it was fetched; fetch it again");
        assertThat(desk.checkout.resolve("evidence-shop-production-1.4.0")).doesNotExist();
    }

    @Test
    void refusesAWholeThatIsNotWhatItsManifestSays() {
        more.put("plan.json", "{\"another\": \"version\"}".getBytes(StandardCharsets.UTF_8));

        Typed fetched = desk.type("evidence", "shop/production@1.4.0");

        assertThat(fetched.code()).isEqualTo(ExitCode.UNCONFIRMED.number());
        assertThat(fetched.err()).contains("did not come as its manifest says: plan.json is another file");
        assertThat(desk.checkout.resolve("evidence-shop-production-1.4.0")).doesNotExist();
    }

    @Test
    void saysTheDigestOfTheWhole() {
        String digest = Sha256.hex(evidence().manifest().text());

        assertThat(desk.type("evidence", "1.4.0").out()).contains(digest);
        assertThat(verify().out()).contains(digest);
    }

    private Typed verify() {
        return desk.type("evidence", "--verify", "evidence-shop-production-1.4.0");
    }

    @Test
    void fetchesAndVerifies() {
        Typed typed = desk.type("evidence", "1.4.0");

        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(typed.out()).contains("6 files, each as the environment's key signed it");
        assertThat(desk.checkout.resolve("evidence-shop-production-1.4.0/statements/approve-ana-0"))
                .exists();
        assertThat(verify().code()).isZero();
        assertThat(desk.type("evidence", "1.4.0").err()).contains("is there already");
    }

    @Test
    void findsAnyChangedByte() throws IOException {
        desk.type("evidence", "1.4.0");
        Path folder = desk.checkout.resolve("evidence-shop-production-1.4.0");
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = found.filter(Files::isRegularFile).toList();
        }
        assertThat(all).hasSize(8);
        for (Path file : all) {
            byte[] sound = Files.readAllBytes(file);
            byte[] changed = sound.clone();
            changed[changed.length / 2] ^= 1;
            Files.write(file, changed);
            assertThat(verify().code()).as(file.toString()).isNotZero();
            Files.delete(file);
            assertThat(verify().code()).as("without " + file).isNotZero();
            Files.write(file, sound);
        }
        Files.writeString(folder.resolve("statements/approve-ben-1"), "smuggled in");
        assertThat(verify().err()).contains("statements/approve-ben-1: is not in the manifest");
        Files.delete(folder.resolve("statements/approve-ben-1"));
        assertThat(verify().code()).isZero();
    }

    @Test
    void whatAFormerKeySignedIsBelievedWhereSomebodyNamesIt() {
        key = EnvironmentKey.generate("shop/production");
        String third = EnvironmentKey.generate("shop/production").publicKey().line();

        Typed without = desk.type("evidence", "1.4.0", "--to", "without");
        assertThat(without.code()).isEqualTo(ExitCode.UNCONFIRMED.number());
        assertThat(without.err()).contains("name the former one by --former-key");
        assertThat(desk.type("evidence", "1.4.0", "--to", "third", "--former-key", third)
                        .code())
                .isEqualTo(ExitCode.UNCONFIRMED.number());
        assertThat(desk.type(
                                "evidence",
                                "1.4.0",
                                "--to",
                                "with",
                                "--former-key",
                                key.publicKey().line())
                        .code())
                .isZero();
        assertThat(desk.type(
                                "evidence",
                                "--verify",
                                "with",
                                "--former-key",
                                third,
                                "--former-key",
                                key.publicKey().line())
                        .code())
                .isZero();
    }

    @Test
    void whatAnotherKeySignedIsNotBelieved() {
        key = EnvironmentKey.generate("shop/production");

        Typed typed = desk.type("evidence", "1.4.0");
        assertThat(typed.code()).isEqualTo(ExitCode.UNCONFIRMED.number());
        assertThat(typed.err()).contains("manifest.json:");
    }

    @Test
    void aStatementThatNobodyOfTheSignersSignedIsSaid() {
        files.put(
                "statements/approve-ana-0",
                files.get("statements/approve-ana-0").replace("1.4.0", "6.6.6"));

        assertThat(desk.type("evidence", "1.4.0").err()).contains("statements/approve-ana-0:");
    }

    @Test
    void aNameThatLeadsOutOfTheFolderIsRefused() {
        String leads = "../../home/.ssh/authorized_keys";
        more.put(leads, new byte[0]);
        files.put(leads, "");

        Typed typed = desk.type("evidence", "1.4.0");
        assertThat(typed.code()).isEqualTo(ExitCode.UNCONFIRMED.number());
        assertThat(typed.err()).contains("leads elsewhere");
        assertThat(desk.home.resolve(".ssh")).doesNotExist();
    }

    @Test
    void aFolderOfSomethingElseIsSaidToBeNone() {
        assertThat(desk.type("evidence", "--verify", ".").err()).contains("is no folder of evidence");
        assertThat(desk.type("evidence").code()).isEqualTo(2);
    }

    @Test
    void theHistoryIsATableForAnAuditor() {
        Typed typed = desk.type("history", "production", "--since", "90d", "--format", "csv");

        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(typed.out().lines())
                .containsExactly(
                        "entry,time,event,release,by,approved,reason,outcome,lane,statements,text",
                        "7,2026-11-21T09:00:00Z,RECONCILED,shop/production@1.3.0,ana,,"
                                + "\"'=HYPERLINK(\"\"x\"\"), \"\"quoted\"\"\",,,,\"changed by hand, says ana: 1.3.0 serves now\"",
                        "8,2026-11-21T09:00:00Z,CLOSED,shop/production@1.4.0,,,,SUCCEEDED,,,good");
        assertThat(typed.err()).contains("there are older events");
        assertThat(desk.type("history", "production", "--since", "2026-11-01").out())
                .contains("reconciled", "closed");
        assertThat(desk.type("history", "production", "--since", "last tuesday").code())
                .isEqualTo(2);
    }
}
