package dev.slipway.evidence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** As much of some files, zipped, as goes into one message. */
final class Piece {

    /** It may be longer than it should by so much, and by what the compression holds back, which is about the same. */
    private static final int CHUNK = 64 * 1024;

    private final int most;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(bytes);

    /** @param most bytes, about */
    Piece(int most) {
        this.most = most;
    }

    boolean isFull() {
        return bytes.size() >= most;
    }

    /**
     * Takes a file, as far as there is room.
     *
     * @param from how many of its bytes are elsewhere already
     * @return how many of its bytes are here or there by now
     */
    int put(String path, byte[] content, int from) {
        int until = Math.max(0, Math.min(from, content.length));
        try {
            ZipEntry entry = new ZipEntry(path);
            entry.setTime(0);
            zip.putNextEntry(entry);
            while (until < content.length && !isFull()) {
                int length = Math.min(CHUNK, content.length - until);
                zip.write(content, until, length);
                until += length;
            }
            zip.closeEntry();
            return until;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing can be put into it any more. */
    byte[] zip() {
        try {
            zip.close();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
