package dev.slipway.release;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.trust.SignedStatement;

/**
 * What starts a release.
 *
 * @param plan as the client made it in its checkout; the worker makes it again from the source and compares
 * @param request the signed statement that asks for it
 */
public record ReleaseInput(ReleasePlan plan, SignedStatement request) {
    public ReleaseInput {
        request = request == null ? new SignedStatement("", "") : request;
    }
}
