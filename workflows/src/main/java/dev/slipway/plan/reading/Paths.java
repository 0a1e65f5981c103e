package dev.slipway.plan.reading;

import dev.slipway.plan.Quoted;
import java.util.Optional;

/** Paths that a plan names: below its folder, one spelling each. */
final class Paths {

    private Paths() {}

    /** Without {@code ./} in front and slashes behind. */
    static String plain(String path) {
        String plain = path;
        while (plain.startsWith("./")) {
            plain = plain.substring(2);
        }
        while (plain.endsWith("/")) {
            plain = plain.substring(0, plain.length() - 1);
        }
        return plain;
    }

    static Optional<String> problem(String path) {
        if (path.startsWith("/") || path.matches("[A-Za-z]:.*") || path.startsWith("~")) {
            return Optional.of(Quoted.of(path) + " is an absolute path");
        }
        if (path.indexOf('\\') >= 0) {
            return Optional.of(Quoted.of(path) + " holds a backslash");
        }
        String plain = plain(path);
        if (plain.isEmpty() || plain.equals(".")) {
            return Optional.of(Quoted.of(path) + " names no file or folder of its own");
        }
        for (String name : plain.split("/", -1)) {
            if (name.equals("..")) {
                return Optional.of(Quoted.of(path) + " leads out of its folder");
            }
            if (name.isEmpty() || name.equals(".")) {
                return Optional.of(Quoted.of(path) + " holds an empty name");
            }
            if (name.equalsIgnoreCase(".git")) {
                return Optional.of(Quoted.of(path) + " belongs to git, not to the release");
            }
        }
        return Optional.empty();
    }
}
