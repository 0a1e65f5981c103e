package dev.slipway.database.reference;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** One hash over what was found of each table. */
final class DiffHash {

    private final MessageDigest digest = RowComparison.sha256();
    private final List<ReferenceDataDiff.TableDiff> tables = new ArrayList<>();

    void add(ReferenceTable table, RowComparison.Found found) {
        update(table.toString());
        table.columns().forEach(column -> update(column.name()));
        update(found.hash());
        tables.add(found.diff());
    }

    /** With its length before it, so that no two lists of texts give the same bytes. */
    private void update(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    ReferenceDataDiff diff() {
        return new ReferenceDataDiff(tables, HexFormat.of().formatHex(digest.digest()));
    }
}
