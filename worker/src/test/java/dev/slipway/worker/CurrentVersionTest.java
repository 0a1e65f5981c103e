package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CurrentVersionTest {

    private static final String COMMAND =
            "temporal worker deployment set-current-version --deployment-name slipway --build-id 0.2.0";

    private final List<String> said = new ArrayList<>();
    private Optional<Boolean> getsWork = Optional.of(false);
    private final CurrentVersion version = CurrentVersion.of("0.2.0", "default", () -> getsWork, said::add);

    @Test
    void warnsOnceThatNoWorkComesAndWhatToType() {
        version.look();
        version.look();

        assertThat(said)
                .singleElement()
                .asString()
                .contains("gives this worker no work", "'0.2.0'", "SLIPWAY_BUILD_ID")
                .endsWith(COMMAND);
        assertThat(version.trouble()).contains(said.get(0));
    }

    @Test
    void saysThatItIsCurrentNow() {
        version.look();
        getsWork = Optional.of(true);
        version.look();

        assertThat(version.trouble()).isEmpty();
        assertThat(said).hasSize(2).last().asString().contains("this worker gets work");
    }

    @Test
    void saysNothingWhereItIsCurrentAllTheTime() {
        getsWork = Optional.of(true);
        version.look();

        assertThat(said).isEmpty();
        assertThat(version.trouble()).isEmpty();
    }

    @Test
    void keepsWhatItKnowsWhileTemporalIsAway() {
        version.look();
        getsWork = Optional.empty();
        version.look();

        assertThat(said).hasSize(1);
        assertThat(version.trouble()).contains(said.get(0));
    }

    @Test
    void namesTheCommandAsWellWhereTemporalDoesNotSay() {
        getsWork = Optional.empty();
        version.look();

        assertThat(said).singleElement().asString().contains("does not say").endsWith(COMMAND);
    }

    @Test
    void warnsAWorkerWithoutABuildIdOfOneThatIsCurrent() {
        Deque<Optional<Temporal.Current>> told = new ArrayDeque<>(List.of(
                Optional.empty(),
                Optional.of(new Temporal.Current("slipway", "0.2.0")),
                Optional.of(new Temporal.Current("slipway", "0.2.0")),
                Optional.empty(),
                Optional.of(new Temporal.Current("", ""))));
        CurrentVersion without = CurrentVersion.withoutBuildId("releases", "default", told::poll, said::add);

        without.look();
        assertThat(without.trouble()).as("nothing is known of it").isEmpty();
        without.look();
        without.look();
        without.look();
        assertThat(said)
                .singleElement()
                .asString()
                .contains(
                        "gives this worker no work", "'0.2.0'", "'releases'", "this worker has none (SLIPWAY_BUILD_ID)")
                .endsWith("temporal worker deployment set-current-version --deployment-name slipway --unversioned");
        assertThat(without.trouble()).contains(said.get(0));
        without.look();
        assertThat(without.trouble()).isEmpty();
        assertThat(said).hasSize(2).last().asString().contains("gets work");
    }

    @Test
    void namesTheNamespaceOfTheWorker() {
        CurrentVersion elsewhere = CurrentVersion.of("0.2.0", "acme.a1b2c", () -> getsWork, said::add);
        elsewhere.look();

        assertThat(said).singleElement().asString().endsWith(COMMAND + " --namespace acme.a1b2c");
    }
}
