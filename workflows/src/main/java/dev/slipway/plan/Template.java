package dev.slipway.plan;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code ${version}}, {@code ${previous}} and {@code ${commit}} in a plan's texts. */
public final class Template {

    public static final Pattern PLACE = Pattern.compile("\\$\\{([^}]*)(\\}?)");

    private Template() {}

    /** The text with the three filled in, once: what a value holds is never filled in again. */
    public static String fill(String text, String version, String previous, String commit) {
        Map<String, String> values = Map.of("version", version, "previous", previous, "commit", commit);
        return PLACE.matcher(text)
                .replaceAll(place -> Matcher.quoteReplacement(
                        place.group(2).isEmpty() ? place.group() : values.getOrDefault(place.group(1), place.group())));
    }
}
