package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.ledger.Change;
import dev.slipway.record.Event;
import dev.slipway.release.Dock;
import dev.slipway.steps.Unavailable;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A policy that was put into force by a newer version than this worker's. */
class NewerPolicyTest {

    @Test
    void nothingIsJudgedByAPolicyThatSaysMoreThanIsKnown(@TempDir Path home) throws Exception {
        try (Dock dock = new Dock(home)) {
            String text = Dock.NO_FLOOR.text();
            inForce(dock, text);
            assertThat(Authority.of(dock.served(), dock.state()).policy()).contains(Dock.NO_FLOOR);

            inForce(dock, text.replaceFirst("\\{", "{\"aNewLaw\":true,"));
            assertThatThrownBy(() -> Authority.of(dock.served(), dock.state()))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("'aNewLaw' is not known here")
                    .hasMessageContaining("upgrade this worker");
        }
    }

    private static void inForce(Dock dock, String text) {
        String digest = dock.served().record().keep(text);
        dock.served()
                .record()
                .change(head -> Optional.of(new Change(
                        new Event(Event.Kind.POLICY, "", "a policy", Map.of()),
                        head.state().withPolicy(digest))));
    }
}
