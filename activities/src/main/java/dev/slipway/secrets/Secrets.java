package dev.slipway.secrets;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** The secrets of one environment. Every value that passes through here is known to the redaction from then on. */
public final class Secrets {

    private final String environment;
    private final Map<String, SecretSource> sources;
    private final Redaction redaction;

    public Secrets(String environment, Map<String, SecretSource> sources, Redaction redaction) {
        this.environment = environment;
        this.sources = Map.copyOf(sources);
        this.redaction = redaction;
    }

    /** @return empty where it is not set, or not listed in the worker's file */
    public Optional<String> value(String name) {
        Optional<String> value = Optional.ofNullable(sources.get(name))
                .flatMap(SecretSource::value)
                .filter(text -> !text.isEmpty());
        value.ifPresent(text -> redaction.learn(name, text));
        return value;
    }

    public boolean listed(String name) {
        return sources.containsKey(name);
    }

    public String place(String name) {
        return sources.containsKey(name) ? sources.get(name).place() : "";
    }

    public Collection<String> names() {
        return sources.keySet();
    }

    /**
     * The value behind {@code $NAME}, or the text itself where it is no name of a secret.
     *
     * @throws SecretUnavailable where it is not set; the message names it
     */
    public String resolve(String text) {
        if (!text.startsWith("$") || text.startsWith("${")) {
            return text;
        }
        String name = text.substring(1);
        return value(name)
                .orElseThrow(() -> new SecretUnavailable("the secret '" + name + "' is not set for " + environment
                        + (listed(name) ? " (" + place(name) + ")" : "; it is not listed in the worker's file")));
    }

    /** The text without any known value. */
    public String redact(String text) {
        return redaction.redact(text);
    }
}
