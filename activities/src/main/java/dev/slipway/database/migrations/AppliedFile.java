package dev.slipway.database.migrations;

import dev.slipway.trust.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A migration with what its text was, whatever tool keeps its history.
 *
 * @param version its version, or "repeatable"
 * @param file its name
 * @param hash SHA-256 of its text with plain line ends; empty where its file is not there, such as of a baseline
 */
public record AppliedFile(String version, String file, String hash) {

    private static final String REPEATABLE = "repeatable";

    /** Those of a folder's files that these are. */
    static List<AppliedFile> of(List<Migration> migrations, List<MigrationFile> files) {
        Map<String, String> texts = new HashMap<>();
        files.forEach(file -> texts.put(file.migration().file(), file.text()));
        List<AppliedFile> all = new ArrayList<>();
        for (Migration one : migrations) {
            String text = texts.get(one.file());
            all.add(new AppliedFile(one.version(), one.file(), text == null ? "" : hash(text)));
        }
        return List.copyOf(all);
    }

    private static String hash(String text) {
        String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
        return Sha256.hex(plain.replace("\r\n", "\n"));
    }

    /** What tells it from others, in any environment. */
    public String key() {
        return version.equals(REPEATABLE) ? file : version;
    }

    /** Whether it has another text than the same migration elsewhere; what is not known is no difference. */
    public boolean isOtherThan(AppliedFile other) {
        return !hash.isEmpty() && !other.hash.isEmpty() && !hash.equals(other.hash);
    }

    /** Whether it stands for all that was there before the tool's history began. */
    public boolean isBaseline() {
        return hash.isEmpty() && file.startsWith("<<");
    }
}
