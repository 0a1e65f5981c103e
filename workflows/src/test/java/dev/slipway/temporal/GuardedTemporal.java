package dev.slipway.temporal;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.stub.StreamObserver;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeNamespaceResponse;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoResponse;
import io.temporal.api.workflowservice.v1.ListWorkflowExecutionsRequest;
import io.temporal.api.workflowservice.v1.ListWorkflowExecutionsResponse;
import io.temporal.api.workflowservice.v1.StartWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.StartWorkflowExecutionResponse;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * A Temporal that asks who comes, by certificate and by API key, and remembers who came; the development server can't ask
 * for either. It answers by itself what a connection asks first, or stands before a server that does the work.
 */
public final class GuardedTemporal implements AutoCloseable {

    /**
     * A call as it came in.
     *
     * @param method its short name
     * @param peer subject of the certificate that was shown, empty for none
     * @param authorization the header, empty for none
     */
    public record Call(String method, String peer, String authorization) {}

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Server server;
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    private final Forwarding forwarding;
    private volatile String apiKey = "";

    private GuardedTemporal(NettyServerBuilder builder, Forwarding forwarding) throws IOException {
        this.forwarding = forwarding;
        if (forwarding == null) {
            builder.addService(new Answers());
        } else {
            builder.fallbackHandlerRegistry(forwarding);
        }
        server = builder.intercept(new Listening()).build().start();
    }

    /** Lets in only who shows a certificate of the authority. */
    public static GuardedTemporal behind(Authority authority) throws IOException {
        authority.signed("server");
        return behind(authority, "server");
    }

    /** @param name whom the authority has signed a certificate for already */
    public static GuardedTemporal behind(Authority authority, String name) throws IOException {
        return new GuardedTemporal(guarded(authority, name), null);
    }

    /** The same, before a server that does the work. */
    public static GuardedTemporal before(String address, Authority authority) throws IOException {
        authority.signed("server");
        return new GuardedTemporal(guarded(authority, "server"), new Forwarding(address));
    }

    private static NettyServerBuilder guarded(Authority authority, String name) throws IOException {
        return builder()
                .sslContext(GrpcSslContexts.forServer(
                                authority.pem(name).toFile(),
                                authority.key(name).toFile())
                        .trustManager(authority.certificate().toFile())
                        .clientAuth(ClientAuth.REQUIRE)
                        .build());
    }

    /** Speaks in the open. */
    public static GuardedTemporal inTheOpen() throws IOException {
        return new GuardedTemporal(builder(), null);
    }

    /** From now on lets in only who sends this key. */
    public void letsIn(String withApiKey) {
        apiKey = withApiKey;
    }

    private static NettyServerBuilder builder() {
        return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0));
    }

    public String address() {
        return "127.0.0.1:" + server.getPort();
    }

    public List<Call> calls() {
        return List.copyOf(calls);
    }

    @Override
    public void close() {
        server.shutdownNow();
        if (forwarding != null) {
            forwarding.close();
        }
    }

    private final class Listening implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            String authorization = headers.get(AUTHORIZATION);
            calls.add(new Call(
                    String.valueOf(call.getMethodDescriptor().getBareMethodName()),
                    peer(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION)),
                    authorization == null ? "" : authorization));
            if (!apiKey.isEmpty() && !("Bearer " + apiKey).equals(authorization)) {
                // the words of Temporal Cloud
                call.close(Status.PERMISSION_DENIED.withDescription("Request unauthorized."), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(call, headers);
        }

        private static String peer(SSLSession session) {
            try {
                return session == null
                        ? ""
                        : ((X509Certificate) session.getPeerCertificates()[0])
                                .getSubjectX500Principal()
                                .getName();
            } catch (SSLPeerUnverifiedException nobody) {
                return "";
            }
        }
    }

    private static final class Answers extends WorkflowServiceGrpc.WorkflowServiceImplBase {
        @Override
        public void getSystemInfo(GetSystemInfoRequest request, StreamObserver<GetSystemInfoResponse> answer) {
            answer.onNext(GetSystemInfoResponse.getDefaultInstance());
            answer.onCompleted();
        }

        @Override
        public void describeNamespace(
                DescribeNamespaceRequest request, StreamObserver<DescribeNamespaceResponse> answer) {
            answer.onNext(DescribeNamespaceResponse.getDefaultInstance());
            answer.onCompleted();
        }

        @Override
        public void describeWorkflowExecution(
                DescribeWorkflowExecutionRequest request, StreamObserver<DescribeWorkflowExecutionResponse> answer) {
            answer.onError(Status.NOT_FOUND.withDescription("no such workflow").asRuntimeException());
        }

        @Override
        public void listWorkflowExecutions(
                ListWorkflowExecutionsRequest request, StreamObserver<ListWorkflowExecutionsResponse> answer) {
            answer.onNext(ListWorkflowExecutionsResponse.getDefaultInstance());
            answer.onCompleted();
        }

        @Override
        public void startWorkflowExecution(
                StartWorkflowExecutionRequest request, StreamObserver<StartWorkflowExecutionResponse> answer) {
            answer.onError(Status.FAILED_PRECONDITION
                    .withDescription("nothing is started here")
                    .asRuntimeException());
        }
    }
}
