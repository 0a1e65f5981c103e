package dev.slipway.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CanonicalJsonTest {

    record Inner(Optional<String> name, List<String> tags) {}

    record Plan(
            String service,
            int keep,
            boolean prune,
            Duration timeout,
            Instant at,
            Map<String, String> config,
            List<Inner> targets,
            Optional<Inner> backup,
            String nothing) {

        boolean isOpen() {
            return true;
        }

        String getSecret() {
            return "never part of a message";
        }
    }

    private static Plan plan(Map<String, String> config) {
        return new Plan(
                "shop",
                0,
                false,
                Duration.ofMinutes(2),
                Instant.parse("2026-11-21T06:20:00Z"),
                config,
                List.of(),
                Optional.empty(),
                null);
    }

    @Test
    void writesMembersSortedAndLeavesOutWhatIsEmpty() {
        assertThat(CanonicalJson.text(plan(Map.of())))
                .isEqualTo("{\"at\":\"2026-11-21T06:20:00Z\",\"keep\":0,\"prune\":false,\"service\":\"shop\","
                        + "\"timeout\":\"PT2M\"}");
    }

    @Test
    void keepsAnEntryOfAMapThatIsSetToNothing() {
        assertThat(CanonicalJson.text(plan(Map.of("FLAG", "")))).contains("\"config\":{\"FLAG\":\"\"}");
        assertThat(CanonicalJson.sha256(plan(Map.of("FLAG", "")))).isNotEqualTo(CanonicalJson.sha256(plan(Map.of())));
    }

    @Test
    void keepsARecordWhoseMembersAreAllEmpty() {
        Plan with = new Plan(
                "shop",
                1,
                true,
                Duration.ZERO,
                Instant.EPOCH,
                Map.of(),
                List.of(new Inner(Optional.empty(), List.of())),
                Optional.of(new Inner(Optional.empty(), List.of())),
                "");
        assertThat(CanonicalJson.text(with)).contains("\"backup\":{}").contains("\"targets\":[{}]");
    }

    @Test
    void theOrderOfEntriesChangesNothing() {
        List<String> names =
                new ArrayList<>(List.of("b", "a", "\u00e4", "A", "aa", "\ud83d\ude80", "\uffe6", "1", "10", "2"));
        Random random = new Random(1);
        String first = "";
        for (int round = 0; round < 50; round++) {
            Collections.shuffle(names, random);
            Map<String, Object> map = new LinkedHashMap<>();
            names.forEach(name -> map.put(name, Map.of("x", name, "y", 1)));
            String digest = CanonicalJson.sha256(map);
            assertThat(first).isIn("", digest);
            first = digest;
        }
    }

    @Test
    void aRecordReadBackHasTheSameDigest() throws Exception {
        ObjectMapper mapper = Json.mapper();
        Plan plan = plan(Map.of("b", "2", "a", "1"));
        Plan back = mapper.readValue(mapper.writeValueAsString(plan), Plan.class);
        assertThat(back).isEqualTo(plan);
        assertThat(CanonicalJson.sha256(back))
                .isEqualTo(CanonicalJson.sha256(plan))
                .matches("[0-9a-f]{64}");
        Plan fromCanonical = mapper.readValue(CanonicalJson.bytes(plan), Plan.class);
        assertThat(CanonicalJson.sha256(fromCanonical)).isEqualTo(CanonicalJson.sha256(plan));
    }

    @Test
    void aNodeIsWrittenAsItStands() throws Exception {
        var node = Json.mapper().readTree("{ \"b\": \"\", \"a\": [ {}, [], null ] }");
        assertThat(CanonicalJson.text(node)).isEqualTo("{\"a\":[{},[],null],\"b\":\"\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "5.0,5",
        "0.1,0.1",
        "-0.0,0",
        "1e30,1000000000000000000000000000000",
        "2e-3,0.002",
        "2e23,200000000000000000000000",
        "1.5,1.5",
        "0.30000000000000004,0.30000000000000004",
        "123456789012345680,123456789012345680",
    })
    void writesADoubleInPlainDecimals(double value, String written) {
        assertThat(CanonicalJson.text(List.of(value))).isEqualTo("[" + written + "]");
    }

    @Test
    void everyDoubleComesBackAsItWas() {
        Random random = new Random(2);
        for (int round = 0; round < 20_000; round++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                String text = CanonicalJson.text(List.of(value));
                assertThat(Double.parseDouble(text.substring(1, text.length() - 1)))
                        .isEqualTo(value);
            }
        }
        assertThat(CanonicalJson.text(List.of(Double.MIN_VALUE, Double.MAX_VALUE)))
                .hasSizeLessThan(800);
        assertThat(CanonicalJson.text(List.of(0.1f))).isEqualTo("[0.1]");
        assertThat(CanonicalJson.text(List.of(new BigDecimal("1.500")))).isEqualTo("[1.5]");
        assertThat(CanonicalJson.text(List.of(BigInteger.TWO.pow(70)))).isEqualTo("[1180591620717411303424]");
    }

    @Test
    void refusesANumberThatHasNoForm() {
        assertThatThrownBy(() -> CanonicalJson.text(List.of(Double.NaN))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CanonicalJson.text(List.of(new BigDecimal("1e999999999"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void spellsOutWhatCannotBeSeen() {
        assertThat(CanonicalJson.text(
                        "\"\\/\n\r\t\b\u007f\u0085\u00ad\u200b\u2028\u202e\ud800\udb40\udc01\u00e4\ud83d\ude80"))
                .isEqualTo("\"\\\"\\\\/\\n\\r\\t\\u0008\\u007f\\u0085\\u00ad\\u200b\\u2028\\u202e\\ud800\\udb40\\udc01"
                        + "\u00e4\ud83d\ude80\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1 ", "{\"a\":1,}", "NaN", "1.0", "1e5", "\"\\u00e4\"", "{\"a\":1}{}", "-0"})
    void takesNoTextThatIsNotCanonical(String text) {
        assertThatThrownBy(() -> CanonicalJson.parse(text)).isInstanceOf(Refusal.class);
    }

    @Test
    void takesNoTextThatIsTooDeep() {
        assertThatThrownBy(() -> CanonicalJson.parse("[".repeat(100_000))).isInstanceOf(Refusal.class);
    }

    @Test
    void anUnknownMemberIsIgnoredInAMessage() throws Exception {
        Inner inner = Json.mapper().readValue("{\"name\":\"x\",\"tags\":[],\"new\":1}", Inner.class);
        assertThat(inner).isEqualTo(new Inner(Optional.of("x"), List.of()));
        assertThat(Json.mapper().readValue("{\"tags\":[]}", Inner.class).name()).isEmpty();
    }
}
