package dev.slipway.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KnownEnvironmentsTest {

    @TempDir
    Path folder;

    private Path file;
    private KnownEnvironments known;
    private final EnvironmentKey production = EnvironmentKey.generate("shop production");
    private final EnvironmentKey staging = EnvironmentKey.generate("");

    @BeforeEach
    void nameAFileThatIsNotThereYet() {
        file = folder.resolve("home/.config/slipway/known_environments");
        known = new KnownEnvironments(file);
    }

    @Test
    void knowsNothingAtFirst() throws Exception {
        assertThat(known.lookup("shop", "production")).isEmpty();
        assertThat(file).doesNotExist();
    }

    @Test
    void remembersAKeyInAFileOfItsOwner() throws Exception {
        assertThat(known.add("shop", "production", production.publicKey()))
                .isEqualTo(new KnownEnvironments.Added.New(production.publicKey()));
        known.add("shop", "staging", staging.publicKey());
        assertThat(known.lookup("shop", "production")).contains(production.publicKey());
        assertThat(new KnownEnvironments(file).lookup("shop", "staging")).contains(staging.publicKey());
        assertThat(known.lookup("other", "production")).isEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(file)
                .hasContent("shop/production " + production.publicKey().line() + "\nshop/staging "
                        + staging.publicKey().line() + "\n");
    }

    @Test
    void neverTakesAnotherKeyInsteadOfThePinnedOne() throws Exception {
        known.add("shop", "production", production.publicKey());
        assertThat(known.add("shop", "production", production.publicKey()))
                .isEqualTo(new KnownEnvironments.Added.Same(production.publicKey()));
        var conflict = (KnownEnvironments.Added.Conflict) known.add("shop", "production", staging.publicKey());
        assertThat(conflict.pinned()).isEqualTo(production.publicKey());
        assertThat(conflict.problem())
                .contains(production.publicKey().fingerprint())
                .contains(staging.publicKey().fingerprint())
                .contains(file.toString());
        assertThat(known.lookup("shop", "production")).contains(production.publicKey());
    }

    @Test
    void leavesCommentsAndAMissingLineEndAlone() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(
                file, "# ours\n\nshop/production   " + production.publicKey().line());
        known.add("shop", "staging", staging.publicKey());
        assertThat(known.lookup("shop", "production")).contains(production.publicKey());
        assertThat(known.lookup("shop", "staging")).contains(staging.publicKey());
        assertThat(file).content().startsWith("# ours\n\nshop/production   ");
    }

    @Test
    void refusesAFileItCannotReadInFullAndNamesTheLine() throws Exception {
        Files.createDirectories(file.getParent());
        String good = "shop/production " + production.publicKey().line() + "\n";
        for (String bad :
                new String[] {"shop " + staging.publicKey().line(), "shop/staging", "shop/staging ssh-rsa AAAA"}) {
            Files.writeString(file, good + bad + "\n");
            assertThatThrownBy(() -> known.lookup("shop", "production"))
                    .isInstanceOf(UnusableKey.class)
                    .hasMessageContaining("line 2 of '" + file + "'");
        }
        Files.writeString(file, good + "shop/production " + staging.publicKey().line() + "\n");
        assertThatThrownBy(() -> known.lookup("shop", "production"))
                .isInstanceOf(UnusableKey.class)
                .hasMessageContaining("second key");
    }

    @Test
    void believesOnlyThePinnedKey() throws Exception {
        String text = "review of 1.4.2\n";
        assertThat(known.check("shop", "production", text, production.sign(text)))
                .isInstanceOf(KnownEnvironments.Origin.Unknown.class);
        known.add("shop", "production", production.publicKey());
        known.add("shop", "staging", staging.publicKey());
        assertThat(known.check("shop", "production", text, production.sign(text)))
                .isEqualTo(new KnownEnvironments.Origin.Genuine(production.publicKey()));
        assertThat(refusal(text, staging.sign(text))).contains("somebody else answers");
        assertThat(refusal(text + " ", production.sign(text))).contains("altered");
        assertThat(refusal(text, production.sign(text.getBytes(), Namespace.STATEMENT)))
                .contains("made for namespace 'slipway'");
        assertThat(refusal("\ud800", production.sign("?"))).contains("half a character");
        assertThat(refusal(text, "")).isNotBlank();
    }

    @Test
    void refusesANameThatCouldMeanAnotherLine() {
        assertThatThrownBy(() -> known.lookup("shop\nx", "production")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> known.lookup("shop/x", "production")).isInstanceOf(IllegalArgumentException.class);
    }

    private String refusal(String text, String signature) throws Exception {
        var origin = known.check("shop", "production", text, signature);
        assertThat(origin).isInstanceOf(KnownEnvironments.Origin.Refused.class);
        return ((KnownEnvironments.Origin.Refused) origin).why();
    }
}
