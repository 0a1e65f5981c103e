package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.release.Converter;
import dev.slipway.secrets.Redaction;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.failure.v1.Failure;
import io.temporal.common.converter.DataConverter;
import io.temporal.failure.ApplicationFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GuardedConverterTest {

    private static final String VALUE = "postgres://shop:hunter-2-hunter@db:5432/shop";

    private final Redaction redaction = new Redaction();
    private final DataConverter guarded = GuardedConverter.around(Converter.dataConverter(), redaction);

    record Step(String name, List<String> lines) {}

    @Test
    void refusesAMessageThatHoldsASecretAndNamesItsPlaceButNotItsValue() {
        redaction.learn("DATABASE_URL", VALUE);

        assertThatThrownBy(() -> guarded.toPayload(new Step("deploy", List.of("fine", "connecting to " + VALUE))))
                .isInstanceOf(ApplicationFailure.class)
                .hasMessageContaining("'DATABASE_URL'")
                .hasMessageContaining("/lines/1")
                .satisfies(refused -> assertThat(refused.toString()).doesNotContain("hunter"))
                .satisfies(refused -> assertThat(((ApplicationFailure) refused).isNonRetryable())
                        .isTrue());
    }

    @Test
    void refusesThePasswordAloneAndInEveryPlaceOfSeveralValues() {
        redaction.learn("DATABASE_URL", VALUE);

        assertThatThrownBy(() -> guarded.toPayloads("fine", "the password is hunter-2-hunter"))
                .hasMessageContaining("'DATABASE_URL'");
        assertThatThrownBy(() -> guarded.toPayload("hunter-2-hunter".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("'DATABASE_URL'");
    }

    @Test
    void letsEverythingElsePassUnchanged() {
        redaction.learn("DATABASE_URL", VALUE);
        Step step = new Step("deploy", List.of("fine"));

        Payload payload = guarded.toPayload(step).orElseThrow();

        assertThat(payload).isEqualTo(Converter.dataConverter().toPayload(step).orElseThrow());
        assertThat(guarded.fromPayload(payload, Step.class, Step.class)).isEqualTo(step);
    }

    @Test
    void redactsMessagesAndTracesOfFailuresWithTheirCauses() {
        redaction.learn("DATABASE_URL", VALUE);

        Failure failure = guarded.exceptionToFailure(
                new IllegalStateException("can't connect", new IllegalArgumentException("bad url " + VALUE)));

        assertThat(failure.toString()).doesNotContain("hunter").contains("bad url [DATABASE_URL]");
    }

    @Test
    void tellsOfAFailureWhoseDetailsHoldASecretWithoutThem() {
        redaction.learn("DATABASE_URL", VALUE);

        Failure failure = guarded.exceptionToFailure(ApplicationFailure.newFailure("broke", "Broke", VALUE));

        assertThat(failure.toString()).doesNotContain("hunter");
        assertThat(failure.getMessage()).contains("'DATABASE_URL'");
    }
}
