package dev.slipway.worker.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import dev.slipway.secrets.Redaction;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/** The process's log on its standard error: what is written there never holds a value of a secret. */
public final class Logs {

    private Logs() {}

    /** Sets up all logging of this process; whatever was set up before is gone. */
    public static void start(Form form, Redaction redaction) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Lines layout = new Lines(form, redaction);
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.addFilter(new Outages());
        console.start();
        context.getLogger("ROOT").setLevel(Level.WARN);
        context.getLogger("dev.slipway").setLevel(Level.INFO);
        // "Server does not support worker heartbeats" and the like: nobody can do anything about it
        context.getLogger("io.temporal.internal.worker.HeartbeatManager").setLevel(Level.ERROR);
        context.getLogger("ROOT").addAppender(console);
    }

    /** How a line looks. */
    public enum Form {
        PLAIN,
        JSON
    }
}
