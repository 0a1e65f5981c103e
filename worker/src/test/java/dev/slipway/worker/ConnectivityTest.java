package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ConnectivityTest {

    @Test
    void saysOnceThatTemporalIsAwayAndOnceThatItIsBack() throws InterruptedException {
        AtomicBoolean answers = new AtomicBoolean(false);
        AtomicInteger looks = new AtomicInteger();
        BlockingQueue<String> said = new LinkedBlockingQueue<>();
        try (Connectivity connectivity = Connectivity.watch(
                () -> {
                    // several looks at the same state: one line
                    if (looks.incrementAndGet() == 5) {
                        answers.set(true);
                    }
                    return answers.get();
                },
                Duration.ofMillis(5),
                said::add)) {
            assertThat(connectivity).isNotNull();
            assertThat(said.poll(10, TimeUnit.SECONDS)).contains("can't be reached");
            assertThat(said.poll(10, TimeUnit.SECONDS)).contains("answers again");
            assertThat(said).isEmpty();
        }
    }
}
