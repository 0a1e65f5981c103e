package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.slipway.cli.Polling.Version;
import io.temporal.api.deployment.v1.WorkerDeploymentOptions;
import io.temporal.api.deployment.v1.WorkerDeploymentVersion;
import io.temporal.api.enums.v1.WorkerVersioningMode;
import io.temporal.api.taskqueue.v1.PollerInfo;
import io.temporal.api.taskqueue.v1.TaskQueueVersioningInfo;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PollingTest {

    private static final Version NONE = new Version("", "");
    private static final Version OLD = new Version("slipway", "0.1.0");
    private static final Version NEW = new Version("slipway", "0.2.0");

    @Test
    void givesWorkToWhatIsCurrentAndToWhatIsRamping() {
        assertThat(new Polling(List.of(NONE), NONE, Optional.empty()).getsWork())
                .isTrue();
        assertThat(new Polling(List.of(OLD, NONE), OLD, Optional.empty()).getsWork())
                .isTrue();
        assertThat(new Polling(List.of(NEW), OLD, Optional.of(NEW)).getsWork()).isTrue();
        assertThat(new Polling(List.of(NONE), OLD, Optional.of(NONE)).getsWork())
                .isTrue();
    }

    @Test
    void givesNothingToTheOthers() {
        assertThat(new Polling(List.of(NONE), OLD, Optional.empty()).getsWork()).isFalse();
        assertThat(new Polling(List.of(NEW), NONE, Optional.empty()).getsWork()).isFalse();
        assertThat(new Polling(List.of(NEW), OLD, Optional.empty()).getsWork()).isFalse();
    }

    @Test
    void leavesOutWhoHasNotPolledForLongerThanAPoll() {
        DescribeTaskQueueResponse described = DescribeTaskQueueResponse.newBuilder()
                .addPollers(poller(1_000, "0.1.0"))
                .addPollers(poller(1_091, "0.2.0"))
                .setVersioningInfo(TaskQueueVersioningInfo.newBuilder()
                        .setCurrentDeploymentVersion(WorkerDeploymentVersion.newBuilder()
                                .setDeploymentName("slipway")
                                .setBuildId("0.1.0")))
                .build();

        assertThat(Polling.of(described)).isEqualTo(new Polling(List.of(NEW), OLD, Optional.empty()));
        assertThat(Polling.of(described.toBuilder()
                                .setPollers(0, poller(1_001, "0.1.0"))
                                .build())
                        .pollers())
                .containsExactly(OLD, NEW);
    }

    /** As servers of 1.27 say it. */
    @Test
    @SuppressWarnings("deprecation")
    void readsTheCurrentVersionOutOfTheTextOfOlderServers() {
        DescribeTaskQueueResponse described = DescribeTaskQueueResponse.newBuilder()
                .addPollers(poller(1_000, "0.1.0"))
                .setVersioningInfo(TaskQueueVersioningInfo.newBuilder().setCurrentVersion("slipway.0.1.0"))
                .build();

        assertThat(Polling.of(described)).isEqualTo(new Polling(List.of(OLD), OLD, Optional.empty()));
        assertThat(Polling.of(described.toBuilder()
                                .setVersioningInfo(
                                        TaskQueueVersioningInfo.newBuilder().setCurrentVersion("__unversioned__"))
                                .build())
                        .current())
                .isEqualTo(NONE);
    }

    private static PollerInfo poller(long second, String buildId) {
        return PollerInfo.newBuilder()
                .setLastAccessTime(Timestamp.newBuilder().setSeconds(second))
                .setDeploymentOptions(WorkerDeploymentOptions.newBuilder()
                        .setDeploymentName("slipway")
                        .setBuildId(buildId)
                        .setWorkerVersioningMode(WorkerVersioningMode.WORKER_VERSIONING_MODE_VERSIONED))
                .build();
    }

    @Test
    void saysWhyAndWhatToType() {
        Polling without = new Polling(List.of(NONE), OLD, Optional.empty());
        assertThat(absence("default", without).sentence())
                .isEqualTo(
                        "workers poll releases, but Temporal gives them no work: build id '0.1.0' is current there, and"
                                + " they have none; start one with that SLIPWAY_BUILD_ID, or `temporal worker deployment"
                                + " set-current-version --deployment-name slipway --unversioned`");
        Polling upgraded = new Polling(List.of(NEW), OLD, Optional.empty());
        assertThat(absence("acme", upgraded).sentence())
                .isEqualTo(
                        "workers poll releases, but Temporal gives them no work: build id '0.2.0' is not current; when it"
                                + " shall be: `temporal worker deployment set-current-version --deployment-name slipway"
                                + " --build-id 0.2.0 --namespace acme`");
    }

    @Test
    void saysBothWhereOneQueueIsNotPolledAtAll() {
        Workers.Absence absence = new Workers.Absence(
                List.of("releases-production"),
                Map.of("releases", new Polling(List.of(NONE), OLD, Optional.empty())),
                "default");

        assertThat(absence.sentence())
                .startsWith(
                        "no worker polls releases-production; start one with `slipway worker`; workers poll releases,");
        assertThat(absence.of("releases")).isTrue();
        assertThat(absence.none()).isFalse();
    }

    private static Workers.Absence absence(String namespace, Polling idle) {
        return new Workers.Absence(List.of(), Map.of("releases", idle), namespace);
    }
}
