package dev.slipway.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.environment.Customers.Customer;
import dev.slipway.environment.Customers.CustomerImpl;
import dev.slipway.environment.Customers.Standing;
import dev.slipway.environment.EnvironmentWorkflow.HandOver;
import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.release.Rehearsal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The queue as a workflow, asked, handed over and left behind in an order that nobody chose; the same as {@link QueueTest}
 * does with the pure queue many times more.
 */
class InterleavingsTest {

    private static final int ROUNDS = 50;
    private static final int STEPS = 8;

    private Rehearsal rehearsal;

    @BeforeEach
    void start() {
        rehearsal = new Rehearsal(CustomerImpl.class);
    }

    @AfterEach
    void close() {
        rehearsal.close();
    }

    @Test
    void oneHolderNobodyLostAndTheOrderOfAsking() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            interleave(random, "round" + round, "seed " + seed + ", round " + round);
        }
    }

    private void interleave(Random random, String service, String what) {
        Customers at = new Customers(rehearsal.temporal.getWorkflowClient());
        EnvironmentWorkflow queue = at.open(EnvironmentInput.of(service, "production"));
        List<Standing> customers = new ArrayList<>();
        for (int i = 0; i < 2 + random.nextInt(3); i++) {
            customers.add(at.start(service + "-" + i, false, rehearsal.now()));
        }
        List<String> asked = new ArrayList<>();
        List<String> over = new ArrayList<>();
        List<String> gaveUp = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            Standing one = customers.get(random.nextInt(customers.size()));
            switch (random.nextInt(3)) {
                case 0 -> {
                    if (!over.contains(one.holder().workflow())) {
                        one.ask(queue);
                        if (!asked.contains(one.holder().workflow())) {
                            asked.add(one.holder().workflow());
                        }
                    }
                }
                case 1 ->
                    queue.view().holder().forEach(holder -> {
                        handOver(random, queue, holder);
                        over.add(holder.workflow());
                        if (random.nextBoolean()) {
                            // a close whose answer was lost is done again, and says so again
                            handOver(random, queue, holder);
                        }
                    });
                default -> {
                    // one that asks no more, although it never had its turn
                    if (asked.contains(one.holder().workflow())
                            && !over.contains(one.holder().workflow())) {
                        queue.handOver(new HandOver(one.holder(), List.of()));
                        over.add(one.holder().workflow());
                        gaveUp.add(one.holder().workflow());
                    }
                }
            }
            sound(queue.view(), what);
        }
        drain(random, queue, over, asked.size(), what);
        assertThat(over).as(what).containsExactlyInAnyOrderElementsOf(asked);
        customers.stream()
                .filter(each -> asked.contains(each.holder().workflow()))
                .filter(each -> !gaveUp.contains(each.holder().workflow()))
                .forEach(each -> Rehearsal.await(
                        what + ": " + each.holder().workflow() + " has heard of its turn", each::hasTheTurn));
        customers.forEach(each -> each.customer().leave());
    }

    private static void sound(View view, String what) {
        assertThat(view.holder()).as(what).hasSizeLessThanOrEqualTo(1);
        assertThat(view.waiting()).as(what).noneMatch(view.holder()::contains).doesNotHaveDuplicates();
    }

    /** By a signal, and the queue tells the next; or by a question, and whoever asked tells them. */
    private void handOver(Random random, EnvironmentWorkflow queue, Holder from) {
        HandOver handOver = new HandOver(from, List.of());
        if (random.nextBoolean()) {
            queue.handOver(handOver);
        } else {
            queue.passOn(handOver).holder().forEach(this::tell);
        }
    }

    private void tell(Holder next) {
        rehearsal
                .temporal
                .getWorkflowClient()
                .newWorkflowStub(Customer.class, next.workflow())
                .turn(new TurnGranted(next));
    }

    /** Everybody comes to an end. */
    private void drain(Random random, EnvironmentWorkflow queue, List<String> over, int all, String what) {
        for (int times = 0; times < 20 && over.size() < all; times++) {
            Rehearsal.await(
                    what + ": somebody has the turn",
                    () -> !queue.view().holder().isEmpty());
            View before = queue.view();
            Holder holder = before.holder().get(0);
            handOver(random, queue, holder);
            over.add(holder.workflow());
            if (!before.waiting().isEmpty()) {
                Rehearsal.await(
                        what + ": the next of the order has the turn",
                        () -> queue.view().holder().equals(before.waiting().subList(0, 1)));
            }
            sound(queue.view(), what);
        }
    }
}
