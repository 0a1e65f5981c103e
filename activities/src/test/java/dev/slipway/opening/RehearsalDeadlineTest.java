package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.rehearsal.RehearsalSkipped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A dump is fetched for as long as the review has, and no longer. */
class RehearsalDeadlineTest {

    @Test
    void passesBeatsOnUntilTheDeadline() {
        List<String> beats = new ArrayList<>();
        long now = System.nanoTime();

        Rehearsing.until(now + Duration.ofMinutes(1).toNanos(), beats::add).beat("fetched 1 byte");
        assertThatThrownBy(() -> Rehearsing.until(now, beats::add).beat("fetched 2 bytes"))
                .isInstanceOf(RehearsalSkipped.class)
                .hasMessageContaining("longer than `timeouts: {review: …}` leaves");

        assertThat(beats).containsExactly("fetched 1 byte");
    }
}
