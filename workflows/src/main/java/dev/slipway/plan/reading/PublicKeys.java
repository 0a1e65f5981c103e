package dev.slipway.plan.reading;

import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.UnusableKey;
import java.util.Optional;

/** Lines of {@code .pub} files. */
final class PublicKeys {

    private PublicKeys() {}

    /** What makes two lines the same key: its blob, whatever the comment says. */
    static String identity(String line) {
        try {
            return SshPublicKey.parse(line).blob();
        } catch (UnusableKey unusable) {
            return line;
        }
    }

    static Optional<String> problem(String line) {
        if (line.contains("PRIVATE KEY")) {
            // nothing of it is repeated: what is printed ends up in the logs of CI
            return Optional.of("this is a private key: take it out of the file at once and make a new one");
        }
        try {
            SshPublicKey.parse(line);
            return Optional.empty();
        } catch (UnusableKey unusable) {
            return Optional.of(unusable.getMessage());
        }
    }
}
