package dev.slipway.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.process.CommandResult;
import dev.slipway.trust.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Known values in every dress that tools print them in. */
class RedactionTest {

    private static final String VALUE = "p@ss/w+rd \"ü\" & <x>'(1)!";

    private final Redaction redaction = new Redaction();

    private void redacted(String form) {
        String text = "before " + form + " after";
        assertThat(redaction.redact(text)).as(text).doesNotContain(form).contains("[TOKEN]");
        assertThat(redaction.foundIn(text)).contains("TOKEN");
    }

    @Test
    void takesTheValueOutInEveryEncodedForm() throws Exception {
        redaction.learn("TOKEN", VALUE);

        redacted(VALUE);
        String form = URLEncoder.encode(VALUE, StandardCharsets.UTF_8);
        redacted(form);
        redacted(form.replace("+", "%20"));
        redacted(form.replace("+", "%20").toLowerCase(Locale.ROOT));
        redacted(form.replace("+", "%20")
                .replace("%27", "'")
                .replace("%28", "(")
                .replace("%29", ")")
                .replace("%21", "!"));
        redacted(form.replace("+", "%20").replace("%2F", "/"));
        String json = Json.mapper().writeValueAsString(VALUE);
        redacted(json.substring(1, json.length() - 1));
        redacted("p@ss/w+rd \\\"ü\\\" \\u0026 \\u003cx\\u003e'(1)!");
    }

    @Test
    void takesTheValueOutOfBase64WhereverItBegins() {
        redaction.learn("TOKEN", VALUE);
        for (String before : List.of("", "a", "ab", "abc", "user:", "x-token:")) {
            for (String after : List.of("", "z", "zz", "zzz")) {
                byte[] bytes = (before + VALUE + after).getBytes(StandardCharsets.UTF_8);
                for (Base64.Encoder encoder : List.of(
                        Base64.getEncoder(),
                        Base64.getUrlEncoder(),
                        Base64.getEncoder().withoutPadding())) {
                    String encoded = encoder.encodeToString(bytes);
                    String left = redaction.redact(encoded);
                    assertThat(left).as(before + "…" + after).contains("[TOKEN]");
                    // what is left beside it is too short to hold more than an edge of the value
                    assertThat(left.replace("[TOKEN]", "").length())
                            .isLessThanOrEqualTo(encoded.length() - 4 * VALUE.length() / 3);
                }
            }
        }
    }

    @Test
    void takesThePasswordOutOfAnAddress() {
        redaction.learn("TOKEN", "postgres://shop:s3cr%40t%2Fpw@db.example.com:5432/shop?sslmode=require");

        redacted("s3cr%40t%2Fpw");
        redacted("s3cr@t/pw");
        redacted(Base64.getEncoder()
                .encodeToString("s3cr@t/pw".getBytes(StandardCharsets.UTF_8))
                .replace("=", ""));
        assertThat(redaction.redact("connect to db.example.com as shop"))
                .isEqualTo("connect to db.example.com as shop");
    }

    @Test
    void takesThePasswordOutOfAnAddressThatHasItAsAParameter() {
        redaction.learn("TOKEN", "jdbc:postgresql://db/shop?user=shop&password=hunter2%21&ssl=true");

        redacted("hunter2%21");
        redacted("hunter2!");
    }

    @Test
    void takesALongValueOutLineByLine() {
        redaction.learn("TOKEN", "-----BEGIN KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\r\nabcdefghijkl\n-----END KEY-----\n");

        redacted("MC4CAQAwBQYDK2VwBCIEIA");
        redacted("abcdefghijkl");
    }

    @Test
    void takesAValueOutThatIsPrintedWithoutItsSpaces() {
        redaction.learn("TOKEN", "  spacious-secret \n");

        redacted("spacious-secret");
    }

    @Test
    void leavesShortValuesAloneAndSaysNothingOfThem() {
        redaction.learn("TOKEN", "abc");

        assertThat(redaction.redact("abc of the alphabet")).isEqualTo("abc of the alphabet");
        assertThat(redaction.foundIn("abc")).isEmpty();
    }

    @Test
    void takesTheLongerOfTwoOut() {
        redaction.learn("SHORT", "secret");
        redaction.learn("LONG", "secret-and-more");

        assertThat(redaction.redact("a secret-and-more, a secret")).isEqualTo("a [LONG], a [SHORT]");
    }

    @Test
    void takesAValueOutThatGoesOverTheEndsOfLines() {
        String url = "postgresql://shop:p-S3cret+x@db.example.com:5432/shop?sslmode=verify-full&application_name=shop";
        redaction.learn("TOKEN", url);
        List<String> wrapped = Base64.getMimeEncoder()
                .encodeToString(("url=" + url + "\n").getBytes(StandardCharsets.UTF_8))
                .lines()
                .toList();
        assertThat(wrapped).hasSizeGreaterThan(1);

        List<String> left = redaction.redact(wrapped);

        assertThat(left).hasSameSizeAs(wrapped).allMatch(line -> line.contains("[TOKEN]"));
        assertThat(String.join("", left).replace("[TOKEN]", "")).hasSizeLessThan(12);
        assertThat(redaction.redact(List.of("  first " + url.substring(0, 30), "    " + url.substring(30), "  last")))
                .containsExactly("first [TOKEN]", "[TOKEN]", "  last");
    }

    @Test
    void takesTheEndOfSuchAValueOutOfTheSentenceThatEndsWithTheLastLine() {
        redaction.learn("TOKEN", VALUE);
        List<String> lines = List.of("it is " + VALUE.substring(0, 12), VALUE.substring(12));

        assertThat(redaction.redact("ended with exit code 4: " + lines.get(1), lines))
                .isEqualTo("ended with exit code 4: [TOKEN]");
    }

    @Test
    void takesTheBeginningOfAValueOutThatTheEndOfALongLineCutInTwo() {
        redaction.learn("TOKEN", VALUE);
        String cut = "x".repeat(CommandResult.LONGEST_LINE - 12) + VALUE.substring(0, 12);

        assertThat(redaction.redact(List.of(cut, "next")))
                .containsExactly("x".repeat(CommandResult.LONGEST_LINE - 12) + "[TOKEN]", "next");
    }
}
