package dev.slipway.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.deploy.Deployer.Deployed;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.Unavailable;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every target at a vendor keeps to, on top of what every target does. One subclass a vendor. */
abstract class VendorDeployerContract extends DeployerContract {

    /** The next question about what there is goes wrong. */
    abstract void faultAtALook(Fault fault);

    /** The next demand to make a version live goes wrong. */
    abstract void faultAtADeployment(Fault fault);

    /** The next demand to go back goes wrong. */
    abstract void faultAtARollback(Fault fault);

    /** From now on the vendor does not accept the token any more. */
    abstract void expireToken();

    /** How the secret is called whose value has expired. */
    abstract String secret();

    /** The next version that is made live fails after the vendor has accepted it. */
    abstract void failsLater();

    /** What the next version is made live is done, and ends soon after. */
    abstract void endsAfterSuccess();

    /** What no description of the vendor knows, of all that was sent. */
    abstract List<String> undescribed();

    @org.junit.jupiter.api.AfterEach
    void sentOnlyWhatTheVendorDescribes() {
        assertThat(undescribed()).isEmpty();
    }

    /** As Temporal does: again, while it is said to be worth it. */
    private static Deployed until(Supplier<Deployed> attempt) {
        for (int tries = 0; tries < 5; tries++) {
            try {
                return attempt.get();
            } catch (Unavailable again) {
                // the next attempt looks first
            }
        }
        throw new AssertionError("it never came to an end");
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aDeploymentIsMadeOnceWhateverBecomesOfTheAnswer(Fault fault) throws Exception {
        StepContext release = release("1.0.0");
        faultAtADeployment(fault);

        Deployed deployed = until(() -> deployer().deploy(release, Pulse.unheard()));

        assertThat(deployed.id()).isEqualTo(deployer().current(release, Pulse.unheard()));
        assertThat(changes()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aRollbackIsMadeOnceWhateverBecomesOfTheAnswer(Fault fault) throws Exception {
        String before = deployer().deploy(release("1.0.0"), Pulse.unheard()).id();
        StepContext release = release("1.1.0");
        deployer().deploy(release, Pulse.unheard());
        faultAtARollback(fault);

        until(() -> deployer().rollBack(release, before, Pulse.unheard()));

        assertThat(deployer().current(release, Pulse.unheard())).isEqualTo(before);
        assertThat(changes()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aLookThatGoesWrongIsTakenAgain(Fault fault) throws Exception {
        StepContext release = release("1.0.0");
        faultAtALook(fault);

        until(() -> deployer().deploy(release, Pulse.unheard()));

        assertThat(changes()).isEqualTo(1);
    }

    /** A worker that dies at its first sign of life after the demand. */
    private static final class Dying implements Pulse {
        private final AtomicBoolean asked = new AtomicBoolean();
        private final Callable<Boolean> begun;

        private Dying(Callable<Boolean> begun) {
            this.begun = begun;
        }

        @Override
        public void beat(String progress) {
            try {
                if (begun.call()) {
                    asked.set(true);
                    throw new WorkInterrupted("the worker is gone");
                }
            } catch (WorkInterrupted gone) {
                throw gone;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOST", "CUT_OFF"})
    void anAttemptAfterACrashFollowsWhatTheFirstOneBegan(Fault fault) throws Exception {
        StepContext release = release("1.0.0");
        faultAtADeployment(fault);
        assertThatThrownBy(() -> deployer().deploy(release, new Dying(() -> changes() > 0)))
                .isInstanceOf(WorkInterrupted.class);

        Deployed second = deployer().deploy(release, Pulse.unheard());

        assertThat(second.id()).isEqualTo(deployer().current(release, Pulse.unheard()));
        assertThat(changes()).isEqualTo(1);
    }

    @Test
    void anAttemptAfterACrashInARollbackFollowsIt() throws Exception {
        String before = deployer().deploy(release("1.0.0"), Pulse.unheard()).id();
        StepContext release = release("1.1.0");
        deployer().deploy(release, Pulse.unheard());
        assertThatThrownBy(() -> deployer().rollBack(release, before, new Dying(() -> changes() > 2)))
                .isInstanceOf(WorkInterrupted.class);

        deployer().rollBack(release, before, Pulse.unheard());

        assertThat(deployer().current(release, Pulse.unheard())).isEqualTo(before);
        assertThat(changes()).isEqualTo(3);
    }

    @Test
    void whatWasLeftHalfDoneDoesNotComeLiveAfterTheRollback() throws Exception {
        String before = deployer().deploy(release("1.0.0"), Pulse.unheard()).id();
        StepContext release = release("1.1.0");
        assertThatThrownBy(() -> deployer().deploy(release, new Dying(() -> changes() > 1)))
                .isInstanceOf(WorkInterrupted.class);

        deployer().rollBack(release, before, Pulse.unheard());

        for (int look = 0; look < 5; look++) {
            assertThat(deployer().current(release, Pulse.unheard())).isEqualTo(before);
        }
    }

    @Test
    void anExpiredTokenIsCalledByItsNameAndChangesNothing() throws Exception {
        StepContext release = release("1.0.0");
        expireToken();

        assertThatThrownBy(() -> deployer().deploy(release, Pulse.unheard()))
                .isInstanceOfSatisfying(
                        StepFailed.class, failed -> assertThat(failed.changed()).isFalse())
                .hasMessageContaining("does not accept the secret '" + secret() + "'")
                .hasMessageContaining("renew it at ");
    }

    @Test
    void acceptedIsNotDone() throws Exception {
        StepContext release = release("1.0.0");
        failsLater();

        assertThatThrownBy(() -> deployer().deploy(release, Pulse.unheard()))
                .isInstanceOfSatisfying(
                        StepFailed.class, failed -> assertThat(failed.changed()).isTrue())
                .hasMessageContaining("failed");
        assertThat(deployer().current(release, Pulse.unheard())).isEmpty();
    }

    @Test
    void doneIsNotLive() throws Exception {
        StepContext release = release("1.0.0");
        endsAfterSuccess();

        assertThatThrownBy(() -> deployer().deploy(release, Pulse.unheard())).isInstanceOf(StepFailed.class);
    }

    @Test
    void aCancelledOneStopsAtOnce() throws Exception {
        StepContext release = release("1.0.0");

        assertThatThrownBy(() -> deployer().deploy(release, progress -> {
                    throw new WorkInterrupted("cancelled");
                }))
                .isInstanceOf(WorkInterrupted.class);
        assertThat(changes()).isZero();
    }
}
