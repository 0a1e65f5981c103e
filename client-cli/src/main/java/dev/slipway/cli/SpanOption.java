package dev.slipway.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A length of time as an option's value. Apart from {@link Spans}, which need nothing of picocli to be written. */
final class SpanOption implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        return Spans.parse(text)
                .orElseThrow(() ->
                        new TypeConversionException("'" + text + "' is no length of time; write 90s, 30m, 24h or 7d"));
    }
}
