package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.ClientConfigTLS;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChannelsTest {

    private Desk desk;

    @BeforeEach
    void sitDown(@TempDir Path folder) {
        desk = new Desk(folder, "127.0.0.1:1");
    }

    @Test
    void encryptsWhereTlsIsConfiguredOrAnApiKeyWouldTravelInTheOpen() {
        assertThat(Channels.encrypted(ClientConfigProfile.newBuilder().build())).isFalse();
        assertThat(Channels.encrypted(
                        ClientConfigProfile.newBuilder().setApiKey("secret").build()))
                .isTrue();
        assertThat(Channels.encrypted(ClientConfigProfile.newBuilder()
                        .setTls(ClientConfigTLS.newBuilder()
                                .setServerName("temporal.example.com")
                                .build())
                        .build()))
                .isTrue();
        assertThat(Channels.encrypted(ClientConfigProfile.newBuilder()
                        .setApiKey("secret")
                        .setTls(ClientConfigTLS.newBuilder().setDisabled(true).build())
                        .build()))
                .isFalse();
    }

    @Test
    void namesTheTlsSettingsThatCannotBeUsed() {
        Typed typed = desk.with("TEMPORAL_TLS_CLIENT_CERT_PATH", "/nowhere/client.pem")
                .with("TEMPORAL_TLS_CLIENT_KEY_PATH", "/nowhere/client.key")
                .type("status", "production");
        assertThat(typed.code()).isEqualTo(18);
        assertThat(typed.err())
                .contains("/nowhere/client.pem")
                .contains("TEMPORAL_TLS_CLIENT_CERT_PATH")
                .hasLineCount(1);
    }

    @Test
    void saysThatAServerDoesNotSpeakTls() {
        Typed typed = desk.with("TEMPORAL_API_KEY", "secret").type("status", "production");
        assertThat(typed.code()).isEqualTo(18);
        assertThat(typed.err()).hasLineCount(1).doesNotContain("secret");
    }

    @Test
    void readsAProfileFromTemporalsOwnFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("temporal.toml");
        Files.writeString(file, "[profile.far]\naddress = \"127.0.0.1:2\"\n");
        Desk plain = new Desk(Files.createDirectories(folder.resolve("desk")), "");
        Typed typed =
                plain.with("TEMPORAL_CONFIG_FILE", file.toString()).type("status", "production", "--profile", "far");
        assertThat(typed.err()).contains("Temporal does not answer at 127.0.0.1:2");
    }
}
