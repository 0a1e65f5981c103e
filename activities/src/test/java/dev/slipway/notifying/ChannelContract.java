package dev.slipway.notifying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.notifying.NotificationChannel.NotSent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every channel that reaches people over a network keeps to. One subclass a kind. */
abstract class ChannelContract {

    static final Notification NOTIFICATION = new Notification(
            "request/deployed",
            "deployed",
            "shop",
            "production",
            "1.0.0",
            "shop/production 1.0.0 is \"deployed\"",
            List.of("./switch 0.9.0"));

    abstract NotificationChannel channel();

    /** What must stand in no message: the address and what is secret in it. */
    abstract String secret();

    abstract void answers(int status);

    abstract void hangs();

    abstract void breaksOff();

    private void fails(boolean again) {
        assertThatThrownBy(() -> channel().send(NOTIFICATION))
                .isInstanceOfSatisfying(
                        NotSent.class, failure -> assertThat(failure.again()).isEqualTo(again))
                .hasMessageNotContaining(secret());
    }

    @Test
    void isSentWhenItWasTaken() {
        for (int status : List.of(200, 201, 204)) {
            answers(status);
            assertThatCode(() -> channel().send(NOTIFICATION)).doesNotThrowAnyException();
        }
    }

    @Test
    void aRefusalIsFinal() {
        for (int status : List.of(400, 401, 403, 404, 410, 301, 302)) {
            answers(status);
            fails(false);
        }
    }

    @Test
    void anOutageIsWorthAnotherTry() {
        for (int status : List.of(500, 502, 503, 429)) {
            answers(status);
            fails(true);
        }
    }

    @Test
    void aSilentReceiverIsGivenUp() {
        hangs();
        fails(true);
    }

    @Test
    void aBrokenConnectionIsWorthAnotherTry() {
        breaksOff();
        fails(true);
    }

    @Test
    void itsNameIsNoAddress() {
        assertThat(channel().name()).doesNotContain(secret());
    }
}
