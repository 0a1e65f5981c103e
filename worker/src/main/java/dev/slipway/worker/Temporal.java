package dev.slipway.worker;

import com.uber.m3.tally.Scope;
import dev.slipway.temporal.TlsTrouble;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.deployment.v1.RoutingConfig;
import io.temporal.api.deployment.v1.WorkerDeploymentVersion;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.taskqueue.v1.TaskQueueVersioningInfo;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkerDeploymentRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.converter.DataConverter;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.ClientConfigTLS;
import io.temporal.envconfig.LoadClientConfigProfileOptions;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection to Temporal, by the variables and profiles that Temporal's own tools use. */
public final class Temporal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Temporal.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(3);

    /** What a list of workflows can be filtered by; all of them plain words. */
    private static final List<String> SEARCH_ATTRIBUTES =
            List.of("SlipwayService", "SlipwayEnvironment", "SlipwayVersion", "SlipwayPhase", "SlipwayOutcome");

    private final WorkflowServiceStubs stubs;
    private final WorkflowClient client;

    private Temporal(WorkflowServiceStubs stubs, WorkflowClient client) {
        this.stubs = stubs;
        this.client = client;
    }

    /**
     * Connects, and waits for a while where nobody answers.
     *
     * @param variables TEMPORAL_ADDRESS and the like
     * @param say told once when it has to be waited
     * @throws Stopped where Temporal does not answer, or knows no such namespace
     */
    public static Temporal connect(
            Map<String, String> variables,
            DataConverter converter,
            Scope metrics,
            Duration patience,
            Consumer<String> say) {
        ClientConfigProfile profile = profile(variables);
        ownCertificate(profile).flatMap(TlsTrouble::ofOwn).ifPresent(trouble -> {
            throw new Stopped(Stopped.UNREACHABLE, trouble);
        });
        WorkflowServiceStubsOptions connection = connection(profile);
        boolean switchedOff =
                profile.getTls() != null && Boolean.TRUE.equals(profile.getTls().isDisabled());
        boolean withKey = profile.getApiKey() != null && !profile.getApiKey().isEmpty();
        if (withKey && (switchedOff || !encrypted(connection))) {
            throw new Stopped(
                    Stopped.USAGE,
                    "TEMPORAL_API_KEY would travel in the open: TLS is switched off (TEMPORAL_TLS, or tls.disabled in the"
                            + " profile); switch it on, or take the key away");
        }
        WorkflowServiceStubs stubs =
                WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder(connection)
                        .setMetricsScope(metrics)
                        .validateAndBuildWithDefaults());
        WorkflowClientOptions options = WorkflowClientOptions.newBuilder(profile.toWorkflowClientOptions())
                .setDataConverter(converter)
                .validateAndBuildWithDefaults();
        Temporal temporal = new Temporal(stubs, WorkflowClient.newInstance(stubs, options));
        try {
            temporal.await(patience, say);
            return temporal;
        } catch (RuntimeException e) {
            temporal.close();
            throw e;
        }
    }

    private static ClientConfigProfile profile(Map<String, String> variables) {
        try {
            return ClientConfigProfile.load(LoadClientConfigProfileOptions.newBuilder()
                    .setEnvOverrides(variables)
                    .build());
        } catch (IOException | RuntimeException e) {
            throw new Stopped(
                    Stopped.USAGE,
                    "the settings for Temporal (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_PROFILE, …) can't be read: "
                            + e.getMessage());
        }
    }

    /** The key that is sent with every call, where there is one. */
    static Optional<String> apiKey(Map<String, String> variables) {
        return Optional.ofNullable(profile(variables).getApiKey()).filter(key -> !key.isEmpty());
    }

    /** Nothing as well where it can't be read: the SDK says why. */
    private static Optional<byte[]> ownCertificate(ClientConfigProfile profile) {
        ClientConfigTLS tls = profile.getTls();
        if (tls == null || Boolean.TRUE.equals(tls.isDisabled())) {
            return Optional.empty();
        }
        if (tls.getClientCertData() != null && tls.getClientCertData().length > 0) {
            return Optional.of(tls.getClientCertData());
        }
        if (tls.getClientCertPath() == null || tls.getClientCertPath().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readAllBytes(Path.of(tls.getClientCertPath())));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static WorkflowServiceStubsOptions connection(ClientConfigProfile profile) {
        try {
            return profile.toWorkflowServiceStubsOptions();
        } catch (RuntimeException e) {
            throw new Stopped(
                    Stopped.USAGE,
                    "the TLS settings for Temporal cannot be used: "
                            + innermost(e).getMessage() + "; look at " + TlsTrouble.VARIABLES + " (keys in PKCS#8)");
        }
    }

    private static boolean encrypted(WorkflowServiceStubsOptions connection) {
        return connection.getEnableHttps() || connection.getSslContext() != null;
    }

    private void await(Duration patience, Consumer<String> say) {
        long end = System.nanoTime() + patience.toNanos();
        boolean said = false;
        while (true) {
            try {
                stubs.blockingStub()
                        .withDeadlineAfter(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
                        .describeNamespace(DescribeNamespaceRequest.newBuilder()
                                .setNamespace(namespace())
                                .build());
                return;
            } catch (StatusRuntimeException e) {
                Status.Code code = e.getStatus().getCode();
                if (code == Status.Code.PERMISSION_DENIED || code == Status.Code.UNAUTHENTICATED) {
                    throw new Stopped(
                            Stopped.UNREACHABLE,
                            "Temporal at " + address() + " does not let this worker in (" + reason(e)
                                    + "); look at TEMPORAL_API_KEY or TEMPORAL_TLS_CLIENT_CERT_PATH");
                }
                if (System.nanoTime() >= end) {
                    throw new Stopped(Stopped.UNREACHABLE, refusal(code, patience, e));
                }
                if (!said) {
                    said = true;
                    say.accept("Temporal at " + address() + " does not answer yet (" + reason(e) + "); trying for "
                            + patience.toSeconds() + " s");
                }
                pause();
            }
        }
    }

    private String refusal(Status.Code code, Duration patience, StatusRuntimeException e) {
        if (code == Status.Code.NOT_FOUND) {
            return "Temporal at " + address() + " knows no namespace '" + namespace()
                    + "'; set TEMPORAL_NAMESPACE, or make it: temporal operator namespace create -n " + namespace();
        }
        String tried = " (" + reason(e) + "), tried for " + patience.toSeconds() + " s; ";
        // what refuses a certificate often does no more than hang up
        return encrypted(stubs.getOptions())
                ? "Temporal at " + address() + " does not answer over TLS" + tried + "look at TEMPORAL_ADDRESS, "
                        + TlsTrouble.VARIABLES
                : "Temporal at " + address() + " does not answer" + tried
                        + "set TEMPORAL_ADDRESS to where it is, or start one with `slipway dev`";
    }

    private static String reason(StatusRuntimeException e) {
        Optional<String> server = TlsTrouble.ofServer(e);
        if (server.isPresent()) {
            return server.get();
        }
        return String.valueOf(innermost(e).getMessage());
    }

    private static Throwable innermost(Throwable thrown) {
        Throwable innermost = thrown;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped(Stopped.UNREACHABLE, "interrupted while waiting for Temporal");
        }
    }

    public WorkflowClient client() {
        return client;
    }

    /** How many releases wait for an approval; NaN where the namespace can't say. */
    double waitingForPeople(String service, String environment) {
        try {
            return client.countWorkflows("WorkflowType = 'ReleaseWorkflow' AND ExecutionStatus = 'Running'"
                            + " AND SlipwayService = '" + service + "' AND SlipwayEnvironment = '" + environment
                            + "' AND SlipwayPhase = 'approval'")
                    .getCount();
        } catch (RuntimeException unknown) {
            return Double.NaN;
        }
    }

    public String address() {
        return stubs.getOptions().getTarget();
    }

    public String namespace() {
        return client.getOptions().getNamespace();
    }

    /** Whether it answers right now. */
    boolean answers() {
        try {
            stubs.blockingStub()
                    .withDeadlineAfter(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
                    .getSystemInfo(GetSystemInfoRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    /** Whether new work goes to a version of a deployment, all of it or a part; nothing where Temporal can't say. */
    Optional<Boolean> getsWork(String deployment, String buildId) {
        try {
            RoutingConfig routing = stubs.blockingStub()
                    .withDeadlineAfter(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
                    .describeWorkerDeployment(DescribeWorkerDeploymentRequest.newBuilder()
                            .setNamespace(namespace())
                            .setDeploymentName(deployment)
                            .build())
                    .getWorkerDeploymentInfo()
                    .getRoutingConfig();
            boolean current = routing.getCurrentDeploymentVersion().getBuildId().equals(buildId);
            boolean ramping = routing.getRampingDeploymentVersion().getBuildId().equals(buildId)
                    && routing.getRampingVersionPercentage() > 0;
            return Optional.of(current || ramping);
        } catch (StatusRuntimeException e) {
            // not there before the first worker of it has polled
            return e.getStatus().getCode() == Status.Code.NOT_FOUND ? Optional.of(false) : Optional.empty();
        }
    }

    /** Which version of a deployment new work of a queue goes to. Both are empty where it goes to workers without a build id. */
    record Current(String deployment, String buildId) {}

    /** The current version for the workflows of a queue; nothing where Temporal can't say. */
    Optional<Current> current(String queue) {
        try {
            TaskQueueVersioningInfo versions = stubs.blockingStub()
                    .withDeadlineAfter(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
                    .describeTaskQueue(DescribeTaskQueueRequest.newBuilder()
                            .setNamespace(namespace())
                            .setTaskQueue(TaskQueue.newBuilder().setName(queue))
                            .setTaskQueueType(TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW)
                            .build())
                    .getVersioningInfo();
            // what is ramped up without having a build id is workers like this one
            boolean part = versions.getRampingVersionPercentage() > 0
                    && versions.getRampingDeploymentVersion().getBuildId().isEmpty();
            WorkerDeploymentVersion current = versions.getCurrentDeploymentVersion();
            return Optional.of(
                    part ? new Current("", "") : new Current(current.getDeploymentName(), current.getBuildId()));
        } catch (StatusRuntimeException e) {
            return Optional.empty();
        }
    }

    /** Makes the search attributes known where they are not and where that is allowed; false leaves releases without. */
    boolean registerSearchAttributes() {
        OperatorServiceStubs operator = OperatorServiceStubs.newServiceStubs(
                OperatorServiceStubsOptions.newBuilder(stubs.getOptions()).validateAndBuildWithDefaults());
        try {
            Set<String> known = known(operator);
            AddSearchAttributesRequest.Builder missing =
                    AddSearchAttributesRequest.newBuilder().setNamespace(namespace());
            SEARCH_ATTRIBUTES.stream()
                    .filter(name -> !known.contains(name))
                    .forEach(name -> missing.putSearchAttributes(name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD));
            if (missing.getSearchAttributesCount() > 0) {
                operator.blockingStub().withDeadlineAfter(10, TimeUnit.SECONDS).addSearchAttributes(missing.build());
            }
            return true;
        } catch (StatusRuntimeException e) {
            LOG.info(
                    "releases can't be filtered in Temporal's list: the search attributes {} are not there and can't be made"
                            + " ({})",
                    SEARCH_ATTRIBUTES,
                    reason(e));
            return false;
        } finally {
            operator.shutdownNow();
        }
    }

    private Set<String> known(OperatorServiceStubs operator) {
        try {
            return operator.blockingStub()
                    .withDeadlineAfter(10, TimeUnit.SECONDS)
                    .listSearchAttributes(ListSearchAttributesRequest.newBuilder()
                            .setNamespace(namespace())
                            .build())
                    .getCustomAttributesMap()
                    .keySet();
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                return Set.of(); // the SDK's own server can't list them, but takes them
            }
            throw e;
        }
    }

    @Override
    public void close() {
        stubs.shutdownNow();
    }
}
