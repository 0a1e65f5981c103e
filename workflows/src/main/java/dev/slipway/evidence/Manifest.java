package dev.slipway.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.trust.CanonicalJson;
import dev.slipway.trust.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an evidence folder consists of, signed with the environment's key.
 *
 * @param kind {@value #KIND}: the key signs other things too, and none of them is taken for another
 * @param format 1
 * @param request id of the statement that asked for the release or rollback
 * @param time when it was gathered, by the worker's clock
 * @param files path within the folder to SHA-256 of the content
 */
public record Manifest(
        String kind,
        int format,
        String service,
        String environment,
        String version,
        String request,
        Instant time,
        Map<String, String> files) {

    public static final String KIND = "slipway evidence";
    public static final int FORMAT = 1;

    /** The manifest's own name in the folder; its signature lies beside it with {@code .sig}. */
    public static final String FILE = "manifest.json";

    public Manifest {
        kind = kind == null ? "" : kind;
        service = service == null ? "" : service;
        environment = environment == null ? "" : environment;
        version = version == null ? "" : version;
        request = request == null ? "" : request;
        time = time == null ? Instant.EPOCH : time;
        files = files == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(files));
    }

    public String text() {
        return CanonicalJson.text(this) + "\n";
    }

    /** @throws IllegalArgumentException where it is none */
    public static Manifest parse(String text) {
        try {
            Manifest manifest = Json.mapper().readValue(text, Manifest.class);
            if (manifest == null || !manifest.kind().equals(KIND) || manifest.format() != FORMAT) {
                throw new IllegalArgumentException("this is no manifest of evidence, format " + FORMAT);
            }
            return manifest;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this is no manifest of evidence: " + e.getOriginalMessage());
        }
    }
}
