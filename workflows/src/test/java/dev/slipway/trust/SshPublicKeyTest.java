package dev.slipway.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SshPublicKeyTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"ed25519,''", "ecdsa,256", "ecdsa,384", "ecdsa,521"})
    void printsTheFingerprintThatSshKeygenPrints(String type, String bits) throws Exception {
        OpenSsh openSsh = new OpenSsh(folder);
        Path file = bits.isEmpty() ? openSsh.key("k", "-t", type) : openSsh.key("k", "-t", type, "-b", bits);
        SshPublicKey key = openSsh.publicKey(file);
        assertThat(openSsh.run("", "-l", "-f", file + ".pub").output()).contains(key.fingerprint());
        assertThat(key.comment()).isEqualTo("k");
        assertThat(key.line() + "\n").isEqualTo(Files.readString(Path.of(file + ".pub")));
    }

    @Test
    void twoLinesWithOtherCommentsAreTheSameKey() throws Exception {
        SshPublicKey key = EnvironmentKey.generate("a").publicKey();
        SshPublicKey renamed = SshPublicKey.parse("  " + key.type() + "\t" + key.blob() + "  my laptop, 2nd \n");
        assertThat(renamed.comment()).isEqualTo("my laptop, 2nd");
        assertThat(renamed.sameKey(key)).isTrue();
        assertThat(renamed).isNotEqualTo(key);
        assertThat(renamed.sameKey(EnvironmentKey.generate("a").publicKey())).isFalse();
    }

    @Test
    void travelsAsJson() throws Exception {
        SshPublicKey key = EnvironmentKey.generate("a").publicKey();
        var mapper = Json.mapper();
        assertThat(mapper.readValue(mapper.writeValueAsString(key), SshPublicKey.class))
                .isEqualTo(key);
    }

    @Test
    void refusesABlobWithBytesAfterTheKey() throws Exception {
        SshPublicKey key = EnvironmentKey.generate("").publicKey();
        byte[] longer = new WireWriter().raw(key.bytes()).raw((byte) 0).bytes();
        assertRefused("ssh-ed25519 " + Base64.getEncoder().encodeToString(longer), "1 bytes after its end");
    }

    @Test
    void refusesBase64ThatIsNotCanonical() {
        String blob = EnvironmentKey.generate("").publicKey().blob();
        assertRefused("ssh-ed25519 " + blob + "=", "base64");
        assertRefused("ssh-ed25519 " + blob.substring(0, blob.length() - 1), "");
        assertRefused("ssh-ed25519 " + blob.substring(0, 20) + "\u00e9" + blob.substring(21), "base64");
    }

    @Test
    void refusesALineWhoseTypeIsNotTheKeys() {
        String blob = EnvironmentKey.generate("").publicKey().blob();
        assertRefused("sk-ssh-ed25519@openssh.com " + blob, "the key inside is ssh-ed25519");
    }

    @Test
    void refusesAKeyOfATypeThatIsNotTaken() throws Exception {
        OpenSsh openSsh = new OpenSsh(folder);
        Path rsa = openSsh.key("rsa", "-t", "rsa", "-b", "2048");
        assertRefused(Files.readString(Path.of(rsa + ".pub")), "'ssh-rsa' is not taken");
    }

    @Test
    void refusesOptionsAndHiddenCharacters() {
        String line = EnvironmentKey.generate("").publicKey().line();
        assertRefused("cert-authority " + line, "'cert-authority' is not taken");
        assertRefused(line + " lap\u202etop", "\\u202e");
        assertRefused(line + "\n" + line, "");
        assertRefused("", "not of the form");
    }

    @Test
    void refusesAKeyThatNamesTheCurveOfAnotherType() {
        byte[] point = new byte[65];
        point[0] = 4;
        byte[] blob = new WireWriter()
                .string("ecdsa-sha2-nistp256")
                .string("nistp384")
                .string(point)
                .bytes();
        assertRefused("ecdsa-sha2-nistp256 " + Base64.getEncoder().encodeToString(blob), "names curve 'nistp384'");
    }

    private static void assertRefused(String line, String because) {
        assertThatThrownBy(() -> SshPublicKey.parse(line))
                .isInstanceOf(UnusableKey.class)
                .hasMessageContaining(because);
    }
}
