package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RepeatedTest {

    @Test
    void looksAgainAndAgain() throws Exception {
        CountDownLatch looks = new CountDownLatch(3);
        try (Repeated repeated = Repeated.start("looks", looks::countDown, Duration.ofMillis(1))) {
            assertThat(repeated).isNotNull();
            assertThat(looks.await(20, TimeUnit.SECONDS))
                    .as("looked three times")
                    .isTrue();
        }
    }
}
