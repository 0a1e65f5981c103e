package dev.slipway.release;

import dev.slipway.trust.Json;
import io.temporal.common.converter.ByteArrayPayloadConverter;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import io.temporal.common.converter.NullPayloadConverter;
import io.temporal.common.converter.ProtobufJsonPayloadConverter;
import io.temporal.common.converter.ProtobufPayloadConverter;

/**
 * The one way in which messages become payloads. Worker, client and replay tests all have to use it: with another one a
 * duration or a field that is new looks different, and an old history no longer replays.
 */
public final class Converter {

    private Converter() {}

    /** Costs a new mapper; make one for a process. */
    public static DataConverter dataConverter() {
        return new DefaultDataConverter(
                new NullPayloadConverter(),
                new ByteArrayPayloadConverter(),
                new ProtobufJsonPayloadConverter(),
                new ProtobufPayloadConverter(),
                new JacksonJsonPayloadConverter(Json.mapper()));
    }
}
