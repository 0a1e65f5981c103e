package dev.slipway.served;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.release.Dock;
import dev.slipway.release.FailureDetail;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.release.ReleaseActivities.GrantRequest;
import dev.slipway.release.ReleaseActivities.NotifyRequest;
import dev.slipway.release.ReleaseActivities.ReviewRequest;
import dev.slipway.release.ReleaseActivities.StepRequest;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An environment that is another worker's. */
class NotServedTest {

    private static void anotherWorkersTurn(ThrowingCallable call) {
        assertThatThrownBy(call)
                .cause()
                .isInstanceOfSatisfying(ApplicationFailure.class, failure -> {
                    assertThat(failure.getType()).isEqualTo(FailureDetail.NOT_SERVED_HERE);
                    assertThat(failure.isNonRetryable()).isFalse();
                })
                .hasMessageContaining("this worker does not serve");
    }

    @Test
    void leavesItToTheWorkerThatServesIt(@TempDir Path home) throws Exception {
        try (Dock dock = new Dock(home)) {
            for (String[] name : new String[][] {
                {"shop", "staging"}, {"bank", "production"}, {"", ""}, {"", "shop/production"}, {"shop/production", ""}
            }) {
                String service = name[0];
                String environment = name[1];
                StepRequest step = new StepRequest(service, environment, "a".repeat(64), 1);
                anotherWorkersTurn(() -> dock.activities().deploy(step));
                anotherWorkersTurn(() -> dock.activities().rollBack(step));
                anotherWorkersTurn(() -> dock.activities().migrate(step));
                anotherWorkersTurn(() ->
                        dock.activities().verifyRolledBack(new GrantRequest(service, environment, "a".repeat(64))));
                anotherWorkersTurn(
                        () -> dock.activities().review(new ReviewRequest(service, environment, "1.0.0", "p", "r")));
                anotherWorkersTurn(() -> dock.activities()
                        .close(new CloseRequest(
                                service, environment, "1.0.0", "p", "r", "w", "FAILED", "t", List.of())));
                anotherWorkersTurn(() -> dock.activities()
                        .notifyPeople(new NotifyRequest(service, environment, "1.0.0", "p", "r", "w", "waiting")));
            }
        }
    }
}
