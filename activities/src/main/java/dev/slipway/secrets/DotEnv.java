package dev.slipway.secrets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A secret in a {@code .env} file: lines {@code NAME=value}, values plain or in quotes, nothing is expanded. */
public record DotEnv(Path file, String name) implements SecretSource {

    @Override
    public Optional<String> value() {
        try {
            PrivateFile.check(file);
            for (String line : Files.readAllLines(file)) {
                String entry = line.strip();
                if (entry.startsWith("export ")) {
                    entry = entry.substring("export ".length()).strip();
                }
                int equals = entry.indexOf('=');
                if (equals > 0
                        && !entry.startsWith("#")
                        && entry.substring(0, equals).strip().equals(name)) {
                    return Optional.of(unquoted(entry.substring(equals + 1).strip()));
                }
            }
            return Optional.empty();
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new SecretUnavailable("the file '" + file + "' can't be read: " + e.getMessage());
        }
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() >= 2
                && (text.charAt(0) == '"' || text.charAt(0) == '\'')
                && text.charAt(text.length() - 1) == text.charAt(0);
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    @Override
    public String place() {
        return name + " in " + file;
    }
}
