package dev.slipway.secrets;

import java.util.Map;
import java.util.Optional;

/** A secret in the worker's own environment. */
public record EnvironmentVariable(String variable, Map<String, String> environment) implements SecretSource {

    @Override
    public Optional<String> value() {
        return Optional.ofNullable(environment.get(variable));
    }

    @Override
    public String place() {
        return "environment variable " + variable;
    }

    /** Never the environment itself, which holds values. */
    @Override
    public String toString() {
        return place();
    }
}
