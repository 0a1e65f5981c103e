package dev.slipway.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.slipway.secrets.Redaction;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.failure.v1.Failure;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DataConverter;
import io.temporal.failure.ApplicationFailure;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.context.SerializationContext;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The last look at what leaves this worker for Temporal: a payload that holds the value of a known secret is refused, never
 * rewritten, because one that was rewritten would be a lie that somebody acts upon. Messages and traces of failures, which
 * are text for people, are redacted.
 */
public final class GuardedConverter {

    private GuardedConverter() {}

    public static DataConverter around(DataConverter converter, Redaction redaction) {
        return new RedactedFailures(
                new CodecDataConverter(converter, List.of(new Guard(redaction, new ObjectMapper()))), redaction);
    }

    /** The type of the failure of whoever wanted to send a secret; trying again would send it again. */
    static final String SECRET_REFUSED = "SecretRefused";

    private record Guard(Redaction redaction, ObjectMapper json) implements PayloadCodec {

        @Override
        public List<Payload> encode(List<Payload> payloads) {
            payloads.forEach(this::refuseSecrets);
            return payloads;
        }

        private void refuseSecrets(Payload payload) {
            ByteString data = payload.getData();
            String text = data.toString(data.isValidUtf8() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
            redaction.foundIn(text).ifPresent(secret -> {
                throw ApplicationFailure.newNonRetryableFailure(
                        "the value of the secret '" + secret + "' stands in a message to Temporal" + place(text)
                                + ", which was not sent; find out how it got there",
                        SECRET_REFUSED);
            });
        }

        /** Where in the JSON it stands, as far as names of members can be told without telling a value. */
        private String place(String text) {
            try {
                return member(json.readTree(text), "")
                        .filter(pointer -> !pointer.isEmpty())
                        .map(pointer -> " at " + pointer)
                        .orElse("");
            } catch (JsonProcessingException notJson) {
                return "";
            }
        }

        private Optional<String> member(JsonNode node, String pointer) {
            if (node.isValueNode()) {
                return redaction.foundIn(node.asText()).map(secret -> pointer);
            }
            for (Map.Entry<String, JsonNode> each : node.properties()) {
                Optional<String> found = member(each.getValue(), pointer + "/" + redaction.redact(each.getKey()));
                if (found.isPresent()) {
                    return found;
                }
            }
            for (int index = 0; node.isArray() && index < node.size(); index++) {
                Optional<String> found = member(node.get(index), pointer + "/" + index);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }

        @Override
        public List<Payload> decode(List<Payload> payloads) {
            return payloads;
        }
    }

    /** Everything as the converter below does it, failures without secrets. */
    private record RedactedFailures(DataConverter below, Redaction redaction) implements DataConverter {

        @Override
        public <T> Optional<Payload> toPayload(T value) {
            return below.toPayload(value);
        }

        @Override
        public <T> T fromPayload(Payload payload, Class<T> type, Type generic) {
            return below.fromPayload(payload, type, generic);
        }

        @Override
        public Optional<Payloads> toPayloads(Object... values) {
            return below.toPayloads(values);
        }

        @Override
        public <T> T fromPayloads(int index, Optional<Payloads> content, Class<T> type, Type generic) {
            return below.fromPayloads(index, content, type, generic);
        }

        @Override
        public Failure exceptionToFailure(Throwable thrown) {
            try {
                return redacted(below.exceptionToFailure(thrown));
            } catch (ApplicationFailure refused) {
                // its details hold a secret: this failure tells it, or nobody would ever hear of either
                return below.exceptionToFailure(refused);
            }
        }

        @Override
        public RuntimeException failureToException(Failure failure) {
            return below.failureToException(failure);
        }

        @Override
        public DataConverter withContext(SerializationContext context) {
            return new RedactedFailures(below.withContext(context), redaction);
        }

        private Failure redacted(Failure failure) {
            Failure.Builder builder = failure.toBuilder()
                    .setMessage(redaction.redact(failure.getMessage()))
                    .setStackTrace(redaction.redact(failure.getStackTrace()));
            if (failure.hasCause()) {
                builder.setCause(redacted(failure.getCause()));
            }
            return builder.build();
        }
    }
}
