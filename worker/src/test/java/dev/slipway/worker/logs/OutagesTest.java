package dev.slipway.worker.logs;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.net.ConnectException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class OutagesTest {

    private final LoggerContext context = new LoggerContext();
    private final Outages outages = new Outages();

    @Test
    void dropsThePollersComplaintsWhileTemporalIsAway() {
        assertThat(outages.decide(warning(
                        "io.temporal.internal.worker.BasePoller",
                        new RuntimeException("UNAVAILABLE: io exception", new ConnectException("refused")))))
                .isEqualTo(FilterReply.DENY);
    }

    @Test
    void dropsThePollersStumbleWhenTheyAreStopped() {
        assertThat(outages.decide(warning("io.temporal.internal.worker.BasePoller", new RejectedExecutionException())))
                .isEqualTo(FilterReply.DENY);
    }

    @Test
    void leavesEverythingElseAlone() {
        assertThat(outages.decide(warning("io.temporal.internal.worker", new IllegalStateException("stuck"))))
                .isEqualTo(FilterReply.NEUTRAL);
        assertThat(outages.decide(warning("dev.slipway.steps", new RuntimeException("UNAVAILABLE: a database"))))
                .isEqualTo(FilterReply.NEUTRAL);
    }

    private LoggingEvent warning(String logger, Throwable thrown) {
        return new LoggingEvent("test", context.getLogger(logger), Level.WARN, "failure", thrown, new Object[0]);
    }
}
