package dev.slipway.notifying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.notifying.NotificationChannel.NotSent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every channel that reaches people over a network keeps to. One subclass a kind. */
abstract class ChannelContract {

    static final Notification NOTIFICATION = Notification.of(
                    "request/deployed",
                    "deployed",
                    "shop",
                    "production",
                    "1.0.0",
                    "shop/production 1.0.0 is \"deployed\"")
            .undo(List.of("./switch 0.9.0"));

    abstract NotificationChannel channel();

    /** What must stand in no message: the address, the token and what is secret in it. */
    abstract String secret();

    /** The name of the secret. */
    String secretName() {
        return "CHANNEL_SECRET";
    }

    /** Takes the next message. */
    abstract void takes();

    /** What has arrived, as text; waits for one. */
    abstract String received() throws Exception;

    /** Refuses the next message for good, in each way there is. */
    abstract List<Runnable> refusals();

    /** Does not take the next message for the moment, in each way there is. */
    abstract List<Runnable> outages();

    /** Refuses the secret. */
    abstract void refusesTheSecret();

    abstract void hangs();

    abstract void breaksOff();

    final NotSent failure(boolean again) {
        NotSent failure = catchThrowableOfType(NotSent.class, () -> channel().send(NOTIFICATION));
        assertThat(failure).isNotNull();
        assertThat(failure.again()).as(failure.getMessage()).isEqualTo(again);
        assertThat(failure).hasMessageNotContaining(secret());
        return failure;
    }

    @Test
    void isSentWhenItWasTaken() throws Exception {
        takes();
        assertThatCode(() -> channel().send(NOTIFICATION)).doesNotThrowAnyException();
        assertThat(received()).contains("shop/production 1.0.0").contains("./switch 0.9.0");
    }

    @Test
    void aRefusalIsFinal() {
        for (Runnable refusal : refusals()) {
            refusal.run();
            failure(false);
        }
    }

    @Test
    void anOutageIsWorthAnotherTry() {
        for (Runnable outage : outages()) {
            outage.run();
            failure(true);
        }
    }

    @Test
    void afterAnOutageItIsTaken() throws Exception {
        outages().get(0).run();
        failure(true);
        takes();
        channel().send(NOTIFICATION);
    }

    @Test
    void aWrongSecretIsCalledByItsName() {
        refusesTheSecret();
        assertThat(failure(false)).hasMessageContaining(secretName());
    }

    @Test
    void aSilentReceiverIsGivenUp() {
        hangs();
        failure(true);
    }

    @Test
    void aBrokenConnectionIsWorthAnotherTry() {
        breaksOff();
        failure(true);
    }

    @Test
    void itsNameIsNoAddress() {
        assertThat(channel().name()).doesNotContain(secret());
    }

    @Test
    void takesALongMessageThatIsCut() throws Exception {
        takes();
        Notification endless = NOTIFICATION
                .line("because " + "of it all ".repeat(1000))
                .bounded(text -> text.replace("because", "for"));
        channel().send(endless);
        assertThat(received())
                .doesNotContain("because")
                .contains("for of it all")
                .hasSizeLessThan(9_000);
    }

    /** How long the receiver asks to be left alone. */
    static void asksForAPause(NotSent failure, Duration least, Duration most) {
        assertThat(failure.after())
                .hasValueSatisfying(after -> assertThat(after).isBetween(least, most));
    }

    static void isNoAddress(NotificationChannel channel, String what) {
        assertThatThrownBy(() -> channel.send(NOTIFICATION))
                .isInstanceOf(NotSent.class)
                .hasMessage(what);
    }
}
