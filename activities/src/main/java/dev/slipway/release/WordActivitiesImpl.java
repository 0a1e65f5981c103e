package dev.slipway.release;

import dev.slipway.opening.GrantWords;
import dev.slipway.opening.Rejecting;
import dev.slipway.opening.Revoking;
import dev.slipway.served.ServedEnvironments;

/** See {@link WordActivities}. */
public final class WordActivitiesImpl implements WordActivities {

    private final ServedEnvironments environments;
    private final GrantWords grantWords = new GrantWords();
    private final Revoking revoking = new Revoking();

    public WordActivitiesImpl(ServedEnvironments environments) {
        this.environments = environments;
    }

    @Override
    public WordResult retry(WordRequest request) {
        return Answer.of(
                environments, request.service(), request.environment(), served -> grantWords.retry(served, request));
    }

    @Override
    public WordResult extend(WordRequest request) {
        return Answer.of(
                environments, request.service(), request.environment(), served -> grantWords.extend(served, request));
    }

    @Override
    public RejectResult reject(RejectRequest request) {
        return Answer.of(
                environments, request.service(), request.environment(), served -> Rejecting.reject(served, request));
    }

    @Override
    public RevokeResult revoke(RevokeRequest request) {
        return Answer.of(
                environments, request.service(), request.environment(), served -> revoking.revoke(served, request));
    }
}
