package dev.slipway.release;

/**
 * What a person who decided is told.
 *
 * @param text one sentence
 * @param statement id of the statement that was taken
 */
public record Decision(String text, String statement) {
    public Decision {
        text = text == null ? "" : text;
        statement = statement == null ? "" : statement;
    }
}
