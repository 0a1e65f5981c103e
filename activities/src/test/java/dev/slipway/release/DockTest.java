package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The honest way through the activities, which every attack departs from. */
class DockTest {

    @Test
    void honestCallsReleaseAVersion(@TempDir Path home) throws Exception {
        try (Dock dock = new Dock(home)) {
            dock.files();

            assertThat(dock.released("1.0.0").outcome()).isEqualTo("SUCCEEDED");

            assertThat(dock.live()).isEqualTo("1.0.0");
            assertThat(dock.history()).containsExactly("1.0.0");
            assertThat(dock.state().live().targets()).containsEntry("web", "1.0.0");
        }
    }
}
