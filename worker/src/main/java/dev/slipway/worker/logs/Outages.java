package dev.slipway.worker.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.RejectedExecutionException;

/**
 * Keeps an outage out of the log's way: while Temporal is away, every poller of the SDK warns with a stack trace again and
 * again. Whoever watches the connection says it once.
 */
final class Outages extends Filter<ILoggingEvent> {

    @Override
    public FilterReply decide(ILoggingEvent event) {
        return ofAStop(event) || ofAnOutage(event) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }

    private static boolean ofAnOutage(ILoggingEvent event) {
        return event.getLoggerName().startsWith("io.temporal.")
                && event.getLevel().levelInt <= Level.WARN_INT
                && event.getThrowableProxy() != null
                && unavailable(event.getThrowableProxy());
    }

    /** The SDK's pollers stumble over their own executor when they are told to stop. */
    private static boolean ofAStop(ILoggingEvent event) {
        return event.getLoggerName().startsWith("io.temporal.")
                && event.getThrowableProxy() != null
                && event.getThrowableProxy().getClassName().equals(RejectedExecutionException.class.getName());
    }

    private static boolean unavailable(IThrowableProxy thrown) {
        for (IThrowableProxy each = thrown; each != null; each = each.getCause()) {
            String message = String.valueOf(each.getMessage());
            if (message.startsWith("UNAVAILABLE")
                    || message.startsWith("DEADLINE_EXCEEDED")
                    || message.startsWith("CANCELLED")) {
                return true;
            }
        }
        return false;
    }
}
