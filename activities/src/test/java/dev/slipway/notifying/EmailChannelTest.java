package dev.slipway.notifying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.icegreen.greenmail.util.DummySSLSocketFactory;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.slipway.notifying.NotificationChannel.NotSent;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that fails in every way, and a real one. */
final class EmailChannelTest extends ChannelContract {

    private ScriptedMailServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedMailServer();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Override
    NotificationChannel channel() {
        return channel("smtp://releases:" + secret() + "@127.0.0.1:" + server.port() + "?tls=none", Map.of());
    }

    private NotificationChannel channel(String address, Map<String, Object> more) {
        return new EmailChannel(
                MailServer.parse(address).orElseThrow(),
                secretName(),
                "slipway@example.com",
                List.of("ana@example.com", "ben@example.com"),
                Duration.ofSeconds(2),
                more);
    }

    @Override
    String secret() {
        return "s3cret-pass";
    }

    @Override
    void takes() {
        server.next(Map.of());
    }

    @Override
    String received() throws Exception {
        return server.mail();
    }

    private Runnable answering(String command, String answer) {
        return () -> server.next(Map.of(command, answer));
    }

    @Override
    List<Runnable> refusals() {
        return List.of(
                answering("RCPT", "550 no such user " + secret()),
                answering("MAIL", "553 not yours"),
                answering("END", "554 spam"));
    }

    @Override
    List<Runnable> outages() {
        return List.of(
                answering("greeting", "421 too busy"),
                answering("MAIL", "451 later"),
                answering("RCPT", "450 mailbox busy"),
                answering("END", "452 disk full"));
    }

    @Override
    void refusesTheSecret() {
        server.next(Map.of("AUTH", "535 " + secret() + " is wrong"));
    }

    @Override
    void hangs() {
        server.next(Map.of("greeting", ScriptedMailServer.HANG));
    }

    @Override
    void breaksOff() {
        server.next(Map.of("DATA", ScriptedMailServer.BREAK));
    }

    @Test
    void sendsNothingWithoutTlsUnlessTheSecretSaysSo() {
        server.next(Map.of());
        NotificationChannel insists = channel("smtp://127.0.0.1:" + server.port(), Map.of());

        NotSent failure = catchThrowableOfType(NotSent.class, () -> insists.send(NOTIFICATION));

        assertThat(failure).hasMessageContaining("STARTTLS").hasMessageContaining(secretName());
        assertThat(failure.again()).isFalse();
    }

    @Test
    void isDeliveredToEverybodyOverTlsByARealServer() throws Exception {
        GreenMail real = new GreenMail(ServerSetup.SMTPS.dynamicPort());
        real.start();
        try {
            real.setUser("releases", "s3cret-pass");
            NotificationChannel channel = channel(
                    "smtps://releases:s3cret-pass@127.0.0.1:" + real.getSmtps().getPort(),
                    Map.of(
                            "mail.smtps.ssl.socketFactory", new DummySSLSocketFactory(),
                            "mail.smtps.ssl.checkserveridentity", "false",
                            "mail.smtps.timeout", "10000"));

            channel.send(Notification.of(
                            "r/rolled-back",
                            "rolled-back",
                            "shop",
                            "production",
                            "1.1",
                            "shop/production 1.1 rolled back – ü")
                    .line("because <script>alert(1)</script> & more")
                    .undo(List.of("./switch '1.0'")));
            channel.send(NOTIFICATION);

            List<MimeMessage> mails = List.of(real.getReceivedMessages());
            assertThat(mails).hasSize(4);
            assertThat(mails.stream().map(EmailChannelTest::id).distinct())
                    .as("one id an event")
                    .hasSize(2);
            MimeMessage rolledBack = mails.stream()
                    .filter(mail -> id(mail).equals(id(mails.get(0))))
                    .findFirst()
                    .orElseThrow();
            assertThat(rolledBack.getSubject()).isEqualTo("shop/production 1.1 rolled back – ü");
            MimeMultipart parts = (MimeMultipart) rolledBack.getContent();
            assertThat(parts.getBodyPart(0).getContent().toString())
                    .contains("because <script>alert(1)</script> & more")
                    .contains("undo by hand: `./switch '1.0'`");
            assertThat(parts.getBodyPart(1).getContent().toString())
                    .contains("because &lt;script&gt;alert(1)&lt;/script&gt; &amp; more")
                    .contains("<pre>./switch &#39;1.0&#39;</pre>");
        } finally {
            real.stop();
        }
    }

    private static String id(MimeMessage mail) {
        try {
            return mail.getMessageID();
        } catch (MessagingException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void readsAddressesOfMailServers() {
        assertThat(MailServer.parse("smtp://u%40x:p%2F@mail.example.com"))
                .contains(new MailServer("mail.example.com", 587, "u@x", "p/", MailServer.Security.STARTTLS));
        assertThat(MailServer.parse("smtps://u:p@mail.example.com")
                        .orElseThrow()
                        .port())
                .isEqualTo(465);
        for (String wrong : List.of(
                "",
                "mail.example.com",
                "https://mail.example.com",
                "smtp://u@h",
                "smtps://h?tls=none",
                "smtp://h/x",
                "smtp://h?x=1")) {
            assertThat(MailServer.parse(wrong)).as(wrong).isEmpty();
        }
    }
}
