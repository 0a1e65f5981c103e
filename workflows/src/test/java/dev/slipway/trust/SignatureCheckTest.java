package dev.slipway.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SignatureCheckTest {

    @TempDir
    Path folder;

    private final SshKeygen sshKeygen = new SshKeygen("ssh-keygen", Duration.ofSeconds(30));
    private Path anasFile;
    private SshPublicKey anas;
    private SshPublicKey bens;
    private Map<String, List<String>> people;

    @BeforeEach
    void makeKeys() throws Exception {
        anasFile = folder.resolve("ana key");
        anas = sshKeygen.generate(anasFile, "laptop of ana");
        bens = sshKeygen.generate(folder.resolve("ben"), "-n");
        people = Map.of("ana", List.of(anotherKey().line(), anas.line()), "ben", List.of(bens.line()));
    }

    private static SshPublicKey anotherKey() {
        return EnvironmentKey.generate("").publicKey();
    }

    @Test
    void takesWhatThePersonSigned() throws Exception {
        Statement statement = statement("ana", anas);
        SignedStatement signed = sshKeygen.sign(statement.text(), anasFile);
        assertThat(SignatureCheck.of(signed, people)).isEqualTo(new SignatureCheck.Genuine(statement, plain(anas)));
        assertThat(signed.id()).isEqualTo(statement.id());
        assertThat(signed.statement()).contains(statement);
        var mapper = Json.mapper();
        assertThat(mapper.readValue(mapper.writeValueAsString(signed), SignedStatement.class))
                .isEqualTo(signed);
    }

    @Test
    void takesWhatTheAgentSignedForAPublicKeyFile() throws Exception {
        Path publicHalf = Files.writeString(folder.resolve("public-half-alone.pub"), anas.line() + "\n");
        Path withAgent = Files.writeString(
                folder.resolve("with-agent"),
                "#!/bin/sh\nexec ssh-agent sh -c 'ssh-add -q \"$0\" </dev/null; exec ssh-keygen \"$@\"' '" + anasFile
                        + "' \"$@\"\n");
        assertThat(withAgent.toFile().setExecutable(true)).isTrue();
        SignedStatement signed = new SshKeygen(withAgent.toString(), Duration.ofSeconds(30))
                .sign(statement("ana", anas).text(), publicHalf);
        assertThat(SignatureCheck.of(signed, people)).isInstanceOf(SignatureCheck.Genuine.class);
    }

    @Test
    void refusesAPersonWhoIsUnknown() throws Exception {
        assertRefused(
                sshKeygen.sign(statement("eve", anas).text(), anasFile),
                "the approve by 'eve': 'eve' is not among the people: ana, ben");
    }

    @Test
    void refusesAKeyOfSomebodyElse() throws Exception {
        assertRefused(
                sshKeygen.sign(statement("ben", anas).text(), anasFile),
                "the approve by 'ben': key " + anas.fingerprint() + " is not one of theirs");
    }

    @Test
    void refusesAFingerprintThatIsNotTheSigners() throws Exception {
        assertRefused(
                sshKeygen.sign(statement("ana", bens).text(), anasFile),
                "the approve by 'ana': its text names key " + bens.fingerprint() + " but it is signed with "
                        + anas.fingerprint());
    }

    @Test
    void namesAllThatIsWrongAtOnce() throws Exception {
        SignatureCheck check =
                SignatureCheck.of(sshKeygen.sign(statement("eve", bens).text(), anasFile), people);
        assertThat(((SignatureCheck.Refused) check).problems()).hasSize(2);
    }

    @Test
    void refusesAnAlteredText() throws Exception {
        SignedStatement signed = sshKeygen.sign(statement("ana", anas).text(), anasFile);
        SignedStatement altered = new SignedStatement(signed.text().replace("1.4.2", "1.4.1"), signed.signature());
        assertRefused(altered, "one of the two was altered");
    }

    @Test
    void refusesATextThatIsNoStatementAndASignatureThatIsNone() throws Exception {
        assertRefused(sshKeygen.sign("hello\n", anasFile), "line 1 is 'hello'");
        assertRefused(new SignedStatement(statement("ana", anas).text(), ""), "does not stand between");
        assertRefused(new SignedStatement(null, null), "line 1 is ''");
    }

    @Test
    void refusesWhatAnEnvironmentSigned() throws Exception {
        EnvironmentKey key = EnvironmentKey.load(anasFile);
        String text = statement("ana", anas).text();
        assertRefused(new SignedStatement(text, key.sign(text)), "made for namespace 'slipway-worker'");
    }

    @Test
    void refusesAKeyThatTwoPeopleShare() throws Exception {
        people = Map.of("ana", List.of(anas.line()), "ben", List.of(bens.line(), anas.type() + " " + anas.blob()));
        assertRefused(
                sshKeygen.sign(statement("ana", anas).text(), anasFile),
                "is listed for ana and ben: a key belongs to one person");
    }

    @Test
    void aLineThatCannotBeReadHidesNoOtherKey() throws Exception {
        SignedStatement signed = sshKeygen.sign(statement("ana", anas).text(), anasFile);
        people = Map.of("ana", List.of("ssh-rsa AAAA", anas.line()));
        assertThat(SignatureCheck.of(signed, people)).isInstanceOf(SignatureCheck.Genuine.class);
        people = Map.of("ana", List.of("ssh-rsa AAAA"));
        assertRefused(signed, "is not one of theirs (1 of the keys listed for them cannot be read)");
    }

    @Test
    void sshKeygenThatIsMissingOrFailsSaysWhatToDo() {
        assertThatThrownBy(() -> new SshKeygen("no-such-ssh-keygen", Duration.ofSeconds(5)).sign("x", anasFile))
                .isInstanceOf(SigningFailed.class)
                .hasMessageContaining("install the OpenSSH client");
        assertThatThrownBy(() -> sshKeygen.sign("x", folder.resolve("nobody")))
                .isInstanceOf(SigningFailed.class)
                .hasMessageContaining("ended with 255")
                .hasMessageContaining("nobody");
        assertThatThrownBy(() -> sshKeygen.generate(anasFile, ""))
                .isInstanceOf(SigningFailed.class)
                .hasMessageContaining("is there already");
    }

    @Test
    void sshKeygenThatHangsIsStoppedAtTheLimit() throws Exception {
        Path hangs = Files.writeString(folder.resolve("hangs"), "#!/bin/sh\nexec sleep 60\n");
        assertThat(hangs.toFile().setExecutable(true)).isTrue();
        assertThatThrownBy(() ->
                        new SshKeygen(hangs.toString(), Duration.ofMillis(200)).sign("x".repeat(200_000), anasFile))
                .isInstanceOf(SigningFailed.class)
                .hasMessageContaining("left waiting");
    }

    private static SshPublicKey plain(SshPublicKey key) {
        return new SshPublicKey(key.type(), key.blob(), "");
    }

    private static Statement statement(String by, SshPublicKey key) {
        Instant now = Instant.parse("2026-11-21T06:20:00Z");
        return new Statement(
                Kind.APPROVE,
                "shop",
                "production",
                "1.4.2",
                Sha256.hex("plan"),
                Lane.NORMAL,
                "all",
                Sha256.hex("review"),
                "",
                by,
                key.fingerprint(),
                now,
                now.plusSeconds(3600),
                Statement.newNonce(),
                "CONFIRM",
                "it is \u00fcber due",
                List.of("tested by hand"));
    }

    private void assertRefused(SignedStatement signed, String because) {
        SignatureCheck check = SignatureCheck.of(signed, people);
        assertThat(check).isInstanceOf(SignatureCheck.Refused.class);
        assertThat(String.join("\n", ((SignatureCheck.Refused) check).problems()))
                .contains(because);
    }
}
