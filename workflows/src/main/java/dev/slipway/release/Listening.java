package dev.slipway.release;

import dev.slipway.trust.SignedStatement;

/** How each word of people reaches a release: its update, the update's validator, and its signal. */
abstract class Listening implements ReleaseWorkflow {

    abstract Decisions decisions();

    @Override
    public final Decision approve(SignedStatement approval) {
        return decisions().consent().approve().byUpdate(approval);
    }

    @Override
    public final void validateApproval(SignedStatement approval) {
        decisions().consent().approve().validate(approval);
    }

    @Override
    public final void approveBySignal(SignedStatement approval) {
        decisions().consent().approve().bySignal(approval);
    }

    @Override
    public final Decision claim(Claim claim) {
        return decisions().consent().claim().byUpdate(claim);
    }

    @Override
    public final void validateClaim(Claim claim) {
        decisions().consent().claim().validate(claim);
    }

    @Override
    public final void claimBySignal(Claim claim) {
        decisions().consent().claim().bySignal(claim);
    }

    @Override
    public final Decision revoke(SignedStatement revocation) {
        return decisions().stops().revoke().byUpdate(revocation);
    }

    @Override
    public final void validateRevocation(SignedStatement revocation) {
        decisions().stops().revoke().validate(revocation);
    }

    @Override
    public final void revokeBySignal(SignedStatement revocation) {
        decisions().stops().revoke().bySignal(revocation);
    }

    @Override
    public final Decision reject(SignedStatement rejection) {
        return decisions().stops().reject().byUpdate(rejection);
    }

    @Override
    public final void validateRejection(SignedStatement rejection) {
        decisions().stops().reject().validate(rejection);
    }

    @Override
    public final void rejectBySignal(SignedStatement rejection) {
        decisions().stops().reject().bySignal(rejection);
    }

    @Override
    public final Decision rollback(SignedStatement rollback) {
        return decisions().stops().rollback().byUpdate(rollback);
    }

    @Override
    public final void validateRollback(SignedStatement rollback) {
        decisions().stops().rollback().validate(rollback);
    }

    @Override
    public final void rollbackBySignal(SignedStatement rollback) {
        decisions().stops().rollback().bySignal(rollback);
    }

    @Override
    public final Decision finish(SignedStatement finish) {
        return decisions().watch().finish().byUpdate(finish);
    }

    @Override
    public final void validateFinish(SignedStatement finish) {
        decisions().watch().finish().validate(finish);
    }

    @Override
    public final void finishBySignal(SignedStatement finish) {
        decisions().watch().finish().bySignal(finish);
    }

    @Override
    public final Decision retry(SignedStatement word) {
        return decisions().answers().retry().byUpdate(word);
    }

    @Override
    public final void validateRetry(SignedStatement word) {
        decisions().answers().retry().validate(word);
    }

    @Override
    public final void retryBySignal(SignedStatement word) {
        decisions().answers().retry().bySignal(word);
    }

    @Override
    public final Decision giveUp(SignedStatement word) {
        return decisions().answers().giveUp().byUpdate(word);
    }

    @Override
    public final void validateGiveUp(SignedStatement word) {
        decisions().answers().giveUp().validate(word);
    }

    @Override
    public final void giveUpBySignal(SignedStatement word) {
        decisions().answers().giveUp().bySignal(word);
    }

    @Override
    public final Decision extend(SignedStatement word) {
        return decisions().watch().extend().byUpdate(word);
    }

    @Override
    public final void validateExtension(SignedStatement word) {
        decisions().watch().extend().validate(word);
    }

    @Override
    public final void extendBySignal(SignedStatement word) {
        decisions().watch().extend().bySignal(word);
    }
}
