package dev.slipway.release;

import dev.slipway.record.SignedText;
import java.util.List;

/**
 * What a person who decided is told.
 *
 * @param text one sentence
 * @param statement id of the statement that was taken, empty for one that nobody signed
 * @param receipt the entry of the record that it became, signed by the environment's key: none or one
 */
public record Decision(String text, String statement, List<SignedText> receipt) {

    public Decision(String text, String statement) {
        this(text, statement, List.of());
    }

    public Decision {
        text = text == null ? "" : text;
        statement = statement == null ? "" : statement;
        receipt = receipt == null ? List.of() : List.copyOf(receipt);
    }
}
