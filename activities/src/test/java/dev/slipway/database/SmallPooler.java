package dev.slipway.database;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingDeque;

/**
 * A pooler in front of a real server, as PgBouncer and its like behave: it answers a client's greeting itself, with a
 * process id of its own, and lends it a backend for a session or for a transaction. What was used last is lent first, so
 * that an idle pooler looks like a direct connection. Speaks version 3 of the protocol, without encryption or passwords.
 */
public final class SmallPooler implements AutoCloseable {

    public enum Mode {
        SESSION,
        TRANSACTION,
        STATEMENT
    }

    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    private static final int CANCEL_REQUEST = 80877102;
    private static final int VERSION_3 = 196608;

    private final Mode mode;
    private final int server;
    private final ServerSocket socket;
    private final Map<String, BlockingDeque<Backend>> idle = new ConcurrentHashMap<>();
    private final Collection<Socket> open = new ConcurrentLinkedQueue<>();

    /** A connection to the server, with the parameters that it greeted with. */
    private record Backend(DataInputStream in, DataOutputStream out, byte[] greeting) {}

    /** @param server the port of the server on this machine */
    public SmallPooler(Mode mode, int server) throws IOException {
        this.mode = mode;
        this.server = server;
        this.socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        daemon(this::accept);
    }

    public PostgresUrl url(String database) {
        return PostgresUrl.parse(
                "postgresql://postgres@127.0.0.1:" + socket.getLocalPort() + "/" + database + "?sslmode=disable");
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket each : open) {
            each.close();
        }
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                client.setTcpNoDelay(true);
                open.add(client);
                daemon(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            Map<String, String> parameters = greet(in, out);
            BlockingDeque<Backend> pool = idle.computeIfAbsent(
                    parameters.get("user") + "@" + parameters.get("database"), name -> new LinkedBlockingDeque<>());
            Backend first = take(pool, parameters);
            out.write(first.greeting());
            message(out, 'K', new byte[] {0, 0, 0, 1, 0, 0, 0, 1});
            message(out, 'Z', new byte[] {'I'});
            out.flush();
            lend(in, out, pool, parameters, first);
        } catch (IOException gone) {
            // the client, or the server, left
        }
    }

    /** Lends a backend from a client's first word until the server says that nothing is open any more. */
    private void lend(
            DataInputStream in,
            DataOutputStream out,
            BlockingDeque<Backend> pool,
            Map<String, String> parameters,
            Backend first)
            throws IOException {
        Backend lent = first;
        if (mode != Mode.SESSION) {
            pool.push(first);
        }
        boolean has = mode == Mode.SESSION;
        while (true) {
            int type = in.read();
            if (type < 0 || type == 'X') {
                if (has && mode == Mode.SESSION) {
                    reset(lent);
                    pool.push(lent);
                }
                return;
            }
            byte[] body = body(in);
            if (!has) {
                lent = take(pool, parameters);
                has = true;
            }
            message(lent.out(), (char) type, body);
            if (type != 'Q' && type != 'S') {
                continue;
            }
            lent.out().flush();
            char status = answer(lent, out);
            if (mode == Mode.STATEMENT && status != 'I') {
                // what PgBouncer does: long transactions are not for this mode
                return;
            }
            if (mode != Mode.SESSION && status == 'I') {
                pool.push(lent);
                has = false;
            }
        }
    }

    /** As PgBouncer's server_reset_query: the next session finds nothing of this one. */
    private static void reset(Backend backend) throws IOException {
        message(backend.out(), 'Q', "DISCARD ALL\0".getBytes(StandardCharsets.UTF_8));
        backend.out().flush();
        answer(backend, new DataOutputStream(new ByteArrayOutputStream()));
    }

    private static char answer(Backend backend, DataOutputStream out) throws IOException {
        while (true) {
            char type = (char) backend.in().readByte();
            byte[] body = body(backend.in());
            message(out, type, body);
            if (type == 'Z') {
                out.flush();
                return (char) body[0];
            }
        }
    }

    private static Map<String, String> greet(DataInputStream in, DataOutputStream out) throws IOException {
        while (true) {
            int length = in.readInt();
            int code = in.readInt();
            if (code == SSL_REQUEST || code == GSS_REQUEST) {
                out.write('N');
                out.flush();
            } else if (code == VERSION_3) {
                byte[] rest = new byte[length - 8];
                in.readFully(rest);
                String[] words = new String(rest, StandardCharsets.UTF_8).split("\0");
                Map<String, String> parameters = new ConcurrentHashMap<>();
                for (int i = 0; i + 1 < words.length; i += 2) {
                    parameters.put(words[i], words[i + 1]);
                }
                message(out, 'R', new byte[] {0, 0, 0, 0});
                return parameters;
            } else {
                throw new EOFException(code == CANCEL_REQUEST ? "a cancel request" : "not version 3");
            }
        }
    }

    private Backend take(BlockingDeque<Backend> pool, Map<String, String> parameters) throws IOException {
        Backend backend = pool.poll();
        return backend == null ? open(parameters) : backend;
    }

    private Backend open(Map<String, String> parameters) throws IOException {
        Socket to = new Socket(InetAddress.getByName("127.0.0.1"), server);
        to.setTcpNoDelay(true);
        open.add(to);
        DataInputStream in = new DataInputStream(to.getInputStream());
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to.getOutputStream()));
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        parameters.forEach((name, value) -> {
            words.writeBytes((name + "\0" + value + "\0").getBytes(StandardCharsets.UTF_8));
        });
        words.write(0);
        out.writeInt(words.size() + 8);
        out.writeInt(VERSION_3);
        out.write(words.toByteArray());
        out.flush();
        ByteArrayOutputStream greeting = new ByteArrayOutputStream();
        while (true) {
            char type = (char) in.readByte();
            byte[] body = body(in);
            switch (type) {
                case 'S' -> message(new DataOutputStream(greeting), type, body);
                case 'Z' -> {
                    return new Backend(in, out, greeting.toByteArray());
                }
                case 'E' ->
                    throw new UncheckedIOException(
                            new IOException(new String(body, StandardCharsets.UTF_8).replace('\0', ' ')));
                default -> {
                    // the server's own process id and its yes are not for clients
                }
            }
        }
    }

    private static byte[] body(DataInputStream in) throws IOException {
        byte[] body = new byte[in.readInt() - 4];
        in.readFully(body);
        return body;
    }

    private static void message(DataOutputStream out, char type, byte[] body) throws IOException {
        out.writeByte(type);
        out.writeInt(body.length + 4);
        out.write(body);
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "small-pooler");
        thread.setDaemon(true);
        thread.start();
    }
}
