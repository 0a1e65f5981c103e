package dev.slipway.notifying;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The worker's own log. */
final class LogChannel implements NotificationChannel {

    private static final Logger LOG = LoggerFactory.getLogger(LogChannel.class);

    @Override
    public String name() {
        return "log";
    }

    @Override
    public void send(Notification notification) {
        LOG.info("notification {}: {}", notification.event(), notification.plain());
    }
}
