package dev.slipway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.evidence.Manifest;
import dev.slipway.plan.reading.PlanProblem;
import dev.slipway.plan.reading.PlanReader;
import dev.slipway.plan.reading.PlanReading;
import dev.slipway.plan.reading.PlanRequest;
import dev.slipway.plan.reading.PlanSource;
import dev.slipway.plan.reading.PolicyReader;
import dev.slipway.record.Policy;
import dev.slipway.record.Review;
import dev.slipway.release.Approvals;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.MalformedStatement;
import dev.slipway.trust.Namespace;
import dev.slipway.trust.SignatureCheck;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.SshKeygen;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.Sshsig;
import dev.slipway.trust.Statement;
import dev.slipway.trust.UnusableKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever anybody sends: a sentence, and never an exception that nobody expects, nor a wait. A minute in CI, a few seconds
 * at a desk. What is found here becomes a test of its own beside what it broke.
 */
class FuzzTest {

    private static final Duration TIME = Duration.ofSeconds("true".equals(System.getenv("CI")) ? 20 : 2);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** Texts, however slow the machine is: what is read at first has its classes loaded, too. */
    private static final int LEAST = 100;

    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @TempDir
    private static Path folder;

    private static void fuzz(List<String> corpus, Consumer<String> reads) {
        long seed = System.nanoTime();
        Mutations mutations = new Mutations(seed);
        long end = System.nanoTime() + TIME.toNanos();
        int texts = 0;
        while (System.nanoTime() < end || texts < LEAST) {
            String text = mutations.of(corpus);
            long began = System.nanoTime();
            try {
                reads.accept(text);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", text " + texts + ":\n" + text, e);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("seed %s, text %s:%n%s", seed, texts, text)
                    .isLessThan(LONGEST);
            texts++;
        }
    }

    private static List<String> plans() throws Exception {
        List<String> plans = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources/plans"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                plans.add(Files.readString(file));
            }
        }
        return plans;
    }

    @Test
    void aPlanIsReadOrItsProblemsAreSaid() throws Exception {
        PlanReader reader = new PlanReader();
        PlanRequest request = new PlanRequest("production", "1.4.0", "a".repeat(40));

        fuzz(plans(), text -> {
            PlanSource files = PlanSource.of(Map.of(
                    "slipway.yaml",
                    text.getBytes(StandardCharsets.UTF_8),
                    "switch",
                    "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8)));
            PlanReading reading = reader.read(files, request);
            assertThat(reading.plan().isPresent()).isEqualTo(reading.problems().isEmpty());
            reading.problems().forEach(FuzzTest::saysSomething);
            PolicyReader.read("policy.yaml", text).problems().forEach(FuzzTest::saysSomething);
        });
    }

    private static void saysSomething(PlanProblem problem) {
        assertThat(problem.what()).isNotBlank();
        assertThat(problem.withSnippet()).doesNotContain("Exception", "\u001b", "\u0000");
    }

    private static Statement statement(SshPublicKey key) {
        return new Statement(
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
                key.fingerprint(),
                NOW,
                NOW.plusSeconds(3600),
                Statement.newNonce(),
                "CONFIRM",
                "looks \"good\" – ja",
                List.of("tested", "told"));
    }

    @Test
    void aStatementIsSignedByWhomItNamesOrCountsForNothing() throws Exception {
        SshPublicKey ana = new SshKeygen().generate(folder.resolve("ana"), "ana");
        SignedStatement good = new SshKeygen().sign(statement(ana).text(), folder.resolve("ana"));
        Map<String, List<String>> people = Map.of("ana", List.of(ana.line()));

        fuzz(List.of(good.text()), text -> {
            SignedStatement forged = new SignedStatement(text, good.signature());
            boolean same = text.equals(good.text());
            assertThat(SignatureCheck.of(forged, people) instanceof SignatureCheck.Genuine)
                    .isEqualTo(same);
            assertThat(Approvals.problemsOfWord(
                                    "shop",
                                    "production",
                                    people,
                                    List.of("ana"),
                                    Kind.APPROVE,
                                    "b".repeat(64),
                                    forged,
                                    NOW)
                            .isEmpty())
                    .isEqualTo(same);
            try {
                assertThat(Statement.parse(text).text()).isEqualTo(text);
            } catch (MalformedStatement expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        });
    }

    @Test
    void aSignatureIsGenuineOrSaidNotToBe() throws Exception {
        SshPublicKey ben = new SshKeygen().generate(folder.resolve("ben"), "ben");
        SignedStatement good = new SshKeygen().sign(statement(ben).text(), folder.resolve("ben"));
        byte[] message = good.text().getBytes(StandardCharsets.UTF_8);

        fuzz(List.of(good.signature(), ben.line()), text -> {
            Sshsig.Check check = Sshsig.verifyBy(ben, text, Namespace.STATEMENT, message);
            if (check instanceof Sshsig.Check.Signed) {
                // white space around the armor and between its lines is all that may differ
                assertThat(text.replaceAll("\\s", "")).contains(good.signature().replaceAll("\\s", ""));
            }
            try {
                SshPublicKey.parse(text);
            } catch (UnusableKey expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
            for (Consumer<String> reader : List.<Consumer<String>>of(Policy::parse, Review::parse, Manifest::parse)) {
                try {
                    reader.accept(text);
                } catch (IllegalArgumentException expected) {
                    assertThat(expected.getMessage()).isNotBlank();
                }
            }
        });
    }
}
