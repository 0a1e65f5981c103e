package dev.slipway.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a person, or CI, says about a release, before it is signed: a text of 18 fixed lines.
 *
 * <p>UTF-8, every line {@code name: value} ended by LF, {@code -} where there is nothing, at most {@value #MOST_BYTES}
 * bytes. One statement has exactly one text: parsing is strict and compares the rendered result, and nothing is ever
 * normalised. It has no JSON form; what travels is the {@link SignedStatement}. Which fields a kind needs, and whether
 * they are true, is judged where the grant is opened; here only the form is.
 *
 * <p>A <em>name</em> is 1 to 64 of {@code A-Z a-z 0-9 . _ + -}, beginning with a letter or digit. Hidden characters are
 * control characters, line separators, bidi controls and those that take no room.
 *
 * @param kind what is said
 * @param service a name
 * @param environment a name
 * @param version a name, or empty
 * @param plan the plan's digest, 64 lower-case hex digits, or empty
 * @param lane {@link Lane#NONE} where there is none
 * @param steps {@code all}, or different steps joined by commas in the order in which they run, or empty; a step is 1 to
 *     128 of a name's characters and {@code :}
 * @param about the SHA-256 of what this is about, 64 lower-case hex digits, or empty; for a key {@link SshPublicKey#sha256}
 * @param what a JSON object with members in {@linkplain CanonicalJson canonical form}, or empty; see {@link #what(Object)}
 * @param by a name: who says it
 * @param key the fingerprint of the key that signs: {@code SHA256:} and 43 base64 characters
 * @param time when it was said, whole seconds, UTC
 * @param expires until when it counts, whole seconds, UTC, after {@code time}
 * @param nonce 128 random bits as 32 lower-case hex digits: two statements are never the same; see {@link #newNonce}
 * @param confirm what was typed to confirm: one line without hidden characters or spaces around it, not {@code -}; or empty
 * @param reason why: any text (in the statement a JSON string in canonical escaping), or empty
 * @param ticked the points of the checklist, none of them empty (in the statement a JSON array of strings)
 */
public record Statement(
        Kind kind,
        String service,
        String environment,
        String version,
        String plan,
        Lane lane,
        String steps,
        String about,
        String what,
        String by,
        String key,
        Instant time,
        Instant expires,
        String nonce,
        String confirm,
        String reason,
        List<String> ticked) {

    public static final int MOST_BYTES = 4096;

    private static final String FIRST_LINE = "slipway-statement 1";

    /** @throws IllegalArgumentException if a field has not its form; the message names it */
    public Statement {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(expires, "expires");
        version = orEmpty(version);
        plan = orEmpty(plan);
        steps = orEmpty(steps);
        about = orEmpty(about);
        what = orEmpty(what);
        confirm = orEmpty(confirm);
        reason = orEmpty(reason);
        ticked = ticked == null ? List.of() : List.copyOf(ticked);
        List<String> values = values(
                kind,
                orEmpty(service),
                orEmpty(environment),
                version,
                plan,
                lane,
                steps,
                about,
                what,
                orEmpty(by),
                orEmpty(key),
                time,
                expires,
                orEmpty(nonce),
                confirm,
                reason,
                ticked);
        for (StatementLine line : StatementLine.values()) {
            line.problem(values.get(line.ordinal())).ifPresent(problem -> {
                throw new IllegalArgumentException(problem);
            });
        }
        // a field that is empty is written '-'; one that is '-' would be read back as empty
        for (String field : List.of(version, plan, steps, about, what, confirm)) {
            if (field.equals(StatementLine.EMPTY)) {
                throw new IllegalArgumentException("'-' stands for nothing in a statement; leave the field empty");
            }
        }
        if (!expires.isAfter(time)) {
            throw new IllegalArgumentException("expires '" + expires + "' is not after time '" + time + "'");
        }
        int bytes = Plain.utf8(render(values)).map(text -> text.length).orElse(Integer.MAX_VALUE);
        if (bytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "the statement has " + bytes + " bytes, at most " + MOST_BYTES + " are taken; shorten the reason");
        }
    }

    /** Reads the text of a statement; {@code parse(text).text()} is always the same text again. */
    public static Statement parse(String text) throws MalformedStatement {
        int bytes = Plain.utf8(text)
                .orElseThrow(() -> new MalformedStatement("the statement holds half a character"))
                .length;
        if (bytes > MOST_BYTES) {
            throw new MalformedStatement("the statement has " + bytes + " bytes, at most " + MOST_BYTES + " are taken");
        }
        String[] lines = text.split("\n", -1);
        if (!lines[0].equals(FIRST_LINE)) {
            throw new MalformedStatement("line 1 is " + Plain.quoted(lines[0]) + ", expected '" + FIRST_LINE + "'");
        }
        StatementLine[] expected = StatementLine.values();
        List<String> values = new ArrayList<>();
        for (StatementLine line : expected) {
            values.add(value(line, lines));
        }
        if (lines.length != expected.length + 2 || !lines[lines.length - 1].isEmpty()) {
            throw new MalformedStatement("the statement does not end with the end of line " + (expected.length + 1)
                    + ", '" + expected[expected.length - 1].label() + "'");
        }
        Statement statement = of(values);
        if (!statement.text().equals(text)) {
            throw new MalformedStatement("the statement is not in its one form");
        }
        return statement;
    }

    /** The same, where what is no statement is nothing. */
    public static Optional<Statement> parsed(String text) {
        try {
            return Optional.of(parse(text));
        } catch (MalformedStatement e) {
            return Optional.empty();
        }
    }

    /** The bytes that are signed, as text. */
    public String text() {
        return render(values(
                kind,
                service,
                environment,
                version,
                plan,
                lane,
                steps,
                about,
                what,
                by,
                key,
                time,
                expires,
                nonce,
                confirm,
                reason,
                ticked));
    }

    /** What the statement is known by: the SHA-256 of its text. Not of its signature, which can be changed. */
    public String id() {
        return Sha256.hex(text());
    }

    /** Whether the statement is for all steps. */
    public boolean allSteps() {
        return steps.equals("all");
    }

    /** {@link #what} as JSON; an empty object for none. */
    public JsonNode details() {
        try {
            return what.isEmpty() ? JsonNodeFactory.instance.objectNode() : CanonicalJson.parse(what);
        } catch (Refusal refusal) {
            throw new IllegalStateException("checked when the statement was made", refusal);
        }
    }

    /** A record, map or JSON object in the form that {@link #what} takes; empty for one without members. */
    public static String what(Object details) {
        String text = CanonicalJson.text(details);
        return text.equals("{}") ? "" : text;
    }

    /** A nonce that nobody has had before. */
    public static String newNonce() {
        byte[] bits = new byte[16];
        new SecureRandom().nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }

    private static String value(StatementLine line, String[] lines) throws MalformedStatement {
        String place = "line " + line.number();
        if (lines.length < line.number()) {
            throw new MalformedStatement(place + ", '" + line.label() + "', is missing");
        }
        String read = lines[line.number() - 1];
        String prefix = line.label() + ": ";
        if (!read.startsWith(prefix)) {
            throw new MalformedStatement(place + " is " + Plain.quoted(read) + ", expected '" + line.label() + ": …'");
        }
        String value = read.substring(prefix.length());
        Optional<String> problem = line.problem(value);
        if (problem.isPresent()) {
            throw new MalformedStatement(place + ": " + problem.get());
        }
        return value;
    }

    private static Statement of(List<String> values) throws MalformedStatement {
        try {
            String reason = at(values, StatementLine.REASON);
            String ticked = at(values, StatementLine.TICKED);
            return new Statement(
                    Kind.of(at(values, StatementLine.KIND)).orElseThrow(),
                    at(values, StatementLine.SERVICE),
                    at(values, StatementLine.ENVIRONMENT),
                    at(values, StatementLine.VERSION),
                    at(values, StatementLine.PLAN),
                    Lane.of(values.get(StatementLine.LANE.ordinal())).orElseThrow(),
                    at(values, StatementLine.STEPS),
                    at(values, StatementLine.ABOUT),
                    at(values, StatementLine.WHAT),
                    at(values, StatementLine.BY),
                    at(values, StatementLine.KEY),
                    Instant.parse(at(values, StatementLine.TIME)),
                    Instant.parse(at(values, StatementLine.EXPIRES)),
                    at(values, StatementLine.NONCE),
                    at(values, StatementLine.CONFIRM),
                    reason.isEmpty() ? "" : CanonicalJson.parse(reason).textValue(),
                    ticked.isEmpty() ? List.of() : strings(CanonicalJson.parse(ticked)));
        } catch (IllegalArgumentException e) {
            // every line has its form by now: what is left is that expires is not after time
            throw new MalformedStatement("line " + StatementLine.EXPIRES.number() + ": " + e.getMessage());
        } catch (Refusal refusal) {
            throw new IllegalStateException("checked line by line before", refusal);
        }
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(element -> strings.add(element.textValue()));
        return strings;
    }

    private static String at(List<String> values, StatementLine line) {
        String value = values.get(line.ordinal());
        return value.equals(StatementLine.EMPTY) ? "" : value;
    }

    /** The values as they stand in the text, in the order of {@link StatementLine}. */
    private static List<String> values(
            Kind kind,
            String service,
            String environment,
            String version,
            String plan,
            Lane lane,
            String steps,
            String about,
            String what,
            String by,
            String key,
            Instant time,
            Instant expires,
            String nonce,
            String confirm,
            String reason,
            List<String> ticked) {
        return List.of(
                kind.word(),
                service,
                environment,
                written(version),
                written(plan),
                lane.word(),
                written(steps),
                written(about),
                written(what),
                by,
                key,
                time.toString(),
                expires.toString(),
                nonce,
                written(confirm),
                reason.isEmpty() ? StatementLine.EMPTY : JsonText.string(reason),
                ticked.isEmpty() ? StatementLine.EMPTY : JsonText.array(ticked));
    }

    private static String render(List<String> values) {
        StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
        for (StatementLine line : StatementLine.values()) {
            text.append(line.label())
                    .append(": ")
                    .append(values.get(line.ordinal()))
                    .append('\n');
        }
        return text.toString();
    }

    private static String written(String value) {
        return value.isEmpty() ? StatementLine.EMPTY : value;
    }

    private static String orEmpty(String value) {
        return value == null ? "" : value;
    }
}
