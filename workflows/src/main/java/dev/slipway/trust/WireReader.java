package dev.slipway.trust;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The SSH wire format (RFC 4251, section 5), read strictly from bytes that anybody may have written. */
final class WireReader {

    private final ByteBuffer bytes;
    private final String subject;

    /** @param subject what is read, for the sentences: "the signature" */
    WireReader(byte[] bytes, String subject) {
        this.bytes = ByteBuffer.wrap(bytes);
        this.subject = subject;
    }

    byte[] take(int length) throws Refusal {
        if (length < 0 || length > bytes.remaining()) {
            throw new Refusal(subject + " is cut short");
        }
        byte[] taken = new byte[length];
        bytes.get(taken);
        return taken;
    }

    int uint8() throws Refusal {
        return take(1)[0] & 0xFF;
    }

    /** Values over 2^31 come out negative; every use here either compares for equality or refuses them. */
    int uint32() throws Refusal {
        return ByteBuffer.wrap(take(4)).getInt();
    }

    byte[] string() throws Refusal {
        return take(uint32());
    }

    WireReader nested(String nestedSubject) throws Refusal {
        return new WireReader(string(), nestedSubject);
    }

    /** A name such as an algorithm's: printable ASCII only, so that no two spellings look alike. */
    String name() throws Refusal {
        byte[] name = string();
        for (byte b : name) {
            if (b < 0x20 || b > 0x7E) {
                throw new Refusal(subject + " holds a name that is not plain ASCII");
            }
        }
        return new String(name, StandardCharsets.US_ASCII);
    }

    /** A positive number in its one canonical form. */
    BigInteger positive() throws Refusal {
        byte[] number = string();
        boolean padded = number.length > 1 && number[0] == 0 && number[1] >= 0;
        if (number.length == 0 || number[0] < 0 || padded || number.length == 1 && number[0] == 0) {
            throw new Refusal(subject + " holds a number that is not in canonical form");
        }
        return new BigInteger(number);
    }

    boolean atEnd() {
        return !bytes.hasRemaining();
    }

    void end() throws Refusal {
        if (!atEnd()) {
            throw new Refusal(subject + " has " + bytes.remaining() + " bytes after its end");
        }
    }
}
