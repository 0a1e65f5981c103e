package dev.slipway.trust;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The fixed lines of a statement in their fixed order, each with the form of its value. The one place of these forms. */
enum StatementLine {
    KIND,
    SERVICE,
    ENVIRONMENT,
    VERSION,
    PLAN,
    LANE,
    STEPS,
    ABOUT,
    WHAT,
    BY,
    KEY,
    TIME,
    EXPIRES,
    NONCE,
    CONFIRM,
    REASON,
    TICKED;

    /** What stands where there is nothing. */
    static final String EMPTY = "-";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");
    private static final Pattern STEP = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:+-]{0,127}");

    /** 256 bits are 43 base64 characters, of which the last carries only four. */
    private static final Pattern FINGERPRINT = Pattern.compile("SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]");

    private static final Pattern TIME_FORM = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    private static final Pattern NONCE_FORM = Pattern.compile("[0-9a-f]{32}");

    /** What is wrong with the value, as a sentence with the value in it. */
    Optional<String> problem(String value) {
        return form(value).map(problem -> label() + " " + Plain.quoted(value) + " " + problem);
    }

    private Optional<String> form(String value) {
        return switch (this) {
            case KIND -> must(Kind.of(value).isPresent(), "is not a kind of statement");
            case SERVICE, ENVIRONMENT, BY -> named(value);
            case VERSION -> value.equals(EMPTY) ? Optional.empty() : named(value);
            case PLAN, ABOUT ->
                must(value.equals(EMPTY) || Sha256.isHex(value), "is not a SHA-256 of 64 lower-case hex digits");
            case LANE -> must(Lane.of(value).isPresent(), "is neither normal nor hotfix nor -");
            case STEPS ->
                must(
                        value.equals(EMPTY) || value.equals("all") || isStepList(value),
                        "is neither 'all' nor a list of different steps joined by commas");
            case WHAT ->
                json(value, node -> node.isObject() && !node.isEmpty(), "is not a JSON object with members, or -");
            case KEY ->
                must(
                        FINGERPRINT.matcher(value).matches(),
                        "is not a fingerprint as ssh-keygen -l prints it: SHA256: and 43 characters");
            case TIME, EXPIRES -> time(value);
            case NONCE -> must(NONCE_FORM.matcher(value).matches(), "is not 32 lower-case hex digits");
            case CONFIRM ->
                must(
                        !value.isEmpty()
                                && value.strip().equals(value)
                                && Plain.firstHidden(value).isEmpty(),
                        "is not one line of visible text without spaces around it");
            case REASON -> json(value, StatementLine::isText, "is not a JSON string with content, or -");
            case TICKED ->
                json(
                        value,
                        node -> node.isArray() && !node.isEmpty() && all(node, StatementLine::isText),
                        "is not a JSON array of strings with content, or -");
        };
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Where the line stands in the text, counted from 1. */
    int number() {
        return ordinal() + 2;
    }

    static boolean isName(String value) {
        return NAME.matcher(value).matches();
    }

    private static boolean isStepList(String value) {
        List<String> steps = Arrays.asList(value.split(",", -1));
        return steps.stream().allMatch(step -> STEP.matcher(step).matches() && !step.equals("all"))
                && new HashSet<>(steps).size() == steps.size();
    }

    private static boolean isText(JsonNode node) {
        return node.isTextual() && !node.textValue().isEmpty();
    }

    private static boolean all(JsonNode array, Predicate<JsonNode> holds) {
        for (JsonNode element : array) {
            if (!holds.test(element)) {
                return false;
            }
        }
        return true;
    }

    private static Optional<String> json(String value, Predicate<JsonNode> well, String otherwise) {
        if (value.equals(EMPTY)) {
            return Optional.empty();
        }
        try {
            return must(well.test(CanonicalJson.parse(value)), otherwise);
        } catch (Refusal refusal) {
            return Optional.of(refusal.getMessage());
        }
    }

    private static Optional<String> must(boolean well, String otherwise) {
        return well ? Optional.empty() : Optional.of(otherwise);
    }

    private static Optional<String> named(String value) {
        return must(isName(value), "is not 1 to 64 letters, digits or any of . _ + - beginning with a letter or digit");
    }

    private static Optional<String> time(String value) {
        try {
            boolean well = TIME_FORM.matcher(value).matches()
                    && Instant.parse(value).toString().equals(value);
            return must(well, "is not a UTC time in whole seconds such as 2026-11-21T06:20:00Z");
        } catch (DateTimeException e) {
            return Optional.of("is not a time that exists");
        }
    }
}
