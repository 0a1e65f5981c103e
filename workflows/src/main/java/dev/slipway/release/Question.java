package dev.slipway.release;

import java.time.Instant;

/**
 * A step that failed, and what people are asked about it: try again, go back, or leave it so.
 *
 * @param step number of the step in the grant
 * @param attempt how often it began: a word about an earlier attempt does not count
 * @param title for instance {@code migrate main}
 * @param failure what happened, in one sentence
 * @param changed whether it may have left something
 * @param otherwise what happens where nobody says anything
 * @param until when that happens
 */
public record Question(
        int step, int attempt, String title, String failure, boolean changed, String otherwise, Instant until) {
    public Question {
        title = title == null ? "" : title;
        failure = failure == null ? "" : failure;
        otherwise = otherwise == null ? "" : otherwise;
        until = until == null ? Instant.EPOCH : until;
    }
}
