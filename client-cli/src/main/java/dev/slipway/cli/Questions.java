package dev.slipway.cli;

import dev.slipway.temporal.TlsTrouble;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc.WorkflowServiceBlockingStub;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What every question to Temporal goes through. Each has a deadline of its own; a Temporal that is not there is a
 * {@link CommandStopped} with exit code 18, never a wait.
 */
final class Questions {

    /** Long enough for a far server, short enough for a person. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final WorkflowServiceBlockingStub stub;
    private final TemporalProfile profile;

    Questions(ManagedChannel channel, TemporalProfile profile) {
        this.stub = WorkflowServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(profile.headers()));
        this.profile = profile;
    }

    String namespace() {
        return profile.namespace();
    }

    WorkflowServiceBlockingStub soon() {
        return soon(PATIENCE);
    }

    /** @param most how long an answer is waited for */
    WorkflowServiceBlockingStub soon(Duration most) {
        return stub.withDeadlineAfter(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What a person reads where Temporal gave no answer. */
    CommandStopped unreachable(StatusRuntimeException e) {
        io.grpc.Status status = e.getStatus();
        String address = profile.address();
        String sentence =
                switch (status.getCode()) {
                    case UNAVAILABLE, DEADLINE_EXCEEDED ->
                        // what refuses a certificate often does no more than hang up
                        Channels.encrypted(profile.settings())
                                ? "Temporal does not answer over TLS at " + address + reason(e)
                                        + "; look at TEMPORAL_ADDRESS, " + TlsTrouble.VARIABLES
                                : "Temporal does not answer at " + address + reason(e)
                                        + "; start one with `slipway dev`, or set TEMPORAL_ADDRESS";
                    case UNAUTHENTICATED, PERMISSION_DENIED ->
                        "Temporal at " + address + " refuses this client: " + status.getDescription()
                                + "; look at TEMPORAL_API_KEY and the TEMPORAL_TLS_ variables";
                    case NOT_FOUND ->
                        "namespace '" + namespace() + "' is not on " + address + "; set TEMPORAL_NAMESPACE";
                    default ->
                        "Temporal at " + address + " answers " + status.getCode() + ": " + status.getDescription();
                };
        return new CommandStopped(ExitCode.UNREACHABLE, sentence, e);
    }

    private static String reason(StatusRuntimeException e) {
        Optional<String> server = TlsTrouble.ofServer(e);
        if (server.isPresent()) {
            return " (" + server.get() + ")";
        }
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof StatusRuntimeException || cause.getMessage() == null
                ? ""
                : " (" + cause.getMessage() + ")";
    }
}
