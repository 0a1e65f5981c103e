package dev.slipway.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTest {
    private static boolean matches(String selector, Map<String, String> labels) {
        return Selector.parse(selector).matches("requests_total", labels);
    }

    @Test
    void choosesByEachOfTheFourComparisons() {
        Map<String, String> labels = Map.of("code", "503", "app", "shop");
        assertThat(matches("requests_total", labels)).isTrue();
        assertThat(matches("requests_total{}", labels)).isTrue();
        assertThat(matches("requests_total{code=~\"5..\"}", labels)).isTrue();
        assertThat(matches("requests_total{code=~'5.', }", labels)).isFalse();
        assertThat(matches("requests_total { code = \"503\" , app != \"blog\", }", labels))
                .isTrue();
        assertThat(matches("requests_total{code!~\"5..\"}", labels)).isFalse();
        assertThat(matches("requests_total{code!=\"503\"}", labels)).isFalse();
        assertThat(matches("requests", labels)).isFalse();
    }

    @Test
    void takesAMissingLabelForAnEmptyOne() {
        assertThat(matches("requests_total{zone=\"\"}", Map.of())).isTrue();
        assertThat(matches("requests_total{zone!=\"a\"}", Map.of())).isTrue();
        assertThat(matches("requests_total{zone=~\".+\"}", Map.of())).isFalse();
    }

    @Test
    void readsEscapes() {
        assertThat(matches("requests_total{path=\"a\\\"b\\\\c\\n\"}", Map.of("path", "a\"b\\c\n")))
                .isTrue();
        assertThat(matches("requests_total{path=~\"a\\\\.b\"}", Map.of("path", "axb")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "sum(requests_total)     | 4  | the end",
                "{code=\"5\"}            | 1  | the name of a metric",
                "requests{5=\"\"}        | 10 | the name of a label",
                "requests{code}          | 14 | one of = != =~ !~",
                "requests{code=500}      | 15 | a quoted value",
                "requests{code=\"5       | 15 | closed by",
                "requests{code=~\"5(\"}  | 16 | a regular expression",
                "requests{code=\"\\d\"}  | 16 | one of the escapes",
                "requests{a=\"\" b=\"\"} | 15 | \",\" or \"}\"",
                "requests[5m]            | 9  | a selector is no query",
            })
    void saysWhereItCannotReadOnAndWhatItWants(String text, int column, String expected) {
        Misread misread = catchThrowableOfType(Misread.class, () -> Selector.parse(text));
        assertThat(misread).hasMessageContaining(expected);
        assertThat(misread.column()).isEqualTo(column);
    }
}
