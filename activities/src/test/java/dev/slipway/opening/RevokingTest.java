package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.record.Event;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.release.WordActivities.RevokeRequest;
import dev.slipway.release.WordActivities.RevokeResult;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Taking a yes back: possible exactly until something changes. */
class RevokingTest {

    /** More of them by hand: {@code -DargLine=-Dslipway.race-rounds=1000}. */
    private static final int ROUNDS = Integer.getInteger("slipway.race-rounds", 20);

    @TempDir
    private Path folder;

    private Dock dock;

    @BeforeEach
    void open() throws Exception {
        dock = new Dock(folder);
        dock.files();
    }

    @AfterEach
    void close() {
        dock.close();
    }

    private SignedStatement revocation(String by, Dock.Ready ready) throws Exception {
        Dock.Draft draft = dock.draft(Kind.REVOKE, by).of(ready.plan());
        draft.about = ready.approval().id();
        draft.confirm = "";
        return draft.signed();
    }

    private RevokeResult revoke(Dock.Ready ready, SignedStatement revocation) {
        return dock.words()
                .revoke(new RevokeRequest(
                        "shop",
                        "production",
                        ready.plan().version(),
                        ready.plan().digest(),
                        ready.request().id(),
                        ready.approval().id(),
                        revocation));
    }

    @Test
    void aRevokedApprovalOpensNothing() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");

        RevokeResult result = revoke(ready, revocation("ana", ready));

        assertThat(result.taken()).as(result.why()).isTrue();
        assertThat(result.ended()).isFalse();
        assertThat(result.receipt()).hasSize(1);
        assertThat(dock.open(ready).opening()).isEqualTo(Opening.REFUSED);
        assertThat(String.join("; ", dock.open(ready).why())).contains("was used up already, or taken back");
    }

    @Test
    void anyApproverMayAndNobodyElse() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");

        assertThat(revoke(ready, revocation("mallory", ready)).taken()).isFalse();
        assertThat(revoke(ready, revocation("cleo", ready)).taken()).isTrue();
    }

    @Test
    void itEndsAGrantOfWhichNothingHasBegun() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        OpenResult opened = dock.open(ready);

        RevokeResult result = revoke(ready, revocation("ana", ready));

        assertThat(result.ended()).isTrue();
        assertThat(dock.state().openGrant()).isEmpty();
        assertThat(dock.served().record().head().entry().event().kind()).isEqualTo(Event.Kind.REVOKED);
        assertThatStepFails(opened);
        assertThat(dock.close(ready.request().id(), "REJECTED").outcome()).isEqualTo("REJECTED");
        assertThat(dock.history()).isEmpty();
    }

    private void assertThatStepFails(OpenResult opened) {
        try {
            dock.activities().deploy(dock.step(opened, 1));
        } catch (RuntimeException refused) {
            assertThat(refused).hasStackTraceContaining("no such grant is open");
            return;
        }
        throw new AssertionError("a step of a revoked grant was done");
    }

    @Test
    void itComesTooLateWhenSomethingHasBegun() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        OpenResult opened = dock.open(ready);
        dock.activities().deploy(dock.step(opened, 1));

        RevokeResult result = revoke(ready, revocation("ana", ready));

        assertThat(result.taken()).isFalse();
        assertThat(result.why())
                .isEqualTo("the release has begun to change things; `slipway rollback shop/production` takes it back");
    }

    @Test
    void aLostAnswerIsGivenAgain() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        SignedStatement revocation = revocation("ana", ready);
        RevokeResult first = revoke(ready, revocation);

        assertThat(revoke(ready, revocation)).isEqualTo(first);
        assertThat(revoke(ready, revocation("cleo", ready)).why())
                .contains("the approval was used up, or taken back, already");
    }

    @Test
    void aSwallowedApprovalCannotComeBackAfterItsRevocation() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        revoke(ready, revocation("ana", ready));

        for (int again = 0; again < 3; again++) {
            assertThat(dock.open(ready.plan(), ready.request(), ready.review().review(), List.of(ready.approval()))
                            .opening())
                    .isEqualTo(Opening.REFUSED);
        }
        assertThat(dock.state().grants()).isZero();
    }

    /** The record's numbers decide: whoever takes the next one first. */
    @Test
    @Timeout(3600)
    void aRevocationAndTheFirstStepNeverBothWin() throws Exception {
        ExecutorService two = Executors.newFixedThreadPool(2);
        int revoked = 0;
        try {
            for (int round = 0; round < ROUNDS; round++) {
                Dock.Ready ready = dock.ready("1." + round + ".0");
                OpenResult opened = dock.open(ready);
                assertThat(opened.opening()).isEqualTo(Opening.OPENED);
                SignedStatement revocation = revocation("ana", ready);
                CyclicBarrier start = new CyclicBarrier(2);
                Future<Boolean> taken = two.submit(() -> {
                    start.await();
                    return revoke(ready, revocation).taken();
                });
                Future<Boolean> stepped = two.submit(() -> {
                    start.await();
                    try {
                        dock.activities().deploy(dock.step(opened, 1));
                        return true;
                    } catch (RuntimeException refused) {
                        return false;
                    }
                });
                assertThat(taken.get()).as("round " + round).isNotEqualTo(stepped.get());
                revoked += taken.get() ? 1 : 0;
                dock.close(ready.request().id(), taken.get() ? "REJECTED" : "SUCCEEDED");
            }
        } finally {
            two.shutdownNow();
        }
        assertThat(revoked).isBetween(0, ROUNDS);
    }
}
