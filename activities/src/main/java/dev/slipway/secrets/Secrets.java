package dev.slipway.secrets;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The secrets of one environment. Every value that passes through here is known to the redaction from then on. */
public final class Secrets {

    private final String environment;
    private final Map<String, SecretSource> sources;
    private final Map<String, List<String>> hosts;
    private final Redaction redaction;

    public Secrets(String environment, Map<String, SecretSource> sources, Redaction redaction) {
        this(environment, sources, Map.of(), redaction);
    }

    /** @param hosts secret to where it may be sent before a release is opened */
    public Secrets(
            String environment,
            Map<String, SecretSource> sources,
            Map<String, List<String>> hosts,
            Redaction redaction) {
        this.environment = environment;
        this.sources = Map.copyOf(sources);
        this.hosts = Map.copyOf(hosts);
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

    /** Whose secrets these are: {@code shop/production}. */
    public String environment() {
        return environment;
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

    /**
     * Why a secret may not be sent to a host by a plan that nobody has approved yet; empty where the worker's file says
     * that it may.
     *
     * @param text {@code $NAME}
     */
    public Optional<String> mayNotGo(String text, String host) {
        String name = text.startsWith("$") ? text.substring(1) : text;
        List<String> allowed = hosts.getOrDefault(name, List.of());
        return allowed.contains(host)
                ? Optional.empty()
                : Optional.of("the secret '" + name + "' may not be sent to " + host
                        + " before a release is approved; the worker's file has to say so, with `hosts: [" + host
                        + "]` beside where the secret is");
    }

    /** The text without any known value. */
    public String redact(String text) {
        return redaction.redact(text);
    }

    /** Lines that follow each other without any known value, also where one goes over their ends. */
    public List<String> redact(List<String> lines) {
        return redaction.redact(lines);
    }

    /** A sentence about such lines. */
    public String redact(String sentence, List<String> lines) {
        return redaction.redact(sentence, lines);
    }
}
