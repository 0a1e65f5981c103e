package dev.slipway.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of OpenSSH's {@code allowed_signers} form, as {@code ssh-keygen -Y verify -f} takes it: {@code ana,ana-old
 * namespaces="slipway" ssh-ed25519 AAAA… comment}. A principal is a person's name as a plan writes it. Patterns, certificates
 * and times of validity are refused: nothing here would obey them.
 */
public final class AllowedSigners {

    private static final String NAMESPACES = "namespaces=";

    private AllowedSigners() {}

    /** @return name to public key lines, in the order of the file */
    public static Map<String, List<String>> read(Path file) throws UnusableKey {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new UnusableKey("the allowed signers in '" + file + "' can't be read: " + e.getMessage());
        }
        Map<String, List<String>> people = new LinkedHashMap<>();
        int number = 0;
        for (String line : lines) {
            number++;
            if (!line.isBlank() && !line.strip().startsWith("#")) {
                read(line.strip(), "line " + number + " of '" + file + "'", people);
            }
        }
        return people;
    }

    private static void read(String line, String place, Map<String, List<String>> people) throws UnusableKey {
        String[] parts = line.split("[ \t]+", 2);
        if (parts.length < 2) {
            throw new UnusableKey(place + " is not of the form 'ana ssh-ed25519 AAAA…'");
        }
        String rest = parts[1].strip();
        boolean counts = true;
        if (!startsWithKey(rest)) {
            String[] options = rest.split("[ \t]+", 2);
            counts = counts(options[0], place);
            rest = options.length < 2 ? "" : options[1];
        }
        String key;
        try {
            key = SshPublicKey.parse(rest).line();
        } catch (UnusableKey e) {
            throw new UnusableKey(place + ": " + e.getMessage());
        }
        for (String name : parts[0].split(",")) {
            if (!StatementLine.isName(name)) {
                throw new UnusableKey(place + ": principal " + Plain.quoted(name)
                        + " can't be a person's name in a plan (letters, digits, '.', '_', '+', '-')");
            }
            if (counts) {
                people.computeIfAbsent(name, each -> new ArrayList<>()).add(key);
            }
        }
    }

    private static boolean startsWithKey(String rest) {
        return VerifyingKey.TYPES.stream().anyMatch(type -> rest.startsWith(type + " "));
    }

    /** Whether a key with these options may sign statements. */
    private static boolean counts(String options, String place) throws UnusableKey {
        if (!options.startsWith(NAMESPACES) || options.indexOf('=', NAMESPACES.length()) >= 0) {
            throw new UnusableKey(
                    place + ": of the options only " + NAMESPACES + "\"…\" is known, not " + Plain.quoted(options));
        }
        String names = options.substring(NAMESPACES.length()).replace("\"", "");
        return Arrays.asList(names.split(",")).contains(Namespace.STATEMENT);
    }
}
