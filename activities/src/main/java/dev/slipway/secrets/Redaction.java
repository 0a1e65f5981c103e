package dev.slipway.secrets;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    /** The name of a secret whose value stands in the text. */
    public Optional<String> foundIn(String text) {
        return known.entrySet().stream()
                .filter(form -> text.contains(form.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
