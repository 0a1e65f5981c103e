package dev.slipway.database.migrations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The text of an SQL file: UTF-8, with or without a byte order mark. */
final class SqlText {

    private static final char MARK = '\uFEFF';

    private SqlText() {}

    /**
     * Reads a file.
     *
     * @throws MigrationFailed when it is no UTF-8
     */
    static String of(Path file) {
        try {
            return of(file.getFileName().toString(), Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file.getFileName() + ": could not be read", e);
        }
    }

    /** The same without the byte order mark that some editors write. */
    static String unmarked(String text) {
        return !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
    }

    static String of(String name, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MigrationFailed(name + ": is no UTF-8 text; save it as UTF-8", true, e);
        }
    }
}
