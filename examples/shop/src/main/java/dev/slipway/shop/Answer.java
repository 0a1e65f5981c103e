package dev.slipway.shop;

import java.nio.charset.StandardCharsets;

/** What the shop or its router says to one request. */
record Answer(int code, String contentType, byte[] body) {

    static Answer json(int code, String body) {
        return new Answer(code, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    static Answer problem(int code, String message) {
        return json(code, "{\"error\":\"" + escape(message) + "\"}");
    }

    /** The page that Prometheus, and Slipway's watch, read. */
    static Answer metrics(String page) {
        return new Answer(200, "text/plain; version=0.0.4", page.getBytes(StandardCharsets.UTF_8));
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                escaped.append('\\').append(c);
            } else {
                escaped.append(c < ' ' ? ' ' : c);
            }
        }
        return escaped.toString();
    }
}
