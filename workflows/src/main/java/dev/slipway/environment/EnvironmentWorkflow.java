package dev.slipway.environment;

import dev.slipway.record.SignedText;
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

    @UpdateMethod(
            name = "ask",
            description = "From a release: asks for the turn. Answered at once, or later by the signal turn.")
    Place ask(Holder holder);

    @SignalMethod(name = "handOver", description = "From a release: gives the turn, or its place in the queue, back.")
    void handOver(HandOver handOver);

    @UpdateMethod(
            name = "handOver",
            description = "From a worker: the same as the signal. The answer is who has to be told of its turn now.")
    Next passOn(HandOver handOver);

    @UpdateMethod(
            name = "unlock",
            description = "Unlocks the environment after a person has looked."
                    + " Takes a signed statement of kind unlock (`slipway unlock --print`).")
    Decided unlock(SignedStatement signed);

    @SignalMethod(name = "unlock", description = "The same as the update unlock, where only a signal can be sent.")
    void unlockBySignal(SignedStatement signed);

    @UpdateMethod(
            name = "freeze",
            description = "No change begins until the freeze ends, except what goes back. One approver is enough."
                    + " Takes a signed statement of kind freeze (`slipway freeze --print`).")
    Decided freeze(SignedStatement signed);

    @SignalMethod(name = "freeze", description = "The same as the update freeze, where only a signal can be sent.")
    void freezeBySignal(SignedStatement signed);

    @UpdateMethod(
            name = "unfreeze",
            description = "Ends a freeze." + " Takes a signed statement of kind unfreeze (`slipway unfreeze --print`).")
    Decided unfreeze(SignedStatement signed);

    @SignalMethod(name = "unfreeze", description = "The same as the update unfreeze, where only a signal can be sent.")
    void unfreezeBySignal(SignedStatement signed);

    @UpdateMethod(
            name = "suspend",
            description = "A key counts no more, at once. One approver is enough."
                    + " Takes a signed statement of kind suspend (`slipway suspend --print`).")
    Decided suspend(SignedStatement signed);

    @SignalMethod(name = "suspend", description = "The same as the update suspend, where only a signal can be sent.")
    void suspendBySignal(SignedStatement signed);

    @UpdateMethod(
            name = "policy",
            description = "Changes the policy in force. Counts when as many have signed it as the old policy asks for."
                    + " Takes a signed statement of kind policy (`slipway policy --print`).")
    Decided policy(SignedStatement signed);

    @SignalMethod(name = "policy", description = "The same as the update policy, where only a signal can be sent.")
    void policyBySignal(SignedStatement signed);

    @UpdateMethod(
            name = "adopt",
            description = "Goes on with a record that has gone back or is lost. Counts when the quorum has signed it."
                    + " Takes a signed statement of kind adopt (`slipway adopt --print`).")
    Decided adopt(SignedStatement signed);

    @SignalMethod(name = "adopt", description = "The same as the update adopt, where only a signal can be sent.")
    void adoptBySignal(SignedStatement signed);

    @UpdateMethod(
            name = "reconcile",
            description = "Tells the record what was changed by hand. Counts when the quorum has signed it."
                    + " Takes a signed statement of kind reconcile (`slipway reconcile --print`).")
    Decided reconcile(SignedStatement signed);

    @SignalMethod(
            name = "reconcile",
            description = "The same as the update reconcile, where only a signal can be sent.")
    void reconcileBySignal(SignedStatement signed);

    @UpdateMethod(name = "inspect", description = "What lies in the record's store, for somebody who has to adopt it.")
    EnvironmentActivities.Inspection inspect();

    @UpdateMethod(name = "refresh", description = "Copies the record again.")
    View refresh();

    @QueryMethod(name = "view", description = "Turn, queue, lock, what is live, and how the last releases ended.")
    View view();

    /**
     * Where a release stands in the queue.
     *
     * @param ahead how many change the environment before it
     * @param why what it waits for, empty where it has the turn
     * @param yours whether it has the turn already, because it was free, or because the signal that said so was lost
     * @param command what somebody can type to end that, empty where nobody knows
     * @param holder who has the turn, where that is somebody else: none or one
     */
    record Place(int ahead, String why, boolean yours, String command, List<Holder> holder) {
        public Place {
            why = why == null ? "" : why;
            command = command == null ? "" : command;
            holder = holder == null ? List.of() : List.copyOf(holder);
        }

        public Place(int ahead, String why, boolean yours) {
            this(ahead, why, yours, "", List.of());
        }

        public Place(int ahead, String why) {
            this(ahead, why, false);
        }
    }

    /**
     * Whom to tell what, which is up to whoever asked.
     *
     * @param holder who has got the turn: none or one
     * @param outdated who is out of the queue, because what they were approved for is no longer what would happen
     */
    record Next(List<Holder> holder, List<Holder> outdated) {
        public Next {
            holder = holder == null ? List.of() : List.copyOf(holder);
            outdated = outdated == null ? List.of() : List.copyOf(outdated);
        }
    }

    /** @param mirror the record as the holder left it: none or one */
    record HandOver(Holder holder, List<Mirror> mirror) {
        public HandOver {
            holder = holder == null ? Holder.nobody() : holder;
            mirror = mirror == null ? List.of() : List.copyOf(mirror);
        }
    }

    /**
     * What came of a word about the environment.
     *
     * @param done false where the worker refused, or where more have to say the same; {@code text} says which
     * @param receipt the entry that it became, signed by the environment's key: none or one
     */
    record Decided(boolean done, String text, List<SignedText> receipt) {
        public Decided {
            text = text == null ? "" : text;
            receipt = receipt == null ? List.of() : List.copyOf(receipt);
        }
    }

    /** The same word of several people, of whom more are needed. */
    record Proposal(List<SignedStatement> signed) {
        public Proposal {
            signed = signed == null ? List.of() : List.copyOf(signed);
        }
    }

    /**
     * The environment on one screen.
     *
     * @param trouble why the record can't be read, empty where it can
     * @param proposals what more people have to sign
     */
    record View(
            String service,
            String environment,
            List<Holder> holder,
            List<Holder> waiting,
            List<Mirror> mirror,
            String trouble,
            List<Proposal> proposals) {

        public View(
                String service, String environment, List<Holder> holder, List<Holder> waiting, List<Mirror> mirror) {
            this(service, environment, holder, waiting, mirror, "", List.of());
        }

        public View {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            holder = holder == null ? List.of() : List.copyOf(holder);
            waiting = waiting == null ? List.of() : List.copyOf(waiting);
            mirror = mirror == null ? List.of() : List.copyOf(mirror);
            trouble = trouble == null ? "" : trouble;
            proposals = proposals == null ? List.of() : List.copyOf(proposals);
        }
    }
}
