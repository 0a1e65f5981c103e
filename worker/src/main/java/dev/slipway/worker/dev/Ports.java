package dev.slipway.worker.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Ports of this machine's loopback. */
public final class Ports {

    private static final int MILLIS = 300;

    private Ports() {}

    /** So many free ports, all different. Somebody else may take one before it is used. */
    public static List<Integer> free(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on 127.0.0.1", e);
        } finally {
            held.forEach(Ports::close);
        }
    }

    /** A free port that is none of these, which nobody listens on yet. */
    public static int otherThan(List<Integer> wanted) {
        return free(wanted.size() + 1).stream()
                .filter(port -> !wanted.contains(port))
                .findFirst()
                .orElseThrow();
    }

    /** Whether somebody listens there, on the loopback or everywhere. */
    public static boolean taken(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), MILLIS);
            return true;
        } catch (IOException nobodyAnswers) {
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return false;
            } catch (IOException held) {
                return true;
            }
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it was only held to find its number
        }
    }
}
