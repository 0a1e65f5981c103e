package dev.slipway.secrets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.plan.ReleasePlan;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the values of secrets are what a plan says that they are. What is said never holds a value or a part of one. */
public final class SecretCheck {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Secrets secrets;

    public SecretCheck(Secrets secrets) {
        this.secrets = secrets;
    }

    /**
     * What was found.
     *
     * @param problems each would stop the release later
     * @param notes each only has to be known
     */
    public record Found(List<String> problems, List<String> notes) {}

    public Found look(List<ReleasePlan.Secret> wanted) {
        List<String> problems = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (ReleasePlan.Secret secret : wanted) {
            try {
                Optional<String> value = secrets.value(secret.name());
                if (value.isPresent()) {
                    judge(secret, value.get(), problems, notes);
                } else {
                    absent(secret, missing(secret.name()), problems, notes);
                }
            } catch (SecretUnavailable e) {
                absent(
                        secret,
                        "the secret '" + secret.name() + "' can't be looked up: " + e.getMessage(),
                        problems,
                        notes);
            }
        }
        return new Found(problems, notes);
    }

    private String missing(String name) {
        return secrets.listed(name)
                ? "the secret '" + name + "' is missing or empty (" + secrets.place(name) + ")"
                : "the secret '" + name + "' is not listed for " + secrets.environment() + " in the worker's file";
    }

    private static void absent(ReleasePlan.Secret secret, String what, List<String> problems, List<String> notes) {
        if (secret.required()) {
            problems.add(what);
        } else {
            notes.add(what + "; it is optional");
        }
    }

    private void judge(ReleasePlan.Secret secret, String value, List<String> problems, List<String> notes) {
        String name = "the secret '" + secret.name() + "' (" + secrets.place(secret.name()) + ")";
        if (value.length() < Redaction.SHORTEST) {
            notes.add("the secret '" + secret.name() + "' is shorter than " + Redaction.SHORTEST
                    + " characters, too short to be taken out of logs");
        }
        if (!secret.shape().isEmpty() && !hasShape(secret.shape(), value)) {
            problems.add(name + " is no " + words(secret.shape())
                    + (value.equals(value.strip()) ? "" : "; it begins or ends with white space"));
        }
        if (!value.startsWith(secret.prefix())) {
            problems.add(name + " does not begin with '" + secret.prefix() + "'");
        }
        if (value.length() < secret.minLength()) {
            problems.add(name + " is shorter than " + secret.minLength() + " characters");
        }
        if (!secret.sameAs().isEmpty()) {
            sameAs(secret, name, value, problems);
        }
    }

    private void sameAs(ReleasePlan.Secret secret, String name, String value, List<String> problems) {
        Optional<String> other;
        try {
            other = secrets.value(secret.sameAs());
        } catch (SecretUnavailable e) {
            // said where that one is judged itself
            return;
        }
        other.filter(text -> !text.equals(value))
                .ifPresent(different -> problems.add(name + " has to be the same as '" + secret.sameAs() + "' ("
                        + secrets.place(secret.sameAs()) + ") and is not"));
    }

    private static boolean hasShape(String shape, String value) {
        return switch (shape) {
            case "url" -> isUrl(value);
            case "postgres" -> value.matches("(?:postgres|postgresql|jdbc:postgresql)://[^\\s/]+(?:/\\S*)?");
            case "json" -> isJson(value);
            default -> throw new IllegalArgumentException("the shape '" + shape + "' is not known");
        };
    }

    private static String words(String shape) {
        return switch (shape) {
            case "url" -> "address such as https://example.com/";
            case "postgres" -> "address of a database such as postgresql://user:…@host:5432/name";
            default -> "JSON";
        };
    }

    private static boolean isUrl(String value) {
        try {
            URI address = new URI(value);
            return address.getScheme() != null && address.getRawAuthority() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isJson(String value) {
        try {
            return JSON.readTree(value).isContainerNode();
        } catch (JsonProcessingException e) {
            return false;
        }
    }
}
