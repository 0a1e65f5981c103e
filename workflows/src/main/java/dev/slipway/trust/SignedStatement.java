package dev.slipway.trust;

import java.util.Optional;

/**
 * A statement as it travels: the signed text and the signature over it, both exactly as they were made. Nothing about it
 * is true before {@link SignatureCheck} says so.
 *
 * @param text the statement's text, see {@link Statement#text}
 * @param signature the armored SSHSIG signature, namespace {@link Namespace#STATEMENT}
 */
public record SignedStatement(String text, String signature) {

    public SignedStatement {
        text = text == null ? "" : text;
        signature = signature == null ? "" : signature;
    }

    /** What the statement is known by: the SHA-256 of its text. */
    public String id() {
        return Sha256.hex(text);
    }

    /** The statement as read, not as checked; nothing if the text is not one. */
    public Optional<Statement> statement() {
        return Statement.parsed(text);
    }
}
