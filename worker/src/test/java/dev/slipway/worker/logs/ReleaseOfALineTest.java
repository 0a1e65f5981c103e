package dev.slipway.worker.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.BeatingWork;
import dev.slipway.process.Pulse;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class ReleaseOfALineTest {

    @Test
    void isKnownInTheThreadOfAMigration() {
        try (MDC.MDCCloseable ignored = MDC.putCloseable(Lines.WORKFLOW, "release:shop:production:1.4.0")) {
            String about =
                    new BeatingWork("migrations", Pulse.unheard()).run(() -> MDC.get(Lines.WORKFLOW), thread -> {});

            assertThat(about).isEqualTo("release:shop:production:1.4.0");
        }
    }
}
