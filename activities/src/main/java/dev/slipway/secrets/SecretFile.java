package dev.slipway.secrets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A secret that is the whole content of a file, without its last line break. */
public record SecretFile(Path file) implements SecretSource {

    @Override
    public Optional<String> value() {
        try {
            PrivateFile.check(file);
            String content = Files.readString(file);
            return Optional.of(content.endsWith("\n") ? content.substring(0, content.length() - 1) : content);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new SecretUnavailable("the file '" + file + "' can't be read: " + e.getMessage());
        }
    }

    @Override
    public String place() {
        return "file " + file;
    }
}
