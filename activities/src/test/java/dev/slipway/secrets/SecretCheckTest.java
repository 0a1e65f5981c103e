package dev.slipway.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.plan.ReleasePlan.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with secrets is said by name, all at once, and never with a value. */
class SecretCheckTest {

    private static SecretCheck.Found look(Map<String, String> values, Secret... wanted) {
        Map<String, SecretSource> sources = values.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, value -> new EnvironmentVariable(value.getKey(), Map.copyOf(values))));
        return new SecretCheck(new Secrets("shop/production", sources, new Redaction())).look(List.of(wanted));
    }

    private static Secret secret(String name) {
        return new Secret(name, true, "", "", 0, "");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnceAndWithoutValues() {
        SecretCheck.Found found = look(
                Map.of("A_URL", "hunter2-is-no-url", "B", "hunter2", "C", "hunter2-c", "D", "hunter2-d", "EMPTY", ""),
                new Secret("A_URL", true, "url", "", 0, ""),
                new Secret("B", true, "", "sk_live_", 32, ""),
                new Secret("C", true, "", "", 0, "D"),
                secret("EMPTY"),
                secret("NOWHERE"),
                new Secret("MAYBE", false, "", "", 0, ""));

        assertThat(found.problems())
                .containsExactly(
                        "the secret 'A_URL' (environment variable A_URL) is no address such as https://example.com/",
                        "the secret 'B' (environment variable B) does not begin with 'sk_live_'",
                        "the secret 'B' (environment variable B) is shorter than 32 characters",
                        "the secret 'C' (environment variable C) has to be the same as 'D' (environment variable D) and is not",
                        "the secret 'EMPTY' is missing or empty (environment variable EMPTY)",
                        "the secret 'NOWHERE' is not listed for shop/production in the worker's file");
        assertThat(found.notes())
                .containsExactly(
                        "the secret 'MAYBE' is not listed for shop/production in the worker's file; it is optional");
        assertThat(found.toString()).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "url | https://hooks.example.com/x | true",
                "url | hooks.example.com/x | false",
                "url | \" https://hooks.example.com/x\" | false",
                "url | https:// | false",
                "postgres | postgresql://shop:p%40ss@db:5432/shop?sslmode=require | true",
                "postgres | postgres://shop:x@a:5432,b:5433/shop | true",
                "postgres | jdbc:postgresql://db/shop | true",
                "postgres | mysql://shop:x@db/shop | false",
                "postgres | \"postgresql://shop:x@db/shop\n\" | false",
                "postgres | postgresql:///shop | false",
                "json | {\"type\":\"service_account\"} | true",
                "json | {\"type\": | false",
                "json | 12345678 | false",
            })
    void aShapeIsWhatThePlanSays(String shape, String value, boolean has) {
        assertThat(look(Map.of("S", value), new Secret("S", true, shape, "", 0, ""))
                        .problems()
                        .isEmpty())
                .isEqualTo(has);
    }

    @Test
    void aStrayLineBreakIsCalledByItsName() {
        assertThat(look(Map.of("S", "https://hooks.example.com/x\n"), new Secret("S", true, "url", "", 0, ""))
                        .problems())
                .singleElement()
                .asString()
                .endsWith("; it begins or ends with white space");
    }

    @Test
    void aStoreThatDoesNotAnswerIsNamed() {
        SecretSource broken = new SecretSource() {
            @Override
            public Optional<String> value() {
                throw new SecretUnavailable("op ended with 1");
            }

            @Override
            public String place() {
                return "op read";
            }
        };
        Secrets secrets = new Secrets("shop/production", Map.of("S", broken), new Redaction());

        assertThat(new SecretCheck(secrets).look(List.of(secret("S"))).problems())
                .containsExactly("the secret 'S' can't be looked up: op ended with 1");
    }
}
