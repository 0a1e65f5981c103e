package dev.slipway.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StatementTest {

    private static final String FULL = """
            slipway-statement 1
            kind: approve
            service: shop
            environment: production
            version: 1.4.2+build.7
            plan: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
            lane: normal
            steps: backup,deploy:api
            about: fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210
            what: {"a":[1,2.5,null,true],"b":{"c":"\u00e4"}}
            by: ana
            key: SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
            time: 2026-11-21T06:20:00Z
            expires: 2026-11-22T06:20:00Z
            nonce: 00112233445566778899aabbccddeeff
            confirm: CONFIRM
            reason: "first line\\nsecond \\"quoted\\" \\u202e \ud83d\ude80"
            ticked: ["tested by hand","support told"]
            """;

    private static final String BARE = """
            slipway-statement 1
            kind: freeze
            service: shop
            environment: production
            version: -
            plan: -
            lane: -
            steps: -
            about: -
            what: -
            by: ana
            key: SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
            time: 2026-11-21T06:20:00Z
            expires: 2026-11-22T06:20:00Z
            nonce: 00112233445566778899aabbccddeeff
            confirm: -
            reason: -
            ticked: -
            """;

    @Test
    void readsEveryFieldAndRendersTheSameText() throws Exception {
        Statement statement = Statement.parse(FULL);
        assertThat(statement.kind()).isEqualTo(Kind.APPROVE);
        assertThat(statement.version()).isEqualTo("1.4.2+build.7");
        assertThat(statement.lane()).isEqualTo(Lane.NORMAL);
        assertThat(statement.allSteps()).isFalse();
        assertThat(statement.steps()).isEqualTo("backup,deploy:api");
        assertThat(statement.details().at("/b/c").textValue()).isEqualTo("\u00e4");
        assertThat(statement.time()).isEqualTo(Instant.parse("2026-11-21T06:20:00Z"));
        assertThat(statement.reason()).isEqualTo("first line\nsecond \"quoted\" \u202e \ud83d\ude80");
        assertThat(statement.ticked()).containsExactly("tested by hand", "support told");
        assertThat(statement.text()).isEqualTo(FULL);
        assertThat(statement.id()).isEqualTo(Sha256.hex(FULL)).matches("[0-9a-f]{64}");
    }

    @Test
    void writesADashWhereThereIsNothing() throws Exception {
        Statement statement = Statement.parse(BARE);
        assertThat(statement.version()).isEmpty();
        assertThat(statement.lane()).isEqualTo(Lane.NONE);
        assertThat(statement.details()).isEmpty();
        assertThat(statement.reason()).isEmpty();
        assertThat(statement.ticked()).isEmpty();
        assertThat(statement.steps()).isEmpty();
        assertThat(statement.text()).isEqualTo(BARE);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void knowsEveryKindByItsWord(Kind kind) throws Exception {
        String text = BARE.replace("kind: freeze", "kind: " + kind.word());
        assertThat(Statement.parse(text).kind()).isEqualTo(kind);
        assertThat(kind.word()).matches("[a-z]+(-[a-z]+)?");
    }

    @Test
    void aReasonOfADashIsNotNoReason() throws Exception {
        String text = BARE.replace("reason: -", "reason: \"-\"");
        assertThat(Statement.parse(text).reason()).isEqualTo("-");
        assertThat(Statement.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2|kind|Approve",
                "2|kind|give_up",
                "2|kind|''",
                "3|service|-",
                "3|service|.shop",
                "3|service|sh op",
                "3|service|sh/op",
                "3|service|sh\u00f6p",
                "4|environment|production\u200b",
                "4|environment|-",
                "5|version|1.0/2",
                "5|version|' 1.0'",
                "5|version|'1.0 '",
                "6|plan|abc",
                "6|plan|0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
                "7|lane|fast",
                "7|lane|NORMAL",
                "8|steps|backup,",
                "8|steps|backup,backup",
                "8|steps|all,backup",
                "8|steps|'backup, deploy'",
                "9|about|none",
                "10|what|{}",
                "10|what|[1]",
                "10|what|{\"b\":1,\"a\":2}",
                "10|what|{\"a\":1,\"a\":1}",
                "10|what|{\"a\": 1}",
                "10|what|{\"a\":1.0}",
                "10|what|{\"a\":1e2}",
                "10|what|{\"a\":1e999999999}",
                "10|what|{\"a\":\"\\u0041\"}",
                "10|what|{\"a\":1} {}",
                "10|what|{\"a\":",
                "11|by|-",
                "11|by|ana ben",
                "12|key|SHA256:short",
                "12|key|MD5:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "12|key|SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",
                "13|time|2026-11-21T06:20:00.5Z",
                "13|time|2026-11-21T06:20:00+00:00",
                "13|time|2026-02-30T06:20:00Z",
                "13|time|2026-11-21T24:00:00Z",
                "13|time|-",
                "14|expires|2026-11-21",
                "14|expires|2026-11-21T06:20:00Z",
                "14|expires|2026-11-20T06:20:00Z",
                "15|nonce|00112233445566778899AABBCCDDEEFF",
                "15|nonce|-",
                "16|confirm|' CONFIRM'",
                "16|confirm|CON\u202eFIRM",
                "16|confirm|CON\tFIRM",
                "16|confirm|CON\u0085FIRM",
                "16|confirm|''",
                "17|reason|because",
                "17|reason|\"\"",
                "17|reason|\"\u2028\"",
                "17|reason|[\"a\"]",
                "17|reason|\"\\/\"",
                "18|ticked|[]",
                "18|ticked|[\"\"]",
                "18|ticked|[1]",
                "18|ticked|[\"a\", \"b\"]",
            })
    void refusesAValueOfAnotherFormAndNamesItsLine(int line, String name, String value) {
        String[] lines = FULL.split("\n", -1);
        assertThat(lines[line - 1]).startsWith(name + ": ");
        lines[line - 1] = name + ": " + value;
        assertRefused(String.join("\n", lines), "line " + line + ": ", name);
    }

    @Test
    void refusesLinesThatAreMissingDoubledOrInAnotherOrder() {
        String[] lines = FULL.split("\n", -1);
        for (int line = 1; line <= 18; line++) {
            String[] without = lines.clone();
            without[line - 1] = null;
            String text = Arrays.stream(without)
                    .filter(l -> l != null)
                    .reduce((a, b) -> a + "\n" + b)
                    .orElseThrow();
            assertRefused(text, "line " + line, "");
            String[] twice = lines.clone();
            twice[line - 1] = lines[line - 1] + "\n" + lines[line - 1];
            assertRefused(String.join("\n", twice), line == 18 ? "does not end" : "line " + (line + 1), "");
        }
        assertRefused(FULL.replace("by: ana\nkey", "key"), "line 11 is 'key: ", "expected 'by: …'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "slipway-statement 2\n",
                "slipway-statement 1",
                "slipway-statement 1\n",
                "\ufeffslipway-statement 1\n"
            })
    void refusesATextThatIsNoStatement(String text) {
        assertRefused(text, "line ", "");
    }

    @Test
    void refusesOtherLineEndsAndAnythingAfterTheLastLine() {
        assertRefused(FULL.replace("\n", "\r\n"), "line 1", "");
        assertRefused(FULL + "\n", "does not end", "");
        assertRefused(FULL + "more: -\n", "does not end", "");
        assertRefused(FULL.stripTrailing(), "does not end", "");
        assertRefused(FULL.replace("kind: ", "kind:"), "line 2", "");
        assertRefused(FULL.replace("kind: ", "kind:  "), "line 2", "");
    }

    @Test
    void refusesMoreThanFourKilobytes() throws Exception {
        int room = Statement.MOST_BYTES - BARE.length() - 1; // the dash goes, two quotes come
        String just = BARE.replace("reason: -", "reason: \"" + "x".repeat(room) + "\"");
        assertThat(just.getBytes(StandardCharsets.UTF_8)).hasSize(Statement.MOST_BYTES);
        assertThat(Statement.parse(just).text()).isEqualTo(just);
        assertRefused(just.replace("x\"", "xx\""), "4097 bytes", "at most 4096");
        assertRefused(just.replace("x\"", "\u00e4\""), "4097 bytes", "");
        assertThatThrownBy(() -> withReason(Statement.parse(BARE), "x".repeat(room + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("shorten the reason");
    }

    @Test
    void refusesToBeMadeWithAFieldThatCouldNotBeReadBack() throws Exception {
        Statement statement = Statement.parse(BARE);
        assertThatThrownBy(() -> withConfirm(statement, "-"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leave the field empty");
        assertThatThrownBy(() -> withConfirm(statement, "a\nticked: -"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("confirm 'a\\u000aticked: -' is not one line of visible text without spaces around it");
    }

    @Test
    void anyReasonComesBackAsItWas() throws Exception {
        Random random = new Random(11);
        for (int round = 0; round < 2000; round++) {
            StringBuilder reason = new StringBuilder();
            for (int i = random.nextInt(20); i >= 0; i--) {
                switch (random.nextInt(4)) {
                    case 0 -> reason.append((char) random.nextInt(0x100));
                    case 1 -> reason.append((char) random.nextInt(0x10000)); // halves of characters, too
                    case 2 -> reason.appendCodePoint(random.nextInt(0x110000));
                    default -> reason.append("\"\\/-\u2028".charAt(random.nextInt(5)));
                }
            }
            Statement statement = withReason(Statement.parse(BARE), reason.toString());
            assertThat(Statement.parse(statement.text())).isEqualTo(statement);
            assertThat(statement.text().split("\n")).hasSize(18);
        }
    }

    @Test
    void aMutatedTextIsRefusedOrIsExactlyWhatItSays() {
        Random random = new Random(5);
        int taken = 0;
        for (int round = 0; round < 2000; round++) {
            StringBuilder text = new StringBuilder(round % 2 == 0 ? FULL : BARE);
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(4)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, (char) random.nextInt(0x250));
                    case 2 -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
                    default -> text.setLength(Math.max(1, at));
                }
            }
            try {
                assertThat(Statement.parse(text.toString()).text()).isEqualTo(text.toString());
                taken++;
            } catch (MalformedStatement refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
        assertThat(taken).isPositive();
    }

    @Test
    void whatTakesARecordOrAMapInAnyOrder() {
        record Ids(String web, String api) {}
        assertThat(Statement.what(new Ids("w", "a"))).isEqualTo("{\"api\":\"a\",\"web\":\"w\"}");
        assertThat(Statement.what(Map.of())).isEmpty();
    }

    @Test
    void noncesAreNew() {
        assertThat(Statement.newNonce()).matches("[0-9a-f]{32}").isNotEqualTo(Statement.newNonce());
    }

    private static Statement withConfirm(Statement s, String confirm) {
        return copy(s, confirm, s.reason());
    }

    private static Statement withReason(Statement s, String reason) {
        return copy(s, s.confirm(), reason);
    }

    private static Statement copy(Statement s, String confirm, String reason) {
        return new Statement(
                s.kind(),
                s.service(),
                s.environment(),
                s.version(),
                s.plan(),
                s.lane(),
                s.steps(),
                s.about(),
                s.what(),
                s.by(),
                s.key(),
                s.time(),
                s.expires(),
                s.nonce(),
                confirm,
                reason,
                List.of());
    }

    private static void assertRefused(String text, String place, String because) {
        assertThatThrownBy(() -> Statement.parse(text))
                .isInstanceOf(MalformedStatement.class)
                .hasMessageContaining(place)
                .hasMessageContaining(because);
    }
}
