package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.temporal.Authority;
import dev.slipway.temporal.GuardedTemporal;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line's way to a Temporal that asks who comes. */
final class GuardedConnectionTest {

    private static final String API_KEY = "key-of-ana";

    @TempDir
    private static Path folder;

    private static Authority authority;
    private static Authority stranger;
    private static GuardedTemporal temporal;

    @TempDir
    private Path room;

    @BeforeAll
    static void start() throws Exception {
        authority = new Authority(folder, "authority");
        authority.signed("ana");
        stranger = new Authority(folder, "stranger");
        stranger.signed("ana");
        temporal = GuardedTemporal.behind(authority);
    }

    @AfterAll
    static void stop() {
        temporal.close();
    }

    private Desk desk(String address) throws Exception {
        return new Desk(Files.createTempDirectory(room, "desk"), address);
    }

    private Desk desk(Authority of, String name) throws Exception {
        return desk(temporal.address())
                .with(
                        "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
                        authority.certificate().toString())
                .with(
                        "TEMPORAL_TLS_CLIENT_CERT_PATH",
                        folder.resolve(name).resolve("ana.pem").toString())
                .with("TEMPORAL_TLS_CLIENT_KEY_PATH", of.key("ana").toString());
    }

    @Test
    void showsItsCertificateAndSendsItsApiKeyInQuestionsAndInChanges() throws Exception {
        Desk desk = desk(authority, "authority").with("TEMPORAL_API_KEY", API_KEY);

        Typed status = desk.type("status", "production");
        assertThat(status.code()).as(status.err()).isZero();
        desk.type("release", "production", "--version", "1.0.0");

        assertThat(temporal.calls())
                .contains(
                        new GuardedTemporal.Call("DescribeWorkflowExecution", "CN=ana", "Bearer " + API_KEY),
                        new GuardedTemporal.Call("StartWorkflowExecution", "CN=ana", "Bearer " + API_KEY));
    }

    @Test
    void saysWhichVariableIsMeantWithoutACertificateOrWithAForeignOne() throws Exception {
        int before = temporal.calls().size();
        Desk without = desk(temporal.address())
                .with(
                        "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
                        authority.certificate().toString());
        for (Desk desk : new Desk[] {without, desk(stranger, "stranger")}) {
            Typed typed = desk.type("status", "production");

            assertThat(typed.code()).as(typed.err()).isEqualTo(ExitCode.UNREACHABLE.number());
            assertThat(typed.err())
                    .hasLineCount(1)
                    .contains(temporal.address())
                    .contains("TEMPORAL_TLS_CLIENT_CERT_PATH")
                    .doesNotContain("Exception");
        }
        assertThat(temporal.calls()).hasSize(before);
    }

    @Test
    void trustsNoServerOfAForeignAuthority() throws Exception {
        Typed typed = desk(authority, "authority")
                .with("TEMPORAL_API_KEY", API_KEY)
                .with("TEMPORAL_TLS_SERVER_CA_CERT_PATH", stranger.certificate().toString())
                .type("status", "production");

        assertThat(typed.code()).isEqualTo(ExitCode.UNREACHABLE.number());
        assertThat(typed.err())
                .hasLineCount(1)
                .contains("TEMPORAL_TLS_SERVER_CA_CERT_PATH", "signed by no authority that is trusted here")
                .doesNotContain(API_KEY);
    }

    /** What a person is told who can't get in. */
    private static void refused(Typed typed, String... told) {
        assertThat(typed.code()).as(typed.err()).isEqualTo(ExitCode.UNREACHABLE.number());
        assertThat(typed.err()).hasLineCount(1).contains(told).doesNotContain("Exception", API_KEY);
    }

    @Test
    void saysThatItsOwnCertificateHasExpired() throws Exception {
        authority.expired("yesterday");

        refused(
                desk(authority, "authority")
                        .with(
                                "TEMPORAL_TLS_CLIENT_CERT_PATH",
                                folder.resolve("authority/yesterday.pem").toString())
                        .with(
                                "TEMPORAL_TLS_CLIENT_KEY_PATH",
                                authority.key("yesterday").toString())
                        .type("status", "production"),
                "the client's certificate has expired: NotAfter: ",
                "TEMPORAL_TLS_CLIENT_CERT_PATH");
    }

    @Test
    void saysThatTheServersCertificateHasExpired() throws Exception {
        authority.expired("old-server");
        try (GuardedTemporal old = GuardedTemporal.behind(authority, "old-server")) {
            refused(
                    desk(authority, "authority")
                            .with("TEMPORAL_ADDRESS", old.address())
                            .type("status", "production"),
                    old.address(),
                    "the server's certificate has expired");
            assertThat(old.calls()).isEmpty();
        }
    }

    @Test
    void takesNoServerOfAnotherNameUnlessItIsTold() throws Exception {
        authority.named("far-server", "temporal.example");
        try (GuardedTemporal far = GuardedTemporal.behind(authority, "far-server")) {
            Desk desk = desk(authority, "authority").with("TEMPORAL_ADDRESS", far.address());

            refused(
                    desk.type("status", "production"),
                    "the server's certificate is for another name",
                    "TEMPORAL_TLS_SERVER_NAME");
            refused(
                    desk.with("TEMPORAL_TLS_SERVER_NAME", "other.example").type("status", "production"),
                    "the server's certificate is for another name");
            assertThat(far.calls()).isEmpty();
            assertThat(desk.with("TEMPORAL_TLS_SERVER_NAME", "temporal.example")
                            .type("status", "production")
                            .code())
                    .isZero();
        }
    }

    @Test
    void saysThatItsApiKeyIsRefused() throws Exception {
        try (GuardedTemporal guarded = GuardedTemporal.behind(authority, "server")) {
            guarded.letsIn("another-key");
            Desk desk = desk(authority, "authority")
                    .with("TEMPORAL_ADDRESS", guarded.address())
                    .with("TEMPORAL_API_KEY", API_KEY);

            refused(desk.type("status", "production"), "refuses this client", "TEMPORAL_API_KEY");
            refused(
                    desk.type("release", "production", "--version", "1.0.0"),
                    "refuses this client",
                    "TEMPORAL_API_KEY");
        }
    }

    @Test
    void neverSendsItsApiKeyInTheOpen() throws Exception {
        try (GuardedTemporal open = GuardedTemporal.inTheOpen()) {
            Typed encrypted =
                    desk(open.address()).with("TEMPORAL_API_KEY", API_KEY).type("status", "production");
            Typed switchedOff = desk(open.address())
                    .with("TEMPORAL_API_KEY", API_KEY)
                    .with("TEMPORAL_TLS", "false")
                    .type("status", "production");

            assertThat(encrypted.code()).isEqualTo(ExitCode.UNREACHABLE.number());
            assertThat(switchedOff.code()).isEqualTo(ExitCode.USAGE.number());
            assertThat(switchedOff.err())
                    .hasLineCount(1)
                    .contains("TEMPORAL_API_KEY")
                    .doesNotContain(API_KEY);
            assertThat(open.calls()).isEmpty();
            assertThat(desk(open.address()).type("status", "production").code()).isZero();
            assertThat(open.calls())
                    .extracting(GuardedTemporal.Call::authorization)
                    .containsOnly("");
        }
    }
}
