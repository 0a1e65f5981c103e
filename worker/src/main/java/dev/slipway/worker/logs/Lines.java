package dev.slipway.worker.logs;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.secrets.Redaction;
import io.grpc.StatusRuntimeException;
import io.temporal.failure.ApplicationFailure;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Log lines: time, level, the release that it is about, what happened; redacted as a whole before anybody sees them. */
final class Lines extends LayoutBase<ILoggingEvent> {

    /** Where Temporal's SDK puts the id of the workflow that a thread works for. */
    static final String WORKFLOW = "WorkflowId";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private static final List<String> EXPECTED =
            List.of(ApplicationFailure.class.getPackageName() + ".", StatusRuntimeException.class.getName());

    private final Logs.Form form;
    private final Redaction redaction;
    private final ObjectMapper json = new ObjectMapper();

    Lines(Logs.Form form, Redaction redaction) {
        this.form = form;
        this.redaction = redaction;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        return switch (form) {
            case PLAIN -> plain(event);
            case JSON -> oneObject(event);
        };
    }

    private String plain(ILoggingEvent event) {
        StringBuilder line = new StringBuilder();
        line.append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp()))).append(' ');
        line.append(String.format("%-5s ", event.getLevel()));
        release(event).ifPresent(release -> line.append(release).append(": "));
        line.append(event.getFormattedMessage()).append('\n');
        trace(event).ifPresent(line::append);
        return redaction.redact(line.toString());
    }

    private String oneObject(ILoggingEvent event) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("time", Instant.ofEpochMilli(event.getTimeStamp()).toString());
        members.put("level", event.getLevel().toString());
        release(event).ifPresent(release -> members.put("release", release));
        members.put("logger", event.getLoggerName());
        members.put("message", redaction.redact(String.valueOf(event.getFormattedMessage())));
        trace(event).ifPresent(trace -> members.put("error", redaction.redact(trace)));
        try {
            // a second time: a secret may first come together where two members meet, or in its escaped form
            return redaction.redact(json.writeValueAsString(members)) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a log line of plain texts could not be written as JSON", e);
        }
    }

    /** {@code shop/production@1.4.0} for a release's own id, otherwise the id as it is. */
    private static Optional<String> release(ILoggingEvent event) {
        return Optional.ofNullable(event.getMDCPropertyMap().get(WORKFLOW)).map(id -> {
            String[] parts = id.split(":", -1);
            return parts.length == 4 && parts[0].equals("release") ? parts[1] + "/" + parts[2] + "@" + parts[3] : id;
        });
    }

    private static Optional<String> trace(ILoggingEvent event) {
        Optional<IThrowableProxy> thrown = Optional.ofNullable(event.getThrowableProxy());
        return expected(event)
                ? thrown.map(failure -> "    " + failure.getMessage() + "\n")
                : thrown.map(ThrowableProxyUtil::asString);
    }

    /**
     * How a release or a step ended, or that Temporal was not reached, is no fault of this program: its sentence is wanted,
     * and not where it was thrown.
     */
    private static boolean expected(ILoggingEvent event) {
        return event.getThrowableProxy() != null
                && EXPECTED.stream().anyMatch(event.getThrowableProxy().getClassName()::startsWith);
    }
}
