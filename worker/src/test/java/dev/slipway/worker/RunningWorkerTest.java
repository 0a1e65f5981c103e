package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunningWorkerTest {

    @Test
    void givesTheFirstTaskOfANewJvmMoreThanASecond() {
        assertThat(RunningWorker.options(RunningWorker.STICKY).build().getDefaultDeadlockDetectionTimeout())
                .isGreaterThanOrEqualTo(5_000);
    }
}
