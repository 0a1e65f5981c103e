package dev.slipway.environment;

import dev.slipway.record.SignedText;
import dev.slipway.trust.SignedStatement;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/** What the queue of an environment asks of the worker that holds its record. */
@ActivityInterface
public interface EnvironmentActivities {

    /**
     * Asks the environment's workflow for the turn, starting it where it is not running. A holder that is gone is put out
     * of it first; where it left a grant open, the environment is locked.
     */
    @ActivityMethod
    EnvironmentWorkflow.Place askForTurn(TurnRequest request);

    @ActivityMethod
    Mirror readRecord(RecordRequest request);

    /** What lies in the store, looked at without believing it. */
    @ActivityMethod
    Inspection inspect(RecordRequest request);

    /**
     * Judges signed words about the environment, all of one kind and saying the same (unlock, freeze, unfreeze, suspend,
     * policy, adopt, reconcile), and puts what they say into the record.
     */
    @ActivityMethod
    DecideResult decide(DecideRequest request);

    record TurnRequest(String service, String environment, Holder holder) {
        public TurnRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
        }
    }

    record RecordRequest(String service, String environment) {
        public RecordRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
        }
    }

    /**
     * A record as it lies in the store.
     *
     * @param number of the newest entry, 0 for none
     * @param hash of it, empty for none
     * @param base of the state after it: what an adoption is about
     * @param live version after it, empty for none
     * @param trouble why nothing runs on it, empty where it is sound
     */
    record Inspection(long number, String hash, String base, String live, String trouble) {
        public Inspection {
            hash = hash == null ? "" : hash;
            base = base == null ? "" : base;
            live = live == null ? "" : live;
            trouble = trouble == null ? "" : trouble;
        }
    }

    record DecideRequest(String service, String environment, List<SignedStatement> signed) {
        public DecideRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            signed = signed == null ? List.of() : List.copyOf(signed);
        }
    }

    /**
     * @param done whether the record says so now
     * @param more how many different people more have to say the same; 0 where it is done or refused
     * @param counting those of the words that counted
     * @param receipt the entry that it became: none or one
     */
    record DecideResult(
            boolean done,
            int more,
            String text,
            List<SignedStatement> counting,
            List<SignedText> receipt,
            List<Mirror> mirror) {
        public DecideResult {
            text = text == null ? "" : text;
            counting = counting == null ? List.of() : List.copyOf(counting);
            receipt = receipt == null ? List.of() : List.copyOf(receipt);
            mirror = mirror == null ? List.of() : List.copyOf(mirror);
        }

        public static DecideResult refused(String why, List<Mirror> mirror) {
            return new DecideResult(false, 0, why, List.of(), List.of(), mirror);
        }
    }
}
