package dev.slipway.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReleaseWindowTest {

    private static final String BERLIN = "Europe/Berlin";

    @Test
    void isAlwaysOpenWhereNothingIsSaid() {
        ReleaseWindow always = window("", List.of(), List.of());

        assertThat(always.contains(Instant.EPOCH)).isTrue();
        assertThat(always.nextOpening(Instant.EPOCH)).contains(Instant.EPOCH);
        assertThat(always.words()).isEqualTo("always");
    }

    @Test
    void opensAtTheFirstSecondAndNotAtTheLast() {
        ReleaseWindow window = window(BERLIN, List.of("tue-thu 09:00-16:00"), List.of());

        assertThat(window.contains(berlin("2026-11-24T08:59:59"))).isFalse();
        assertThat(window.contains(berlin("2026-11-24T09:00:00"))).isTrue();
        assertThat(window.contains(berlin("2026-11-24T15:59:59"))).isTrue();
        assertThat(window.contains(berlin("2026-11-24T16:00:00"))).isFalse();
        assertThat(window.contains(berlin("2026-11-23T12:00:00"))).isFalse();
        assertThat(window.nextOpening(berlin("2026-11-26T16:00:00"))).contains(berlin("2026-12-01T09:00:00"));
        assertThat(window.words()).isEqualTo("tue-thu 09:00-16:00 (Europe/Berlin)");
    }

    @Test
    void goesOnOverMidnight() {
        ReleaseWindow window = window("UTC", List.of("mon,wed 22:00-02:00"), List.of());

        assertThat(window.contains(Instant.parse("2026-11-23T23:00:00Z"))).isTrue();
        assertThat(window.contains(Instant.parse("2026-11-24T01:59:59Z"))).isTrue();
        assertThat(window.contains(Instant.parse("2026-11-24T02:00:00Z"))).isFalse();
        assertThat(window.contains(Instant.parse("2026-11-24T23:00:00Z"))).isFalse();
        assertThat(window.contains(Instant.parse("2026-11-23T01:00:00Z"))).isFalse();
        assertThat(window.nextOpening(Instant.parse("2026-11-24T02:00:00Z")))
                .contains(Instant.parse("2026-11-25T22:00:00Z"));
    }

    @Test
    void takesRangesOverTheWeekendAndTheEndOfTheDay() {
        ReleaseWindow window = window("UTC", List.of("sat-mon 20:00-24:00"), List.of());

        assertThat(window.contains(Instant.parse("2026-11-22T23:59:59Z"))).isTrue();
        assertThat(window.contains(Instant.parse("2026-11-23T00:00:00Z"))).isFalse();
        assertThat(window.contains(Instant.parse("2026-11-24T21:00:00Z"))).isFalse();
    }

    @Test
    void staysClosedOnClosedDates() {
        ReleaseWindow window =
                window(BERLIN, List.of("tue-thu 09:00-16:00"), List.of("2026-12-18..2027-01-06", "2027-01-07"));

        assertThat(window.contains(berlin("2026-12-17T12:00:00"))).isTrue();
        assertThat(window.contains(berlin("2026-12-22T12:00:00"))).isFalse();
        assertThat(window.contains(berlin("2027-01-06T12:00:00"))).isFalse();
        assertThat(window.nextOpening(berlin("2026-12-17T16:00:00"))).contains(berlin("2027-01-12T09:00:00"));
    }

    @Test
    void opensAgainAtMidnightAfterClosedDates() {
        ReleaseWindow window = window(BERLIN, List.of(), List.of("2026-12-18..2027-01-06"));

        assertThat(window.nextOpening(berlin("2026-12-20T12:00:00"))).contains(berlin("2027-01-07T00:00:00"));
        assertThat(window.words()).isEqualTo("always (Europe/Berlin), closed 2026-12-18..2027-01-06");
    }

    @Test
    void opensAfterTheHourThatSummerTimeSkips() {
        // on 2027-03-28 the clocks in Berlin go from 02:00 to 03:00, at 01:00 UTC
        ReleaseWindow window = window(BERLIN, List.of("sun 02:30-05:00"), List.of());

        assertThat(window.nextOpening(Instant.parse("2027-03-27T12:00:00Z")))
                .contains(Instant.parse("2027-03-28T01:00:00Z"));
        assertThat(window.contains(Instant.parse("2027-03-28T00:59:59Z"))).isFalse();
        assertThat(window.contains(Instant.parse("2027-03-28T02:59:59Z"))).isTrue();
        assertThat(window.contains(Instant.parse("2027-03-28T03:00:00Z"))).isFalse();
    }

    @Test
    void skipsAWindowThatLiesInTheSkippedHour() {
        ReleaseWindow window = window(BERLIN, List.of("sun 02:15-02:45"), List.of());

        assertThat(window.nextOpening(Instant.parse("2027-03-27T12:00:00Z")))
                .contains(Instant.parse("2027-04-04T00:15:00Z"));
    }

    @Test
    void opensTwiceInTheHourThatWinterTimeRepeats() {
        // on 2026-10-25 the clocks in Berlin go from 03:00 back to 02:00, at 01:00 UTC
        ReleaseWindow window = window(BERLIN, List.of("sun 02:15-02:45"), List.of());

        assertThat(window.contains(Instant.parse("2026-10-25T00:30:00Z"))).isTrue();
        assertThat(window.contains(Instant.parse("2026-10-25T00:50:00Z"))).isFalse();
        assertThat(window.nextOpening(Instant.parse("2026-10-25T00:50:00Z")))
                .contains(Instant.parse("2026-10-25T01:15:00Z"));
        assertThat(window.contains(Instant.parse("2026-10-25T01:45:00Z"))).isFalse();
    }

    @Test
    void findsTheVeryFirstSecondOfAnyWindow() {
        Random random = new Random(7);
        List<String> hours =
                List.of("mon 00:00-24:00", "tue-thu 09:00-16:00", "sun 01:30-02:30", "fri,sun 23:00-03:00");
        List<String> zones = List.of(BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu");
        for (int round = 0; round < 300; round++) {
            ReleaseWindow window = window(
                    zones.get(random.nextInt(zones.size())),
                    List.of(hours.get(random.nextInt(hours.size()))),
                    List.of("2026-10-20..2026-10-22"));
            Instant start = Instant.parse("2026-10-15T00:00:00Z").plusSeconds(random.nextInt(200 * 86_400));

            Instant opening = window.nextOpening(start).orElseThrow();

            assertThat(window.contains(opening)).isTrue();
            assertThat(opening.equals(start) || !window.contains(opening.minusMillis(1)))
                    .isTrue();
            for (Instant time = start; time.isBefore(opening); time = time.plus(Duration.ofMinutes(10))) {
                assertThat(window.contains(time)).isFalse();
            }
        }
    }

    @Test
    void givesUpWhereItNeverOpens() {
        ReleaseWindow window = window("UTC", List.of("mon 09:00-10:00"), List.of("2020-01-01..2099-12-31"));

        assertThat(window.nextOpening(Instant.parse("2026-11-21T00:00:00Z"))).isEqualTo(Optional.empty());
    }

    @Test
    void refusesWhatThePlanReaderWouldRefuse() {
        assertThatThrownBy(() -> window("Mars/Olympus", List.of("mon 09:00-10:00"), List.of()))
                .hasMessage("window: zone `Mars/Olympus` is not known");
        assertThatThrownBy(() -> window("UTC", List.of("mon 10:00-10:00"), List.of()))
                .hasMessage("`mon 10:00-10:00` ends when it starts");
        assertThatThrownBy(() -> window("UTC", List.of("mon 10:00-25:00"), List.of()))
                .hasMessageContaining("is not a time of the week");
    }

    private static ReleaseWindow window(String zone, List<String> open, List<String> closed) {
        return new ReleaseWindow(new Window(zone, open, closed));
    }

    private static Instant berlin(String time) {
        return LocalDateTime.parse(time).atZone(ZoneId.of(BERLIN)).toInstant();
    }
}
