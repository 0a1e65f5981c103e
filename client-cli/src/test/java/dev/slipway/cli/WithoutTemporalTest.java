package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WithoutTemporalTest {

    private Desk desk;

    @BeforeEach
    void sitDown(@TempDir Path folder) {
        desk = new Desk(folder, "127.0.0.1:1");
    }

    @Test
    void everyCommandThatNeedsTemporalSaysThatItIsNotThere() {
        for (String[] command : new String[][] {
            {"status", "production"},
            {"waiting"},
            {"watch"},
            {"show", "1.0.0"},
            {"approve", "shop/production@1.0.0"},
            {"reject", "1.0.0", "--reason", "no"},
            {"cancel", "1.0.0"},
            {"finish"},
            {"retry"},
            {"give-up"},
            {"extend", "--for", "10m"},
            {"logs"},
            {"history", "production"},
            {"unlock", "production", "--reason", "looked"},
            {"rollback", "production"}
        }) {
            Typed typed = desk.type(command);
            assertThat(typed.code()).as(String.join(" ", command) + typed.err()).isEqualTo(18);
            assertThat(typed.err().lines()).as(String.join(" ", command)).hasSize(1);
        }
    }

    @Test
    void validatesAPlanAndTellsEachProblemWithItsPlace() {
        assertThat(desk.type("validate").code()).isZero();
        desk.writePlan(", quorom: 2");
        Typed typed = desk.type("validate");
        assertThat(typed.code()).isEqualTo(2);
        assertThat(typed.err()).contains("slipway.yaml:9:").contains("quorom").contains("^");
    }

    @Test
    void printsThePlanItsDigestAndTheSchema() {
        assertThat(desk.type("plan", "production", "--version", "1.0.0").out()).contains("shop/production@1.0.0");
        assertThat(desk.type("plan", "--version", "1.0.0", "--output", "json").out())
                .contains("\"digest\"");
        assertThat(desk.type("schema").out()).contains("\"$schema\"");
    }

    @Test
    void pinsAKeyAndNeverAnotherOneInItsPlace() {
        String key = desk.environmentKey.publicKey().line();
        assertThat(desk.type("trust", "production").code()).isEqualTo(19);
        assertThat(desk.type("trust", "production", "--key", key).out()).contains("is pinned now");
        assertThat(desk.type("trust", "production", "--key", key).out()).contains("was pinned already");
        Typed other = desk.type(
                "trust",
                "production",
                "--key",
                desk.checkout.resolveSibling("mallory.pub").toString());
        assertThat(other.code()).isEqualTo(17);
        assertThat(other.err()).contains("ask who runs it");
        assertThat(desk.type("trust", "production").code()).isZero();
    }

    @Test
    void asksForTheServiceOutsideOfACheckout() {
        Typed typed = desk.typeIn(desk.home, "history", "production");
        assertThat(typed.code()).isEqualTo(2);
        assertThat(typed.err()).contains("write it like 'shop/production'");
    }

    @Test
    void saysWhatIsMissingInAWrongCommand() {
        assertThat(desk.type("release", "production").code()).isEqualTo(2);
        assertThat(desk.type("reelase").code()).isEqualTo(2);
        assertThat(desk.type().code()).isEqualTo(2);
    }

    @Test
    void namesAnUnknownOptionBesideTheOneThatIsMissing() {
        Typed typed = desk.type("unlock", "production", "--raeson", "looked");
        assertThat(typed.code()).isEqualTo(2);
        assertThat(typed.err()).contains("--raeson").contains("--reason");
    }

    @Test
    void listsTheExitCodesInTheHelp() {
        Typed typed = desk.type("--help");
        assertThat(typed.code()).isZero();
        assertThat(typed.out()).contains("19   said to have succeeded").doesNotContain("warm-up");
    }

    /** An archive is only kept of a start that came to its end. */
    @Test
    void warmsUpWithATemporalOfItsOwn() {
        assertThat(desk.type("warm-up").code()).isZero();
    }

    @Test
    void printsTheStackOnlyWhenAskedTo() {
        assertThat(desk.type("status", "production").err()).doesNotContain("\tat ");
        assertThat(desk.type("status", "production", "--verbose").err()).contains("\tat ");
    }
}
