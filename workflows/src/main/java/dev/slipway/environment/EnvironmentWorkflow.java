package dev.slipway.environment;

import dev.slipway.trust.SignedStatement;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;

/**
 * The queue of one environment, and the mirror of its record. One change at a time, in the order of asking. Its id is
 * {@code environment:<service>:<environment>}. What is true stands in the record; losing this workflow loses no truth.
 */
@WorkflowInterface
public interface EnvironmentWorkflow {

    @WorkflowMethod
    void run(EnvironmentInput input);

    @UpdateMethod(name = "ask", description = "From a release: asks for the turn. Answered by the signal turn.")
    Place ask(Holder holder);

    @SignalMethod(name = "handOver", description = "From a release: gives the turn, or its place in the queue, back.")
    void handOver(HandOver handOver);

    @UpdateMethod(
            name = "unlock",
            description = "Unlocks the environment after a person has looked. Takes a signed statement of kind unlock"
                    + " (`slipway unlock --print`).")
    Unlocked unlock(SignedStatement unlock);

    @UpdateMethod(name = "refresh", description = "Copies the record again.")
    View refresh();

    @QueryMethod(name = "view", description = "Turn, queue, lock, what is live, and how the last releases ended.")
    View view();

    /**
     * Where a release stands in the queue.
     *
     * @param ahead how many change the environment before it
     * @param why what it waits for, empty where it has the turn
     * @param yours whether it has the turn already: the signal that said so may have been lost
     */
    record Place(int ahead, String why, boolean yours) {
        public Place {
            why = why == null ? "" : why;
        }

        public Place(int ahead, String why) {
            this(ahead, why, false);
        }
    }

    /** @param mirror the record as the holder left it: none or one */
    record HandOver(Holder holder, List<Mirror> mirror) {
        public HandOver {
            holder = holder == null ? Holder.nobody() : holder;
            mirror = mirror == null ? List.of() : List.copyOf(mirror);
        }
    }

    /** @param done false where the worker refused; {@code text} says why */
    record Unlocked(boolean done, String text) {
        public Unlocked {
            text = text == null ? "" : text;
        }
    }

    /** The environment on one screen. */
    record View(String service, String environment, List<Holder> holder, List<Holder> waiting, List<Mirror> mirror) {
        public View {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            holder = holder == null ? List.of() : List.copyOf(holder);
            waiting = waiting == null ? List.of() : List.copyOf(waiting);
            mirror = mirror == null ? List.of() : List.copyOf(mirror);
        }
    }
}
