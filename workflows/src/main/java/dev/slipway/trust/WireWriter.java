package dev.slipway.trust;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The SSH wire format (RFC 4251, section 5), written. */
final class WireWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    WireWriter raw(byte... value) {
        bytes.writeBytes(value);
        return this;
    }

    WireWriter ascii(String value) {
        return raw(value.getBytes(StandardCharsets.US_ASCII));
    }

    WireWriter uint32(int value) {
        return raw(ByteBuffer.allocate(4).putInt(value).array());
    }

    WireWriter string(byte[] value) {
        return uint32(value.length).raw(value);
    }

    WireWriter string(String value) {
        return string(value.getBytes(StandardCharsets.UTF_8));
    }

    int size() {
        return bytes.size();
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
