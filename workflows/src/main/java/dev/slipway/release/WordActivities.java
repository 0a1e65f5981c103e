package dev.slipway.release;

import dev.slipway.record.SignedText;
import dev.slipway.trust.SignedStatement;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Instant;
import java.util.List;

/**
 * What people say of a release that is under way, put into its environment's record. Each word is judged by the worker, and
 * answered.
 */
@ActivityInterface
public interface WordActivities {

    /** A step is tried once more. */
    @ActivityMethod
    WordResult retry(WordRequest request);

    /** The watch lasts longer. */
    @ActivityMethod
    WordResult extend(WordRequest request);

    /** Voids the request in the record. */
    @ActivityMethod
    RejectResult reject(RejectRequest request);

    /** Voids an approval in the record; a grant that it opened and of which nothing has begun ends with it. */
    @ActivityMethod
    RevokeResult revoke(RevokeRequest request);

    /** @param word what a person has signed about a step of the grant */
    record WordRequest(String service, String environment, String grant, int step, SignedStatement word) {
        public WordRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            grant = grant == null ? "" : grant;
            word = word == null ? new SignedStatement("", "") : word;
        }
    }

    /**
     * @param taken whether the record says so now
     * @param until until when the watch lasts now; epoch start where it is about no watch
     * @param receipt the signed entry: none or one
     */
    record WordResult(boolean taken, String why, Instant until, List<SignedText> receipt) {
        public WordResult {
            why = why == null ? "" : why;
            until = until == null ? Instant.EPOCH : until;
            receipt = receipt == null ? List.of() : List.copyOf(receipt);
        }

        public static WordResult refused(String why) {
            return new WordResult(false, why, Instant.EPOCH, List.of());
        }
    }

    record RejectRequest(
            String service,
            String environment,
            String version,
            String plan,
            String request,
            SignedStatement rejection) {
        public RejectRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            version = version == null ? "" : version;
            plan = plan == null ? "" : plan;
            request = request == null ? "" : request;
            rejection = rejection == null ? new SignedStatement("", "") : rejection;
        }
    }

    record RejectResult(boolean taken, String why, List<SignedText> receipt) {
        public RejectResult {
            why = why == null ? "" : why;
            receipt = receipt == null ? List.of() : List.copyOf(receipt);
        }
    }

    /** @param approval id of the approval that is taken back, as the revocation says */
    record RevokeRequest(
            String service,
            String environment,
            String version,
            String plan,
            String request,
            String approval,
            SignedStatement revocation) {
        public RevokeRequest {
            service = service == null ? "" : service;
            environment = environment == null ? "" : environment;
            version = version == null ? "" : version;
            plan = plan == null ? "" : plan;
            request = request == null ? "" : request;
            approval = approval == null ? "" : approval;
            revocation = revocation == null ? new SignedStatement("", "") : revocation;
        }
    }

    /**
     * @param taken whether the record says so now
     * @param ended whether a grant ended with it
     */
    record RevokeResult(boolean taken, boolean ended, String why, List<SignedText> receipt) {
        public RevokeResult {
            why = why == null ? "" : why;
            receipt = receipt == null ? List.of() : List.copyOf(receipt);
        }
    }
}
