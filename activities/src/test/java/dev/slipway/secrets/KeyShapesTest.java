package dev.slipway.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that nobody has told us of, in what programs print. */
class KeyShapesTest {

    /** Made up, and put together here so that no scanner takes them for real ones. */
    private static Map<String, List<String>> examples() {
        String word = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2w3X4y5Z6";
        String hex = "0123456789abcdef0123456789abcdef";
        Map<String, List<String>> examples = new LinkedHashMap<>();
        examples.put("private key", List.of("-----BEGIN OPENSSH PRIVATE KEY-----\n" + word + "\n-----END"));
        examples.put("password in an address", List.of("postgresql://shop:" + word + "@db.example.com:5432/shop"));
        examples.put(
                "GitHub token",
                List.of("gh" + "p_" + word.substring(0, 36), "gh" + "s_" + word, "github" + "_pat_" + word));
        examples.put("GitLab token", List.of("glp" + "at-" + word.substring(0, 20)));
        examples.put("AWS access key", List.of("AK" + "IA" + "ABCDEFGHIJKLMNOP"));
        examples.put("Google key", List.of("AI" + "za" + word.substring(0, 35)));
        examples.put("Google OAuth secret", List.of("GOC" + "SPX-" + word.substring(0, 28)));
        examples.put("Slack token", List.of("xo" + "xb-123456789012-" + word, "xa" + "pp-1-" + word));
        examples.put(
                "Slack webhook",
                List.of("https://hooks.slack.com/services/T00000000/B00000000/" + word.substring(0, 24)));
        examples.put("Discord webhook", List.of("https://discord.com/api/webhooks/1234567/" + word));
        examples.put("Stripe key", List.of("sk" + "_live_" + word, "rk" + "_test_" + word));
        examples.put("Stripe webhook secret", List.of("wh" + "sec_" + word));
        examples.put("SendGrid key", List.of("S" + "G." + word.substring(0, 22) + "." + word.substring(0, 43)));
        examples.put("npm token", List.of("np" + "m_" + word.substring(0, 36)));
        examples.put("PyPI token", List.of("py" + "pi-AgE" + word));
        examples.put("Heroku key", List.of("HR" + "KU-" + word.substring(0, 40)));
        examples.put("Supabase key", List.of("sb" + "p_" + word.substring(0, 40), "sb" + "_secret_" + word));
        examples.put("Neon key", List.of("na" + "pi_" + hex + hex));
        examples.put("Sentry token", List.of("sn" + "trys_" + word));
        examples.put("Vault token", List.of("hv" + "s." + word));
        examples.put("Doppler token", List.of("dp" + ".st.prod." + word.substring(0, 43)));
        examples.put("1Password token", List.of("op" + "s_eyJ" + word + word));
        examples.put("DigitalOcean token", List.of("do" + "p_v1_" + hex + hex));
        examples.put("OpenAI key", List.of("sk" + "-proj-" + word));
        examples.put("Anthropic key", List.of("sk" + "-ant-" + word));
        examples.put("Shopify token", List.of("sh" + "pat_" + hex));
        examples.put(
                "age key",
                List.of("AGE-SECRET-" + "KEY-1"
                        + (word + word).toUpperCase(Locale.ROOT).substring(0, 58)));
        examples.put("JSON Web Token", List.of("ey" + "J" + word + ".ey" + "J" + word + "." + word));
        examples.put(
                "credential", List.of("Authorization: Bearer " + word, "{\"authorization\":\"Basic " + word + "\"}"));
        return examples;
    }

    @Test
    void everyShapeIsTakenOut() {
        examples()
                .forEach((name, keys) -> keys.forEach(key -> {
                    String redacted = KeyShapes.redact("before " + key + " after");
                    assertThat(redacted)
                            .as(name)
                            .startsWith("before ")
                            .contains("[" + name + "]")
                            .endsWith(" after")
                            .doesNotContain("F6g7H8", "ABCDEFGH", "0123456789abcdef", "F6G7H8");
                }));
    }

    @Test
    void everyRuleHasAnExample() throws Exception {
        Set<String> names = new TreeSet<>();
        try (InputStream rules = KeyShapes.class.getResourceAsStream("key-shapes.tsv")) {
            new String(rules.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> names.add(line.split("\t")[0]));
        }

        assertThat(examples().keySet()).containsExactlyInAnyOrderElementsOf(names);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deployed web: postgresql://shop@db.example.com:5432/shop answers",
                "https://shop.example.com:8443/health answered 200 in 12 ms",
                "commit 6dcb09b5b57875f334f61aebed695e2e4193db5e of shop/production@1.4.0",
                "sha256 f603a0ef9782f603a0ef9782f603a0ef9782f603a0ef9782f603a0ef9782f603",
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIuNypj+GvK5eCZ4gRRJCQ5zF0/mPhpZO9VlbaoM5X/f ana",
                "SHA256:5eqBIy/ONC4QQT/8PJscEzNxEIRSEJPsJ3zpUIcvI/M",
                "approve it with `slipway approve shop/production@1.4.0 --confirm CONFIRM`",
                "git@github.com:acme/shop.git at 09:57:04, mailto:ana@example.com"
            })
    void everydayTextIsLeftAlone(String text) {
        assertThat(KeyShapes.redact(text)).isEqualTo(text);
    }

    @Test
    void theSecondNetIsUnderTheFirst() {
        Redaction redaction = new Redaction();
        redaction.learn("DATABASE_URL", "postgresql://shop:hunter2hunter2@db/shop");

        assertThat(redaction.redact("postgresql://shop:hunter2hunter2@db/shop and redis://u:pass-of-redis@cache"))
                .isEqualTo("[DATABASE_URL] and redis://u:[password in an address]@cache");
    }
}
