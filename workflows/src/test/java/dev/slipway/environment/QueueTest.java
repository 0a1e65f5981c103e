package dev.slipway.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.integers;
import static org.quicktheories.generators.SourceDSL.lists;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The queue as a state machine under every order of what can happen to it: asks, answers that are asked for again, the end of
 * whoever has the turn, people who take one out, crashes, locks and freezes that come and go.
 */
class QueueTest {

    private static final int CUSTOMERS = 8;

    /** One thing that happens, made of two numbers. */
    private record Happening(int what, int who) {
        static Happening of(int number) {
            return new Happening(Math.floorMod(number, 9), Math.floorMod(number / 9, CUSTOMERS));
        }
    }

    private static Holder customer(int number) {
        return new Holder(
                "release-" + number,
                "run",
                "1." + number,
                number == 0,
                Instant.EPOCH,
                number == 1 || number == 2,
                number == 1);
    }

    /** The queue, and beside it what everybody who watches from outside would say. */
    private static final class World {

        private Queue queue = new Queue(Optional.empty(), List.of());
        private final Set<Integer> inside = new LinkedHashSet<>();
        private final Map<Integer, Integer> askedAt = new HashMap<>();
        private final List<Integer> given = new ArrayList<>();
        private boolean locked;
        private boolean frozen;
        private int clock;

        void happens(Happening happening) {
            clock++;
            int who = happening.who();
            switch (happening.what()) {
                case 0, 1, 2 -> ask(who);
                case 3 -> leave(who);
                case 4 -> locked = !locked;
                case 5 -> frozen = !frozen;
                case 6 -> handsOver();
                case 7 ->
                    // continued as new
                    queue = new Queue(queue.holder(), queue.waiting());
                default -> queue.handOver(new Holder("nobody", "", "", false, Instant.EPOCH));
            }
            turn();
            check();
        }

        private void ask(int who) {
            boolean isNew = queue.ask(customer(who));
            assertThat(isNew).as("asking twice is asking once").isEqualTo(inside.add(who));
            askedAt.putIfAbsent(who, clock);
        }

        /** Cancelled, rejected or gone: whether it has the turn or not. */
        private void leave(int who) {
            queue.handOver(customer(who));
            inside.remove(who);
            askedAt.remove(who);
        }

        private void handsOver() {
            queue.holder().ifPresent(holder -> leave(number(holder)));
        }

        private static int number(Holder holder) {
            return Integer.parseInt(holder.workflow().substring("release-".length()));
        }

        private void turn() {
            List<Holder> before = queue.waiting();
            Queue.Bar bar = new Queue.Bar(locked, frozen);
            Optional<Holder> next = queue.next(bar);
            next.ifPresent(holder -> {
                int who = number(holder);
                assertThat(bar.lets(holder)).isTrue();
                before.stream()
                        .filter(bar::lets)
                        .filter(other -> !other.same(holder))
                        .forEach(other -> assertThat(rank(number(other)))
                                .as("%s goes before %s", holder, other)
                                .isGreaterThanOrEqualTo(rank(who)));
                before.stream()
                        .filter(bar::lets)
                        .filter(other -> rank(number(other)) == rank(who))
                        .forEach(other -> assertThat(askedAt.get(number(other)))
                                .as("in the order of asking")
                                .isGreaterThanOrEqualTo(askedAt.get(who)));
                given.add(who);
            });
            if (next.isEmpty() && queue.holder().isEmpty()) {
                assertThat(queue.waiting()).as("nobody waits for nothing").noneMatch(bar::lets);
            }
        }

        private static int rank(int who) {
            return customer(who).rollback() ? 0 : customer(who).hotfix() ? 1 : 2;
        }

        private void check() {
            Set<Integer> there = new LinkedHashSet<>();
            queue.holder().ifPresent(holder -> there.add(number(holder)));
            queue.waiting().forEach(holder -> assertThat(there.add(number(holder)))
                    .as("stands in it once")
                    .isTrue());
            assertThat(there).as("none lost, none invented").isEqualTo(inside);
            int ahead = queue.holder().isPresent() ? 1 : 0;
            for (Holder each : queue.waiting()) {
                assertThat(queue.ahead(each)).isEqualTo(ahead++);
            }
        }

        /** Without locks and freezes, everybody who asked gets the turn, and the queue ends empty. */
        void everythingEnds() {
            locked = false;
            frozen = false;
            int most = inside.size() + 1;
            turn();
            for (int round = 0; round < most; round++) {
                handsOver();
                turn();
                check();
            }
            assertThat(queue.holder()).isEmpty();
            assertThat(queue.waiting()).isEmpty();
        }
    }

    @Test
    void keepsItsPromisesUnderTenThousandOrdersOfEvents() {
        qt().withExamples(10_000)
                .forAll(lists().of(integers().between(0, 10_000)).ofSizeBetween(1, 60))
                .checkAssert(numbers -> {
                    World world = new World();
                    numbers.forEach(number -> world.happens(Happening.of(number)));
                    world.everythingEnds();
                });
    }

    @Test
    void putsRollbacksFirstThenHotfixesThenTheRestInTheOrderOfAsking() {
        Queue queue = new Queue(Optional.empty(), List.of());
        List.of(5, 3, 2, 4, 1, 0).forEach(who -> queue.ask(customer(who)));

        assertThat(queue.waiting())
                .extracting(Holder::version)
                .containsExactly("1.0", "1.2", "1.1", "1.5", "1.3", "1.4");
    }

    @Test
    void tellsWhoEverPassesWhatBars() {
        Queue.Bar lock = new Queue.Bar(true, false);
        Queue.Bar freeze = new Queue.Bar(false, true);

        assertThat(List.of(0, 1, 2, 3))
                .map(QueueTest::customer)
                .map(lock::lets)
                .containsExactly(true, false, false, false);
        assertThat(List.of(0, 1, 2, 3))
                .map(QueueTest::customer)
                .map(freeze::lets)
                .containsExactly(true, true, false, false);
    }
}
