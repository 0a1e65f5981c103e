package dev.slipway.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port of this machine on which nobody listens, and that nobody else gets meanwhile, so that whoever connects is refused.
 * The port of a server that was closed may be given to another one, and a socket that is being closed may still be taken.
 */
public final class RefusingPort implements AutoCloseable {

    private final Socket bound = new Socket();

    public RefusingPort() throws IOException {
        bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    public String url(String path) {
        return "http://127.0.0.1:" + bound.getLocalPort() + path;
    }

    @Override
    public void close() throws IOException {
        bound.close();
    }
}
