package dev.slipway.temporal;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Hands every call on to another server, byte by byte. All of Temporal's calls are one question and one answer. */
final class Forwarding extends HandlerRegistry implements AutoCloseable {

    private static final int ANSWER_AND_A_PROOF_THAT_IT_IS_THE_ONLY_ONE = 2;

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream message) {
            try {
                return message.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private final ManagedChannel behind;

    Forwarding(String address) {
        behind = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    }

    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
        return ServerMethodDefinition.create(
                MethodDescriptor.newBuilder(BYTES, BYTES)
                        .setFullMethodName(name)
                        .setType(MethodDescriptor.MethodType.UNKNOWN)
                        .build(),
                this::handOn);
    }

    private ServerCall.Listener<byte[]> handOn(ServerCall<byte[], byte[]> from, Metadata headers) {
        ClientCall<byte[], byte[]> to = behind.newCall(from.getMethodDescriptor(), CallOptions.DEFAULT);
        to.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onHeaders(Metadata answered) {
                        from.sendHeaders(answered);
                    }

                    @Override
                    public void onMessage(byte[] answer) {
                        from.sendMessage(answer);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        from.close(status, trailers);
                    }
                },
                headers);
        to.request(ANSWER_AND_A_PROOF_THAT_IT_IS_THE_ONLY_ONE);
        from.request(ANSWER_AND_A_PROOF_THAT_IT_IS_THE_ONLY_ONE);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(byte[] question) {
                to.sendMessage(question);
            }

            @Override
            public void onHalfClose() {
                to.halfClose();
            }

            @Override
            public void onCancel() {
                to.cancel("nobody waits for the answer any more", null);
            }
        };
    }

    @Override
    public void close() {
        behind.shutdownNow();
    }
}
