package dev.slipway.secrets;

import dev.slipway.process.CommandResult;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What this process must never say: the values it has looked up, as they are and as they look URL-encoded, in base64 and
 * in JSON, and the password inside a connection string.
 */
public final class Redaction {

    /** Shorter ones would redact words of everyday text; preflight warns about them. */
    public static final int SHORTEST = 6;

    private static final Pattern URL_PASSWORD =
            Pattern.compile("^[a-zA-Z][a-zA-Z0-9+.-]*://[^:/@]*:(.*)@[^@]*$", Pattern.DOTALL);

    private static final Pattern PASSWORD_PARAMETER = Pattern.compile(
            "[?&;](?:password|sslpassword|token|access_token|api_?key|secret)=([^&;\\s]*)", Pattern.CASE_INSENSITIVE);

    private static final Pattern ESCAPE = Pattern.compile("%[0-9A-F]{2}");

    /** What is left as it is in a URL: by RFC 3986, by encodeURIComponent, by encodeURI and Python's quote. */
    private static final List<String> PLAIN_IN_URLS = List.of("-._~", "-._~!*'()", "-._~/", "-._~!*'();/?:@&=+$,#");

    /** Longest first, so that a value is replaced as a whole before a part of it is. */
    private final Map<String, String> known = new ConcurrentSkipListMap<>(
            Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    public void learn(String name, String value) {
        learnForms(name, value);
        learnForms(name, value.strip());
        if (value.lines().count() > 1) {
            // output is redacted line by line
            value.lines().map(String::strip).forEach(line -> learnForms(name, line));
        }
        Matcher url = URL_PASSWORD.matcher(value.strip());
        if (url.matches()) {
            learnForms(name, url.group(1));
            learnForms(name, decoded(url.group(1)));
        }
        Matcher parameter = PASSWORD_PARAMETER.matcher(value);
        while (parameter.find()) {
            learnForms(name, parameter.group(1));
            learnForms(name, decoded(parameter.group(1)));
        }
    }

    private void learnForms(String name, String value) {
        forms(value).keySet().forEach(form -> known.put(form, name));
    }

    private static Map<String, Boolean> forms(String value) {
        Map<String, Boolean> forms = new LinkedHashMap<>();
        if (value.length() < SHORTEST) {
            return forms;
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        forms.put(value, true);
        forms.put(URLEncoder.encode(value, StandardCharsets.UTF_8), true);
        for (String plain : PLAIN_IN_URLS) {
            String encoded = percentEncoded(bytes, plain);
            forms.put(encoded, true);
            forms.put(lowerCaseEscapes(encoded), true);
        }
        String json = jsonEscaped(value);
        forms.put(json, true);
        forms.put(json.replace("/", "\\/"), true);
        forms.put(json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"), true);
        // in a longer base64 text the value may begin at any of three offsets: what does not depend on its neighbours
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            String base64 = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            int from = (before * 8 + 5) / 6;
            int to = (shifted.length * 8) / 6;
            if (to - from >= SHORTEST) {
                forms.put(base64.substring(from, to), true);
                forms.put(base64.substring(from, to).replace('+', '-').replace('/', '_'), true);
            }
        }
        return forms;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static String percentEncoded(byte[] bytes, String plain) {
        StringBuilder text = new StringBuilder();
        for (byte each : bytes) {
            char c = (char) (each & 0xff);
            boolean word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (word || plain.indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append(String.format("%%%02X", (int) c));
            }
        }
        return text.toString();
    }

    private static String lowerCaseEscapes(String encoded) {
        return ESCAPE.matcher(encoded).replaceAll(found -> found.group().toLowerCase(Locale.ROOT));
    }

    private static String jsonEscaped(String value) {
        StringBuilder text = new StringBuilder();
        for (char c : value.toCharArray()) {
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < 0x20) {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        return text.toString();
    }

    /** Without known values, and without what looks like a key although nobody has told us of it. */
    public String redact(String text) {
        String redacted = text;
        for (Map.Entry<String, String> form : known.entrySet()) {
            if (redacted.contains(form.getKey())) {
                redacted = redacted.replace(form.getKey(), "[" + form.getValue() + "]");
            }
        }
        return KeyShapes.redact(redacted);
    }

    /**
     * The same for lines that follow each other: base64 and its like are wrapped, so that a value begins in one line and
     * ends in another.
     */
    public List<String> redact(List<String> lines) {
        StringBuilder all = new StringBuilder();
        lines.forEach(line -> all.append(line.strip()));
        String[] hidden = new String[all.length()];
        for (Map.Entry<String, String> form : known.entrySet()) {
            for (int at = all.indexOf(form.getKey());
                    at >= 0;
                    at = all.indexOf(form.getKey(), at + form.getKey().length())) {
                Arrays.fill(hidden, at, at + form.getKey().length(), form.getValue());
            }
        }
        List<String> redacted = new ArrayList<>();
        int from = 0;
        for (String line : lines) {
            int to = from + line.strip().length();
            boolean any = Arrays.stream(hidden, from, to).anyMatch(Objects::nonNull);
            redacted.add(redact(any ? without(all, hidden, from, to) : withoutBeginning(line)));
            from = to;
        }
        return List.copyOf(redacted);
    }

    /** Where the end of a line was cut off, a value may have been cut in two. */
    private String withoutBeginning(String line) {
        if (line.length() < CommandResult.LONGEST_LINE) {
            return line;
        }
        return known.entrySet().stream()
                .flatMap(form -> IntStream.iterate(form.getKey().length() - 1, length -> length >= SHORTEST, l -> l - 1)
                        .filter(length -> line.endsWith(form.getKey().substring(0, length)))
                        .limit(1)
                        .mapToObj(length -> line.substring(0, line.length() - length) + "[" + form.getValue() + "]"))
                .min(Comparator.comparingInt(String::length))
                .orElse(line);
    }

    private static String without(StringBuilder all, String[] hidden, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            if (hidden[i] == null) {
                text.append(all.charAt(i));
            } else if (i == from || !hidden[i].equals(hidden[i - 1])) {
                text.append('[').append(hidden[i]).append(']');
            }
        }
        return text.toString();
    }

    /** A sentence about lines, such as one that ends with the last of them. */
    public String redact(String sentence, List<String> lines) {
        String text = sentence;
        List<String> redacted = redact(lines);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).length() >= SHORTEST) {
                text = text.replace(lines.get(i), redacted.get(i));
            }
        }
        return redact(text);
    }

    /** The name of a secret whose value stands in the text. */
    public Optional<String> foundIn(String text) {
        return known.entrySet().stream()
                .filter(form -> text.contains(form.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
