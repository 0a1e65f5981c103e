package dev.slipway.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SshsigTest {

    private static final String TEXT = "kind: approve\nby: ana \u00fc\n";
    private static final byte[] BYTES = TEXT.getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private OpenSsh openSsh;

    @BeforeEach
    void findSshKeygen() {
        openSsh = new OpenSsh(folder);
    }

    @ParameterizedTest
    @CsvSource({"ed25519,256,sha512", "ed25519,256,sha256", "ecdsa,256,sha512", "ecdsa,384,sha512", "ecdsa,521,sha256"})
    void takesWhatSshKeygenSigned(String type, String bits, String hash) throws Exception {
        Path key = openSsh.key("k", "-t", type, "-b", bits);
        for (int i = 0; i < 10; i++) { // so that short numbers in ECDSA's signatures come up, too
            String signature = openSsh.sign(key, "slipway", TEXT, "-O", "hashalg=" + hash);
            SshPublicKey signer = signer(Sshsig.verify(signature, "slipway", BYTES));
            assertThat(signer.sameKey(openSsh.publicKey(key))).isTrue();
        }
    }

    @Test
    void sshKeygenTakesWhatWasSignedHere() throws Exception {
        EnvironmentKey key = EnvironmentKey.generate("shop/production");
        String signature = key.sign(TEXT);
        var verified = openSsh.verify(key.publicKey(), "slipway-worker", TEXT, signature);
        assertThat(verified.output())
                .contains("Good \"slipway-worker\" signature")
                .contains(key.publicKey().fingerprint());
        assertThat(verified.exit()).isZero();
        assertThat(openSsh.checkNoValidate("slipway-worker", TEXT, signature).exit())
                .isZero();
        assertThat(openSsh.verify(key.publicKey(), "slipway", TEXT, signature).exit())
                .isNotZero();
        assertThat(openSsh.verify(key.publicKey(), "slipway-worker", TEXT + " ", signature)
                        .exit())
                .isNotZero();
    }

    @Test
    void writesTheVeryBytesThatSshKeygenWrites() throws Exception {
        Path file = openSsh.key("k", "-t", "ed25519");
        String theirs = openSsh.sign(file, "slipway-worker", TEXT);
        String ours = EnvironmentKey.load(file).sign(TEXT);
        assertThat(withoutLineEnds(ours)).isEqualTo(withoutLineEnds(theirs));
    }

    @Test
    void refusesAnotherNamespace() {
        EnvironmentKey key = EnvironmentKey.generate("");
        assertThat(refusal(Sshsig.verify(key.sign(TEXT), "slipway", BYTES)))
                .isEqualTo("the signature was made for namespace 'slipway-worker', not for 'slipway'");
    }

    @Test
    void refusesAnotherText() {
        EnvironmentKey key = EnvironmentKey.generate("");
        assertThat(refusal(Sshsig.verify(key.sign(TEXT), "slipway-worker", "other".getBytes())))
                .contains("does not belong to this text");
    }

    @Test
    void refusesAnotherKeyThanTheExpectedOne() {
        EnvironmentKey key = EnvironmentKey.generate("");
        EnvironmentKey other = EnvironmentKey.generate("");
        assertThat(refusal(Sshsig.verifyBy(key.publicKey(), other.sign(TEXT), "slipway-worker", BYTES)))
                .contains(key.publicKey().fingerprint())
                .contains(other.publicKey().fingerprint());
        assertThat(signer(Sshsig.verifyBy(key.publicKey(), key.sign(TEXT), "slipway-worker", BYTES)))
                .isEqualTo(key.publicKey());
    }

    @Test
    void takesOnlyATouchedSecurityKey() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        assertThat(signer(Sshsig.verify(securityKeySignature(pair, 1), "slipway", BYTES))
                        .type())
                .isEqualTo("sk-ssh-ed25519@openssh.com");
        assertThat(signer(Sshsig.verify(securityKeySignature(pair, 5), "slipway", BYTES))
                        .type())
                .isEqualTo("sk-ssh-ed25519@openssh.com");
        assertThat(refusal(Sshsig.verify(securityKeySignature(pair, 0), "slipway", BYTES)))
                .contains("not touched");
        assertThat(openSsh.checkNoValidate("slipway", TEXT, securityKeySignature(pair, 1))
                        .exit())
                .as("the signature made up here is one that OpenSSH takes")
                .isZero();
    }

    @Test
    void refusesAReservedFieldThatIsFilledAndBytesAfterTheEnd() throws Refusal {
        EnvironmentKey key = EnvironmentKey.generate("");
        byte[] envelope = Armor.unwrap(Armor.SIGNATURE, key.sign(TEXT), "");
        assertThat(refusal(Sshsig.verify(
                        Armor.wrap(Armor.SIGNATURE, Arrays.copyOf(envelope, envelope.length + 1)),
                        "slipway-worker",
                        BYTES)))
                .contains("after its end");
        byte[] reserved = new WireWriter()
                .ascii("SSHSIG")
                .uint32(1)
                .string(key.publicKey().bytes())
                .string("slipway-worker")
                .string("x")
                .string("sha512")
                .string("")
                .bytes();
        assertThat(refusal(Sshsig.verify(Armor.wrap(Armor.SIGNATURE, reserved), "slipway-worker", BYTES)))
                .contains("reserved");
    }

    @Test
    void refusesWhateverIsNoSignatureAtAll() {
        for (String text : List.of(
                "",
                "\n",
                "x",
                "-----BEGIN SSH SIGNATURE-----",
                "-----BEGIN SSH SIGNATURE-----\n\n" + "-----END SSH SIGNATURE-----",
                "x".repeat(100_000))) {
            assertThat(Sshsig.verify(text, "slipway", BYTES)).isInstanceOf(Sshsig.Check.Refused.class);
        }
    }

    /** A changed envelope may name another key, but must never verify for the key that signed the original. */
    @Test
    void noMutatedEnvelopeIsEverTaken() throws Exception {
        Random random = new Random(20261121);
        List<String> originals = new ArrayList<>();
        originals.add(EnvironmentKey.generate("").sign(BYTES, "slipway"));
        originals.add(openSsh.sign(openSsh.key("p256", "-t", "ecdsa", "-b", "256"), "slipway", TEXT));
        originals.add(openSsh.sign(openSsh.key("p521", "-t", "ecdsa", "-b", "521"), "slipway", TEXT));
        originals.add(
                securityKeySignature(KeyPairGenerator.getInstance("Ed25519").generateKeyPair(), 1));
        for (int round = 0; round < 4000; round++) {
            String original = originals.get(round % originals.size());
            byte[] envelope = Armor.unwrap(Armor.SIGNATURE, original, "");
            byte[] mutated = mutate(envelope, random);
            if (!Arrays.equals(envelope, mutated)) {
                assertRefused(Armor.wrap(Armor.SIGNATURE, mutated), round);
            }
        }
    }

    @Test
    void noMutatedArmorBringsAnExceptionOut() {
        Random random = new Random(7);
        String original = EnvironmentKey.generate("").sign(BYTES, "slipway");
        for (int round = 0; round < 2000; round++) {
            byte[] mutated = mutate(original.getBytes(StandardCharsets.ISO_8859_1), random);
            String text = new String(mutated, StandardCharsets.ISO_8859_1);
            // white space between the lines says nothing, so only what carries something has to differ
            if (!text.replaceAll("\\s", "").equals(original.replaceAll("\\s", ""))) {
                assertRefused(text, round);
            }
        }
    }

    private static void assertRefused(String armored, int round) {
        assertThat(Sshsig.verify(armored, "slipway", BYTES))
                .as("round %d", round)
                .isInstanceOfSatisfying(Sshsig.Check.Refused.class, refused -> assertThat(refused.why())
                        .isNotBlank());
    }

    private static byte[] mutate(byte[] original, Random random) {
        byte[] bytes = original.clone();
        switch (random.nextInt(5)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            case 3 -> {
                int from = random.nextInt(bytes.length);
                byte[] noise = new byte[random.nextInt(8)];
                random.nextBytes(noise);
                bytes = new WireWriter()
                        .raw(Arrays.copyOf(bytes, from))
                        .raw(noise)
                        .raw(Arrays.copyOfRange(bytes, from, bytes.length))
                        .bytes();
            }
            default -> {
                int from = random.nextInt(bytes.length);
                int to = from + random.nextInt(bytes.length - from);
                Arrays.fill(bytes, from, to, (byte) (random.nextBoolean() ? 0 : 0xFF));
            }
        }
        return bytes;
    }

    /** What a security key would give, made up by hand: no test can touch one. */
    private static String securityKeySignature(KeyPair pair, int flags) throws Exception {
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] key = new WireWriter()
                .string("sk-ssh-ed25519@openssh.com")
                .string(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length))
                .string("ssh:")
                .bytes();
        byte[] signed = new WireWriter()
                .ascii("SSHSIG")
                .string("slipway")
                .string("")
                .string("sha512")
                .string(MessageDigest.getInstance("SHA-512").digest(BYTES))
                .bytes();
        Signature device = Signature.getInstance("Ed25519");
        device.initSign(pair.getPrivate());
        device.update(new WireWriter()
                .raw(Sha256.of("ssh:".getBytes()))
                .raw((byte) flags)
                .uint32(42)
                .raw(Sha256.of(signed))
                .bytes());
        byte[] signature = new WireWriter()
                .string("sk-ssh-ed25519@openssh.com")
                .string(device.sign())
                .raw((byte) flags)
                .uint32(42)
                .bytes();
        return Armor.wrap(
                Armor.SIGNATURE,
                new WireWriter()
                        .ascii("SSHSIG")
                        .uint32(1)
                        .string(key)
                        .string("slipway")
                        .string("")
                        .string("sha512")
                        .string(signature)
                        .bytes());
    }

    @Test
    void refusesTheEcdsaSignatureOfZeros() throws Exception {
        SshPublicKey key = openSsh.publicKey(openSsh.key("k", "-t", "ecdsa"));
        for (BigInteger number : List.of(BigInteger.ZERO, BigInteger.ONE, BigInteger.TWO.pow(256))) {
            byte[] numbers = new WireWriter()
                    .string(number.toByteArray())
                    .string(number.toByteArray())
                    .bytes();
            byte[] signature =
                    new WireWriter().string(key.type()).string(numbers).bytes();
            byte[] envelope = new WireWriter()
                    .ascii("SSHSIG")
                    .uint32(1)
                    .string(key.bytes())
                    .string("slipway")
                    .string("")
                    .string("sha512")
                    .string(signature)
                    .bytes();
            assertRefused(Armor.wrap(Armor.SIGNATURE, envelope), number.intValue());
        }
    }

    private static String withoutLineEnds(String text) {
        return text.replace("\n", "");
    }

    private static SshPublicKey signer(Sshsig.Check check) {
        assertThat(check).isInstanceOf(Sshsig.Check.Signed.class);
        return ((Sshsig.Check.Signed) check).key();
    }

    private static String refusal(Sshsig.Check check) {
        assertThat(check).isInstanceOf(Sshsig.Check.Refused.class);
        return ((Sshsig.Check.Refused) check).why();
    }
}
