package dev.slipway.worker.logs;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.secrets.Redaction;
import io.temporal.failure.CanceledFailure;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LinesTest {

    private static final String VALUE = "s3cret\"with/quotes";

    private final Redaction redaction = new Redaction();

    @BeforeEach
    void learn() {
        redaction.learn("TOKEN", VALUE);
    }

    @Test
    void redactsMessageArgumentsAndStackTraceInPlainLines() {
        String lines =
                new Lines(Logs.Form.PLAIN, redaction).doLayout(event(new IllegalStateException("with " + VALUE)));

        assertThat(lines)
                .doesNotContain(VALUE)
                .contains("WARN  shop/production@1.4.0: calling with [TOKEN]")
                .contains("IllegalStateException: with [TOKEN]");
    }

    @Test
    void tellsWhatTemporalSaysOfAnEndInOneSentence() {
        String lines = new Lines(Logs.Form.PLAIN, redaction)
                .doLayout(event(new CanceledFailure("cancelled in phase restore")));

        assertThat(lines).contains("cancelled in phase restore").doesNotContain("\tat ");
        assertThat(lines.lines()).hasSize(2);
    }

    @Test
    void writesOneObjectALineWithoutSecrets() throws Exception {
        String line = new Lines(Logs.Form.JSON, redaction).doLayout(event(new IllegalStateException("with " + VALUE)));

        assertThat(line).doesNotContain("s3cret").endsWith("\n");
        assertThat(line.strip()).doesNotContain("\n");
        JsonNode object = new ObjectMapper().readTree(line);
        assertThat(object.get("release").asText()).isEqualTo("shop/production@1.4.0");
        assertThat(object.get("level").asText()).isEqualTo("WARN");
        assertThat(object.get("message").asText()).isEqualTo("calling with [TOKEN]");
        assertThat(object.get("error").asText()).contains("IllegalStateException: with [TOKEN]");
    }

    private static LoggingEvent event(Throwable thrown) {
        LoggerContext context = new LoggerContext();
        LoggingEvent event = new LoggingEvent(
                "test", context.getLogger("dev.slipway.test"), Level.WARN, "calling with {}", thrown, new Object[] {
                    VALUE
                });
        event.setMDCPropertyMap(Map.of("WorkflowId", "release:shop:production:1.4.0"));
        return event;
    }
}
