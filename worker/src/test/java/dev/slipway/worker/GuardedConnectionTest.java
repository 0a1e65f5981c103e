package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.uber.m3.tally.NoopScope;
import dev.slipway.release.Converter;
import dev.slipway.temporal.Authority;
import dev.slipway.temporal.GuardedTemporal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker's way to a Temporal that asks who comes. */
final class GuardedConnectionTest {

    private static final String API_KEY = "key-of-the-worker";

    @TempDir
    private static Path folder;

    private static Authority authority;
    private static Authority stranger;
    private static GuardedTemporal temporal;

    @BeforeAll
    static void start() throws Exception {
        authority = new Authority(folder, "authority");
        authority.signed("worker");
        stranger = new Authority(folder, "stranger");
        stranger.signed("worker");
        temporal = GuardedTemporal.behind(authority);
    }

    @AfterAll
    static void stop() {
        temporal.close();
    }

    private static Map<String, String> variables() throws Exception {
        Map<String, String> variables = new HashMap<>();
        variables.put("TEMPORAL_ADDRESS", temporal.address());
        variables.put(
                "TEMPORAL_TLS_SERVER_CA_CERT_PATH", authority.certificate().toString());
        return variables;
    }

    private static Map<String, String> with(Authority of) throws Exception {
        Map<String, String> variables = variables();
        variables.put(
                "TEMPORAL_TLS_CLIENT_CERT_PATH",
                folder.resolve(of == authority ? "authority" : "stranger")
                        .resolve("worker.pem")
                        .toString());
        variables.put("TEMPORAL_TLS_CLIENT_KEY_PATH", of.key("worker").toString());
        return variables;
    }

    private static Temporal connect(Map<String, String> variables) {
        return Temporal.connect(
                variables, Converter.dataConverter(), new NoopScope(), Duration.ofSeconds(1), line -> {});
    }

    private static Stopped refused(Map<String, String> variables) {
        return catchThrowableOfType(Stopped.class, () -> connect(variables).close());
    }

    @Test
    void showsItsCertificateAndSendsItsApiKey() throws Exception {
        Map<String, String> variables = with(authority);
        variables.put("TEMPORAL_API_KEY", API_KEY);

        connect(variables).close();

        assertThat(temporal.calls())
                .contains(new GuardedTemporal.Call("DescribeNamespace", "CN=worker", "Bearer " + API_KEY));
    }

    @Test
    void saysWhichVariableIsMeantWithoutACertificateOrWithAForeignOne() throws Exception {
        int before = temporal.calls().size();
        for (Map<String, String> variables : List.of(variables(), with(stranger))) {
            Stopped stopped = refused(variables);

            assertThat(stopped.exitCode()).isEqualTo(Stopped.UNREACHABLE);
            assertThat(stopped.getMessage())
                    .hasLineCount(1)
                    .contains("Temporal at " + temporal.address())
                    .contains("TEMPORAL_TLS_CLIENT_CERT_PATH")
                    .doesNotContain("Exception");
        }
        assertThat(temporal.calls()).hasSize(before);
    }

    @Test
    void trustsNoServerOfAForeignAuthority() throws Exception {
        Map<String, String> variables = with(authority);
        variables.put("TEMPORAL_API_KEY", API_KEY);
        variables.put("TEMPORAL_TLS_SERVER_CA_CERT_PATH", stranger.certificate().toString());

        Stopped stopped = refused(variables);

        assertThat(stopped.exitCode()).isEqualTo(Stopped.UNREACHABLE);
        assertThat(stopped.getMessage())
                .hasLineCount(1)
                .contains("TEMPORAL_TLS_SERVER_CA_CERT_PATH", "signed by no authority that is trusted here");
    }

    private static void refused(Map<String, String> variables, String... told) {
        Stopped stopped = refused(variables);
        assertThat(stopped.exitCode()).isEqualTo(Stopped.UNREACHABLE);
        assertThat(stopped.getMessage()).hasLineCount(1).contains(told).doesNotContain("Exception", API_KEY);
    }

