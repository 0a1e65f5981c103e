package dev.slipway.worker.dev;

import dev.slipway.worker.Stopped;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.temporal.internal.testservice.TestServicesStarter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The server that Temporal's SDK brings for tests, on the loopback: enough to release with, but it keeps nothing. The
 * SDK's own way to start it listens on every address of the machine.
 */
final class InProcessTemporal implements DevTemporal {

    private static final int LARGEST_MESSAGE = 64 * 1024 * 1024;

    private final TestServicesStarter services;
    private final Server server;
    private final Request request;

    private InProcessTemporal(TestServicesStarter services, Server server, Request request) {
        this.request = request;
        this.services = services;
        this.server = server;
    }

    static InProcessTemporal start(Request request) {
        int port = request.port();
        if (Ports.taken(port)) {
            throw new Stopped(
                    Stopped.USAGE, "port " + port + " of this machine is taken; give another one, or leave it out");
        }
        // time is locked to the real one: it would skip whenever a release only waits
        TestServicesStarter services = new TestServicesStarter(true, 0);
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .maxInboundMessageSize(LARGEST_MESSAGE);
        services.getServices().forEach(builder::addService);
        try {
            return new InProcessTemporal(services, builder.build().start(), request);
        } catch (IOException e) {
            services.close();
            throw new Stopped(
                    Stopped.UNREACHABLE, "Temporal's test server can't listen on port " + port + ": " + e.getMessage());
        }
    }

    @Override
    public String address() {
        return "127.0.0.1:" + server.getPort();
    }

    @Override
    public Optional<String> ui() {
        return Optional.empty();
    }

    @Override
    public Path profile() {
        return DevTemporal.profile(request);
    }

    @Override
    public String lacks() {
        return "this is the server inside Temporal's SDK: it has no UI, no list, no search, and forgets everything when it"
                + " ends; install the official CLI to have them (https://docs.temporal.io/cli, or `brew install temporal`)";
    }

    /** Its sticky queues never give up on a worker that is gone. */
    @Override
    public Duration sticky() {
        return Duration.ZERO;
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        services.close();
    }
}
