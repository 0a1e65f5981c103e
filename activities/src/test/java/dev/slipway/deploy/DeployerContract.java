package dev.slipway.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.deploy.Deployer.Deployed;
import dev.slipway.process.Pulse;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import org.junit.jupiter.api.Test;

/** What every kind of target keeps to. One subclass a kind. */
abstract class DeployerContract {

    abstract Deployer deployer();

    /** A grant for the version, over whatever is live now. */
    abstract StepContext release(String version) throws Exception;

    /** How often the target was really changed. */
    abstract int changes() throws Exception;

    /** From now on it can't be known what is live. */
    abstract void loseSight() throws Exception;

    @Test
    void nothingIsLiveBeforeTheFirstDeployment() throws Exception {
        assertThat(deployer().current(release("1.0.0"), Pulse.unheard())).isEmpty();
    }

    @Test
    void whatItReturnsServesNow() throws Exception {
        StepContext release = release("1.0.0");

        Deployed deployed = deployer().deploy(release, Pulse.unheard());

        assertThat(deployed.already()).isFalse();
        assertThat(deployed.id()).isEqualTo(deployer().current(release, Pulse.unheard()));
    }

    @Test
    void deployingTwiceChangesOnce() throws Exception {
        StepContext release = release("1.0.0");
        Deployed first = deployer().deploy(release, Pulse.unheard());

        Deployed second = deployer().deploy(release, Pulse.unheard());

        assertThat(second.already()).isTrue();
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(changes()).isEqualTo(1);
    }

    @Test
    void goesBackToTheExactId() throws Exception {
        String before = deployer().deploy(release("1.0.0"), Pulse.unheard()).id();
        StepContext release = release("1.1.0");
        deployer().deploy(release, Pulse.unheard());

        Deployed back = deployer().rollBack(release, before, Pulse.unheard());
        Deployed again = deployer().rollBack(release, before, Pulse.unheard());

        assertThat(back.id()).isEqualTo(before);
        assertThat(again.already()).isTrue();
        assertThat(deployer().current(release, Pulse.unheard())).isEqualTo(before);
        assertThat(changes()).isEqualTo(3);
    }

    @Test
    void changesNothingWhereItCanNotSeeWhatIsLive() throws Exception {
        loseSight();
        StepContext release = release("1.0.0");

        assertThatThrownBy(() -> deployer().deploy(release, Pulse.unheard()))
                .isInstanceOfSatisfying(
                        StepFailed.class, failed -> assertThat(failed.changed()).isFalse());
        assertThat(changes()).isZero();
    }

    @Test
    void saysHowToGoBackByHand() throws Exception {
        String before = deployer().deploy(release("1.0.0"), Pulse.unheard()).id();

        assertThat(deployer().undoByHand(release("1.1.0"), before)).contains(before);
    }
}