    @Test
    void saysThatItsOwnCertificateHasExpired() throws Exception {
        authority.expired("yesterday");
        Map<String, String> variables = with(authority);
        variables.put(
                "TEMPORAL_TLS_CLIENT_CERT_PATH",
                folder.resolve("authority/yesterday.pem").toString());
        variables.put("TEMPORAL_TLS_CLIENT_KEY_PATH", authority.key("yesterday").toString());

        refused(variables, "the client's certificate has expired: NotAfter: ", "TEMPORAL_TLS_CLIENT_CERT_PATH");
    }

    @Test
    void saysThatTheServersCertificateHasExpired() throws Exception {
        authority.expired("old-server");
        try (GuardedTemporal old = GuardedTemporal.behind(authority, "old-server")) {
            Map<String, String> variables = with(authority);
            variables.put("TEMPORAL_ADDRESS", old.address());

            refused(variables, old.address(), "the server's certificate has expired");
            assertThat(old.calls()).isEmpty();
        }
    }

    @Test
    void takesNoServerOfAnotherNameUnlessItIsTold() throws Exception {
        authority.named("far-server", "temporal.example");
        try (GuardedTemporal far = GuardedTemporal.behind(authority, "far-server")) {
            Map<String, String> variables = with(authority);
            variables.put("TEMPORAL_ADDRESS", far.address());

            refused(variables, "the server's certificate is for another name", "TEMPORAL_TLS_SERVER_NAME");
            assertThat(far.calls()).isEmpty();

            variables.put("TEMPORAL_TLS_SERVER_NAME", "temporal.example");
            connect(variables).close();
            assertThat(far.calls()).isNotEmpty();
        }
    }

    @Test
    void saysAtOnceThatItsApiKeyIsRefused() throws Exception {
        try (GuardedTemporal guarded = GuardedTemporal.behind(authority, "server")) {
            guarded.letsIn("another-key");
            Map<String, String> variables = with(authority);
            variables.put("TEMPORAL_ADDRESS", guarded.address());
            variables.put("TEMPORAL_API_KEY", API_KEY);

            refused(variables, "does not let this worker in", "TEMPORAL_API_KEY");
            assertThat(guarded.calls()).extracting(GuardedTemporal.Call::method).doesNotHaveDuplicates();
        }
    }

    @Test
    void namesACertificateThatIsNotThere() throws Exception {
        Map<String, String> variables = with(authority);
        variables.put("TEMPORAL_TLS_CLIENT_CERT_PATH", "/nowhere/worker.pem");

        Stopped stopped = refused(variables);

        assertThat(stopped.exitCode()).isEqualTo(Stopped.USAGE);
        assertThat(stopped.getMessage()).hasLineCount(1).contains("/nowhere/worker.pem");
    }

    @Test
    void neverSendsItsApiKeyInTheOpen() throws Exception {
        try (GuardedTemporal open = GuardedTemporal.inTheOpen()) {
            Stopped encrypted = refused(Map.of("TEMPORAL_ADDRESS", open.address(), "TEMPORAL_API_KEY", API_KEY));
            Stopped switchedOff = refused(
                    Map.of("TEMPORAL_ADDRESS", open.address(), "TEMPORAL_API_KEY", API_KEY, "TEMPORAL_TLS", "false"));

            assertThat(encrypted.exitCode()).isEqualTo(Stopped.UNREACHABLE);
            assertThat(switchedOff.exitCode()).isEqualTo(Stopped.USAGE);
            assertThat(switchedOff.getMessage())
                    .hasLineCount(1)
                    .contains("TEMPORAL_API_KEY")
                    .doesNotContain(API_KEY);
            assertThat(open.calls()).isEmpty();
            connect(Map.of("TEMPORAL_ADDRESS", open.address())).close();
            assertThat(open.calls())
                    .extracting(GuardedTemporal.Call::authorization)
                    .containsOnly("");
        }
    }
}
