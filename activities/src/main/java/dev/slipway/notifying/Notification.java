package dev.slipway.notifying;

import java.util.List;

/**
 * A message to people, made by the worker from the record.
 *
 * @param key the same for the same event, however often it is sent: receivers drop a second one
 * @param text one paragraph, ready to be read
 * @param undo commands for a person's hands, newest deed first
 */
public record Notification(
        String key, String event, String service, String environment, String version, String text, List<String> undo) {
    public Notification {
        undo = List.copyOf(undo);
    }
}
