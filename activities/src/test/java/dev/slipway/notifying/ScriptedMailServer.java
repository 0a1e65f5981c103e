package dev.slipway.notifying;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A mail server that fails as it is told to; one script a connection. */
final class ScriptedMailServer implements AutoCloseable {

    static final String HANG = "hang";
    static final String BREAK = "break";

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final BlockingQueue<Map<String, String>> scripts = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> mails = new LinkedBlockingQueue<>();
    private final List<Socket> open = new ArrayList<>();

    ScriptedMailServer() throws IOException {
        Thread thread = new Thread(this::serve, "mail");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listening.getLocalPort();
    }

    /** @param answers command to what is answered instead of the usual; {@link #HANG}, {@link #BREAK} */
    void next(Map<String, String> answers) {
        scripts.add(answers);
    }

    String mail() throws InterruptedException {
        return mails.poll(10, TimeUnit.SECONDS);
    }

    private void serve() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                Map<String, String> script = scripts.poll();
                try {
                    speak(socket, script == null ? Map.of() : script);
                } catch (IOException brokenOff) {
                    // as it may be
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void speak(Socket socket, Map<String, String> script) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        OutputStream out = socket.getOutputStream();
        if (!answer(socket, out, script.getOrDefault("greeting", "220 mail.example ESMTP"))) {
            return;
        }
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String command = line.split("[ :]")[0].toUpperCase();
            String usual =
                    switch (command) {
                        case "EHLO" -> "250-mail.example\r\n250 AUTH PLAIN";
                        case "AUTH" -> "235 welcome";
                        case "DATA" -> "354 go on";
                        case "QUIT" -> "221 bye";
                        default -> "250 ok";
                    };
            if (!answer(socket, out, script.getOrDefault(command, usual))) {
                return;
            }
            if (command.equals("DATA") && script.getOrDefault("DATA", usual).startsWith("354")) {
                StringBuilder mail = new StringBuilder();
                for (String text = in.readLine(); text != null && !text.equals("."); text = in.readLine()) {
                    mail.append(text).append('\n');
                }
                mails.add(mail.toString());
                answer(socket, out, script.getOrDefault("END", "250 taken"));
            }
            if (command.equals("QUIT")) {
                socket.close();
                return;
            }
        }
    }

    /** @return false where nothing more comes */
    private static boolean answer(Socket socket, OutputStream out, String text) throws IOException {
        if (text.equals(HANG)) {
            return false;
        }
        if (text.equals(BREAK)) {
            socket.close();
            return false;
        }
        out.write((text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        return true;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
