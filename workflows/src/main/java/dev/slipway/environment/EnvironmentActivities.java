package dev.slipway.environment;

import dev.slipway.trust.SignedStatement;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/** What the queue of an environment asks of the worker that holds its record. */
@ActivityInterface
public interface EnvironmentActivities {

    /** Asks the environment's workflow for the turn, starting it where it is not running. */
    @ActivityMethod
    EnvironmentWorkflow.Place askForTurn(TurnRequest request);

    @ActivityMethod
    Mirror readRecord(RecordRequest request);

    /** Looks whether a holder still runs; where it is gone with an open grant, the environment is locked. */
    @ActivityMethod
    HolderCheck checkHolder(HolderRequest request);

    /** Judges a signed unlock and takes the lock (and an abandoned grant) out of the record. */
    @ActivityMethod
    UnlockResult unlock(UnlockRequest request);

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

    record HolderRequest(String service, String environment, Holder holder) {
        public HolderRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
        }
    }

    record HolderCheck(boolean running, List<Mirror> mirror) {
        public HolderCheck {
            mirror = mirror == null ? List.of() : List.copyOf(mirror);
        }
    }

    record UnlockRequest(String service, String environment, SignedStatement unlock) {
        public UnlockRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            unlock = unlock == null ? new SignedStatement("", "") : unlock;
        }
    }

    record UnlockResult(boolean done, String text, List<Mirror> mirror) {
        public UnlockResult {
            text = text == null ? "" : text;
            mirror = mirror == null ? List.of() : List.copyOf(mirror);
        }
    }
}
