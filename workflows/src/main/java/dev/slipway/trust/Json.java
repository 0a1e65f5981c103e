package dev.slipway.trust;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** The one way in which Slipway's records become JSON and come back. */
public final class Json {

    /** For {@code Optional}, and for times and durations. */
    private static final List<String> MODULES = List.of(
            "com.fasterxml.jackson.datatype.jdk8.Jdk8Module", "com.fasterxml.jackson.datatype.jsr310.JavaTimeModule");

    private Json() {}

    /** Made at the first use: it is dear to make, and learns each record once. */
    private static final class Shared {
        private static final ObjectMapper MAPPER = make();
    }

    /**
     * The mapper that all share, so nobody changes it; who needs another one takes a copy. Records travel by their
     * components alone, so a method that reads well ({@code isOpen()}) never becomes part of a message; unknown members
     * are ignored, so that an older program reads a newer message; times and durations are ISO text.
     */
    public static ObjectMapper mapper() {
        return Shared.MAPPER;
    }

    /**
     * A member that the text has and the record does not, such as {@code state.leases}; none where it has no more. For whoever
     * must not act on less than what was said.
     *
     * @throws JsonProcessingException where the text is no such record
     */
    public static Optional<String> unknown(String text, Class<?> type) throws JsonProcessingException {
        try {
            mapper().readerFor(type)
                    .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(text);
            return Optional.empty();
        } catch (UnrecognizedPropertyException newer) {
            return Optional.of(newer.getPath().stream()
                    .map(JsonMappingException.Reference::getFieldName)
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining(".")));
        }
    }

    private static ObjectMapper make() {
        return JsonMapper.builder()
                .addModules(modules())
                .visibility(PropertyAccessor.GETTER, Visibility.NONE)
                .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
                .visibility(PropertyAccessor.FIELD, Visibility.ANY)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .build();
    }

    /**
     * Temporal's SDK brings these modules for running only, so they are made by name; exactly these, because one more module
     * on somebody's class path would change what is hashed.
     */
    private static List<Module> modules() {
        return MODULES.stream().map(Json::module).toList();
    }

    private static Module module(String name) {
        try {
            return (Module) Class.forName(name).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(name + " is not on the class path", e);
        }
    }
}
