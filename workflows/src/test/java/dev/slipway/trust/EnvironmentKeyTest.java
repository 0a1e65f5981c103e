package dev.slipway.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnvironmentKeyTest {

    @TempDir
    Path folder;

    private OpenSsh openSsh;

    @BeforeEach
    void findSshKeygen() {
        openSsh = new OpenSsh(folder);
    }

    @Test
    void readsTheKeyThatSshKeygenMade() throws Exception {
        Path file = openSsh.key("made-by-openssh", "-t", "ed25519");
        assertThat(EnvironmentKey.load(file).publicKey()).isEqualTo(openSsh.publicKey(file));
    }

    @Test
    void sshKeygenReadsAndUsesTheKeyThatWasWrittenHere() throws Exception {
        for (String comment : new String[] {"", "shop/production", "x y z"}) {
            EnvironmentKey key = EnvironmentKey.generate(comment);
            Path file = folder.resolve("written-" + comment.length());
            key.write(file);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(openSsh.run("", "-y", "-f", file.toString()).output().strip())
                    .isEqualTo(key.publicKey().line());
            assertThat(openSsh.sign(file, "slipway-worker", "text")).isNotEmpty();
            assertThat(EnvironmentKey.load(file).publicKey()).isEqualTo(key.publicKey());
            assertThat(EnvironmentKey.load(file).sign("text")).isEqualTo(key.sign("text"));
        }
    }

    @Test
    void neverWritesOverAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("there"), "precious");
        assertThatThrownBy(() -> EnvironmentKey.generate("").write(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is there already");
        assertThat(file).hasContent("precious");
    }

    @Test
    void refusesAKeyWithAPassphraseAndSaysHowToTakeItAway() throws Exception {
        Path file = openSsh.key("encrypted", "-t", "ed25519");
        openSsh.run("", "-p", "-P", "", "-N", "secret phrase", "-f", file.toString());
        assertRefused(file, "encrypted with a passphrase", "ssh-keygen -p -N ''");
    }

    @Test
    void refusesAKeyThatOthersCanRead() throws Exception {
        Path file = openSsh.key("open", "-t", "ed25519");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertRefused(file, "open to others (rw-r-----)", "chmod 600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        assertThat(EnvironmentKey.load(file).publicKey()).isEqualTo(openSsh.publicKey(file));
    }

    @Test
    void refusesAKeyOfAnotherType() throws Exception {
        assertRefused(openSsh.key("ec", "-t", "ecdsa"), "of type 'ecdsa-sha2-nistp256'", "ssh-keygen -t ed25519");
        assertRefused(openSsh.key("rsa", "-t", "rsa", "-b", "2048"), "of type 'ssh-rsa'", "ed25519");
        assertRefused(openSsh.key("pem", "-t", "rsa", "-b", "2048", "-m", "PEM"), "not in OpenSSH's format", "");
    }

    @Test
    void refusesThePublicHalfAndAFileThatIsNotThere() throws Exception {
        Path file = openSsh.key("k", "-t", "ed25519");
        Path publicHalf = Path.of(file + ".pub");
        Files.setPosixFilePermissions(publicHalf, PosixFilePermissions.fromString("rw-------"));
        assertRefused(publicHalf, "not a private key", "without .pub");
        assertRefused(folder.resolve("nowhere"), "does not exist", "ssh-keygen -t ed25519");
    }

    @Test
    void refusesAFileWhoseTwoHalvesDoNotBelongTogether() throws Exception {
        Path file = openSsh.key("k", "-t", "ed25519");
        byte[] bytes = Armor.unwrap(Armor.PRIVATE_KEY, Files.readString(file), "");
        bytes[bytes.length - 60] ^= 1; // inside the seed
        Files.writeString(file, Armor.wrap(Armor.PRIVATE_KEY, bytes));
        assertRefused(file, "damaged", "");
    }

    @Test
    void aDamagedFileIsRefusedOrStillTheSameKey() throws Exception {
        Path file = openSsh.key("k", "-t", "ed25519");
        SshPublicKey original = openSsh.publicKey(file);
        byte[] bytes = Armor.unwrap(Armor.PRIVATE_KEY, Files.readString(file), "");
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
            Files.writeString(file, Armor.wrap(Armor.PRIVATE_KEY, damaged));
            try {
                assertThat(EnvironmentKey.load(file).publicKey().sameKey(original))
                        .isTrue();
            } catch (UnusableKey refused) {
                assertThat(refused).hasMessageContaining(file.toString());
            }
        }
    }

    @Test
    void saysNothingSecretWhenItIsPrinted() {
        EnvironmentKey key = EnvironmentKey.generate("");
        assertThat(key).hasToString("environment key " + key.publicKey().fingerprint());
    }

    private static void assertRefused(Path file, String because, String remedy) {
        assertThatThrownBy(() -> EnvironmentKey.load(file))
                .isInstanceOf(UnusableKey.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(because)
                .hasMessageContaining(remedy);
    }
}
