package dev.slipway.environment;

import dev.slipway.environment.EnvironmentWorkflow.Place;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseName;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Instant;

/** Releases as far as a queue knows them: workflows that are given turns, and do nothing with them. */
final class Customers {

    private final WorkflowClient client;

    Customers(WorkflowClient client) {
        this.client = client;
    }

    /** See {@link Customers}. */
    @WorkflowInterface
    public interface Customer {
        @WorkflowMethod
        void run();

        @SignalMethod(name = "turn")
        void turn(TurnGranted granted);

        @SignalMethod
        void leave();

        @QueryMethod
        int turns();

        @QueryMethod
        int outdated();
    }

    /** See {@link Customer}. */
    public static class CustomerImpl implements Customer {
        private int turns;
        private int outdated;
        private boolean left;

        @Override
        public void run() {
            Workflow.await(() -> left);
        }

        @Override
        public void turn(TurnGranted granted) {
            if (granted.outdated()) {
                outdated++;
            } else {
                turns++;
            }
        }

        @Override
        public int outdated() {
            return outdated;
        }

        @Override
        public void leave() {
            left = true;
        }

        @Override
        public int turns() {
            return turns;
        }
    }

    /** One of them, and what it asks by. */
    record Standing(Customer customer, Holder holder) {

        boolean hasTheTurn() {
            return customer.turns() > 0;
        }

        /** The same one, that asks by something else. */
        Standing asking(Holder by) {
            return new Standing(customer, by);
        }

        /** Asks as a release does: who has the turn by the answer needs no signal. */
        Place ask(EnvironmentWorkflow queue) {
            Place place = queue.ask(holder);
            if (place.yours()) {
                customer.turn(new TurnGranted(holder));
            }
            return place;
        }
    }

    /** The queue of an environment, from this on. */
    EnvironmentWorkflow open(EnvironmentInput input) {
        EnvironmentWorkflow queue = client.newWorkflowStub(
                EnvironmentWorkflow.class,
                WorkflowOptions.newBuilder()
                        .setWorkflowId(ReleaseName.environmentWorkflowId(input.service(), input.environment()))
                        .setTaskQueue(Queues.WORKFLOWS)
                        .build());
        WorkflowClient.start(queue::run, input);
        return queue;
    }

    /** One that runs, and has not asked. */
    Standing start(String name, boolean rollback, Instant asked) {
        Customer customer = client.newWorkflowStub(
                Customer.class,
                WorkflowOptions.newBuilder()
                        .setWorkflowId(name)
                        .setTaskQueue(Queues.WORKFLOWS)
                        .build());
        String run = WorkflowClient.start(customer::run).getRunId();
        return new Standing(customer, new Holder(name, run, "1.4.0", rollback, asked));
    }
}
