package dev.slipway.database.reference;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The keys of rows that change, in a file until all of them are known: a whole table may change. */
final class KeySpool implements AutoCloseable {

    private final Path file;
    private final DataOutputStream out;
    private long count;

    KeySpool() {
        try {
            file = Files.createTempFile("slipway-keys", "");
            out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("the keys of what changes can't be kept on the worker's disk", e);
        }
    }

    /** What is done with a key. */
    interface Reader {
        void read(Landing.Kind kind, ReferenceTable.Key key) throws SQLException;
    }

    void add(Landing.Kind kind, ReferenceTable.Key key) {
        try {
            out.writeByte(kind.ordinal());
            out.writeShort(key.parts().size());
            for (String part : key.parts()) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                out.writeInt(bytes.length);
                out.write(bytes);
            }
            count++;
        } catch (IOException e) {
            throw new UncheckedIOException("the keys of what changes can't be kept on the worker's disk", e);
        }
    }

    /** Reads them in the order in which they came. */
    void readAll(Reader reader) throws SQLException {
        try {
            out.flush();
            try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
                for (long at = 0; at < count; at++) {
                    Landing.Kind kind = Landing.Kind.values()[in.readByte()];
                    int parts = in.readShort();
                    List<String> key = new ArrayList<>(parts);
                    for (int part = 0; part < parts; part++) {
                        key.add(new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
                    }
                    reader.read(kind, new ReferenceTable.Key(key));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the keys of what changes can't be read from the worker's disk", e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
            Files.deleteIfExists(file);
        } catch (IOException left) {
            // the system's folder for temporary files is tidied by others
        }
    }
}
