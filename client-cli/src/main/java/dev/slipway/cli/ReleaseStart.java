package dev.slipway.cli;

import dev.slipway.plan.Approval;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.Phase;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.Status;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** How the workflow of a release is started, and what Temporal's own pages say of it from its first moment. */
record ReleaseStart(Requesting.Wish wish, Requesting.Meant meant, SignedStatement request) {

    /** A worker that dies inside a workflow task costs this long instead of ten seconds; a slow one still makes it. */
    private static final Duration WORKFLOW_TASK = Duration.ofSeconds(5);

    WorkflowOptions options() {
        ReleaseName name = meant.name();
        ReleasePlan plan = meant.plan();
        SigningKey key = meant.key();
        return WorkflowOptions.newBuilder()
                .setWorkflowId(name.workflowId())
                .setTaskQueue(Queues.WORKFLOWS)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                .setWorkflowTaskTimeout(WORKFLOW_TASK)
                .setStaticSummary(what() + " " + EnvironmentName.of(name).text() + " " + name.version() + " (asked by "
                        + key.by() + ")")
                .setStaticDetails(details())
                .setMemo(Map.of(
                        Status.MEMO,
                        new Status(
                                plan.service(),
                                plan.environment(),
                                plan.version(),
                                plan.digest(),
                                request.id(),
                                key.by(),
                                Phase.PREFLIGHT.words(),
                                "",
                                "",
                                List.of(),
                                Instant.EPOCH,
                                "")))
                .build();
    }

    /** Markdown for the Temporal UI, where a single line feed is a space. */
    private String details() {
        ReleaseName name = meant.name();
        ReleasePlan plan = meant.plan();
        StringBuilder text = new StringBuilder();
        text.append("**")
                .append(name.text())
                .append("**, asked for by ")
                .append(meant.key().by())
                .append("\n\n");
        text.append("- plan `").append(plan.digest()).append("`\n");
        if (!plan.commit().isEmpty()) {
            text.append("- commit `").append(plan.commit()).append("`\n");
        }
        text.append("- phases: ")
                .append(
                        wish.scope().whole()
                                ? String.join(
                                        " → ",
                                        plan.phases().stream()
                                                .map(phase -> phase.word())
                                                .toList())
                                : wish.scope().phase() + " alone")
                .append('\n');
        if (wish.lane() == Lane.HOTFIX) {
            text.append("- **hotfix lane**: ")
                    .append(request.statement().map(Statement::reason).orElse(""))
                    .append('\n');
        }
        Approval approval = plan.approval(wish.lane());
        if (approval.quorum() > 0) {
            text.append("- approval by ")
                    .append(approval.quorum())
                    .append(" of ")
                    .append(String.join(", ", approval.from()))
                    .append('\n');
        }
        text.append("\n- `slipway show ").append(name.text()).append("`\n");
        text.append("- `slipway approve ").append(name.text()).append("`\n");
        text.append("- `slipway watch ").append(name.text()).append("`\n");
        text.append("- `slipway rollback ")
                .append(EnvironmentName.of(name).text())
                .append("`\n");
        return text.toString();
    }

    private String what() {
        return wish.scope().whole() ? "release" : "run " + wish.scope().phase() + " of";
    }
}
