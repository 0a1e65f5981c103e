package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FollowingTest {

    @Test
    void namesWhatGoesOnWhereSomebodyLeavesIt() {
        assertThat(Following.what(execution("release:shop:production:1.4.0"), "shop/production@1.4.0"))
                .isEqualTo("shop/production@1.4.0");
        assertThat(Following.what(execution("rollback:shop:production"), "shop/production"))
                .isEqualTo("the rollback of shop/production");
        assertThat(Following.what(execution("restore:shop:production"), "shop/production"))
                .isEqualTo("the restore of shop/production");
    }

    private static Execution execution(String workflow) {
        return new Execution(
                workflow,
                "run",
                WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING,
                Instant.EPOCH,
                Optional.empty(),
                List.of());
    }
}
