package dev.slipway.cli;

import io.temporal.api.deployment.v1.WorkerDeploymentOptions;
import io.temporal.api.deployment.v1.WorkerDeploymentVersion;
import io.temporal.api.enums.v1.WorkerVersioningMode;
import io.temporal.api.taskqueue.v1.PollerInfo;
import io.temporal.api.taskqueue.v1.TaskQueueVersioningInfo;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueResponse;
import java.util.List;
import java.util.Optional;

/**
 * Who asks a queue for work, and whom Temporal gives it to. Where a version of a worker deployment is current, every other
 * worker polls and gets nothing.
 *
 * @param pollers one for each that has asked lately
 * @param current whose work new work is
 * @param ramping who gets a part of it
 */
record Polling(List<Version> pollers, Version current, Optional<Version> ramping) {

    /** What a worker is to Temporal. Both are empty where it has no build id. */
    record Version(String deployment, String buildId) {

        boolean none() {
            return buildId.isEmpty();
        }

        /** As {@code equals}, which Java would only make at run time: longer than a short command's whole question. */
        boolean same(Version other) {
            return deployment.equals(other.deployment) && buildId.equals(other.buildId);
        }
    }

    /** A poll lasts a minute; who has begun none since another began its second is gone, though Temporal tells of it for five. */
    private static final long POLL_SECONDS = 90;

    static Polling of(DescribeTaskQueueResponse described) {
        TaskQueueVersioningInfo versions = described.getVersioningInfo();
        long newest = described.getPollersList().stream()
                .mapToLong(poller -> poller.getLastAccessTime().getSeconds())
                .max()
                .orElse(0);
        return new Polling(
                described.getPollersList().stream()
                        .filter(poller -> newest - poller.getLastAccessTime().getSeconds() <= POLL_SECONDS)
                        .map(PollerInfo::getDeploymentOptions)
                        .map(Polling::version)
                        .toList(),
                current(versions),
                versions.getRampingVersionPercentage() > 0
                        ? Optional.of(version(versions.getRampingDeploymentVersion()))
                        : Optional.empty());
    }

    /** Servers of 1.27 name it in a text alone: the deployment, which has no dot in its name, a dot, and the build id. */
    @SuppressWarnings("deprecation")
    private static Version current(TaskQueueVersioningInfo versions) {
        String text = versions.getCurrentVersion();
        int dot = text.indexOf('.');
        return versions.hasCurrentDeploymentVersion() || dot < 0
                ? version(versions.getCurrentDeploymentVersion())
                : new Version(text.substring(0, dot), text.substring(dot + 1));
    }

    private static Version version(WorkerDeploymentOptions poller) {
        return poller.getWorkerVersioningMode() == WorkerVersioningMode.WORKER_VERSIONING_MODE_VERSIONED
                ? new Version(poller.getDeploymentName(), poller.getBuildId())
                : new Version("", "");
    }

    private static Version version(WorkerDeploymentVersion version) {
        return new Version(version.getDeploymentName(), version.getBuildId());
    }

    boolean nobody() {
        return pollers.isEmpty();
    }

    boolean getsWork() {
        return pollers.stream()
                .anyMatch(
                        each -> each.same(current) || ramping.filter(each::same).isPresent());
    }
}
