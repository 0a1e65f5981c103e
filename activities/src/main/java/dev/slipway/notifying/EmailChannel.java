package dev.slipway.notifying;

import dev.slipway.trust.Sha256;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.time.Duration;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;

/** E-mail by SMTP. The {@code Message-ID} is the same for the same event, so that a mailbox can drop a second one. */
final class EmailChannel implements NotificationChannel {

    private static final int CONNECT_MILLIS = 5_000;

    private final MailServer server;
    private final String secret;
    private final String from;
    private final List<String> to;
    private final Duration limit;
    private final Map<String, Object> more;

    /**
     * @param secret name of the secret with the server's address
     * @param limit for each answer of the server
     * @param more properties of the mail session
     */
    EmailChannel(
            MailServer server, String secret, String from, List<String> to, Duration limit, Map<String, Object> more) {
        this.server = server;
        this.secret = secret;
        this.from = from;
        this.to = List.copyOf(to);
        this.limit = limit;
        this.more = Map.copyOf(more);
    }

    @Override
    public String name() {
        return "email";
    }

    @Override
    public void send(Notification notification) throws NotSent {
        Session session = Session.getInstance(properties());
        try {
            Message message = message(session, notification);
            try (Transport transport = session.getTransport()) {
                transport.connect(
                        server.host(),
                        server.port(),
                        server.user().isEmpty() ? null : server.user(),
                        server.user().isEmpty() ? null : server.password());
                transport.sendMessage(message, message.getAllRecipients());
            }
        } catch (MessagingException e) {
            throw failure(e);
        }
    }

    private Properties properties() {
        String protocol = server.security() == MailServer.Security.TLS ? "smtps" : "smtp";
        String prefix = "mail." + protocol + ".";
        Properties properties = new Properties();
        properties.put("mail.transport.protocol", protocol);
        properties.put(prefix + "auth", Boolean.toString(!server.user().isEmpty()));
        properties.put(prefix + "connectiontimeout", Integer.toString(CONNECT_MILLIS));
        properties.put(prefix + "timeout", Long.toString(limit.toMillis()));
        properties.put(prefix + "writetimeout", Long.toString(limit.toMillis()));
        properties.put(prefix + "ssl.checkserveridentity", "true");
        properties.put(prefix + "sendpartial", "true");
        boolean starttls = server.security() == MailServer.Security.STARTTLS;
        properties.put(prefix + "starttls.enable", Boolean.toString(starttls));
        properties.put(prefix + "starttls.required", Boolean.toString(starttls));
        properties.putAll(more);
        return properties;
    }

    private Message message(Session session, Notification notification) throws MessagingException {
        String id = "<" + Sha256.hex(notification.key() + " " + String.join(",", to)) + "@slipway>";
        MimeMessage message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", id);
            }
        };
        message.setFrom(new InternetAddress(from, true));
        for (String each : to) {
            message.addRecipient(Message.RecipientType.TO, new InternetAddress(each, true));
        }
        message.setSubject(notification.text(), "UTF-8");
        message.setSentDate(new Date());
        message.setHeader("Auto-Submitted", "auto-generated");
        MimeBodyPart text = new MimeBodyPart();
        text.setText(notification.plain() + "\n", "UTF-8");
        MimeBodyPart html = new MimeBodyPart();
        html.setText(html(notification), "UTF-8", "html");
        message.setContent(new MimeMultipart("alternative", text, html));
        message.saveChanges();
        return message;
    }

    private static String html(Notification notification) {
        StringBuilder page = new StringBuilder("<html><body><p><b>")
                .append(escaped(notification.text()))
                .append("</b></p>\n");
        notification
                .lines()
                .forEach(line -> page.append("<p>").append(escaped(line)).append("</p>\n"));
        commands(page, "To type:", notification.commands());
        commands(page, "Undo by hand, in this order:", notification.undo());
        return page.append("</body></html>\n").toString();
    }

    private static void commands(StringBuilder page, String title, List<String> commands) {
        if (!commands.isEmpty()) {
            page.append("<p>").append(title).append("</p>\n");
            commands.forEach(
                    command -> page.append("<pre>").append(escaped(command)).append("</pre>\n"));
        }
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** What servers say may hold anything; only their codes and our own addresses are told. */
    private NotSent failure(MessagingException e) {
        if (e instanceof AuthenticationFailedException) {
            return new NotSent(
                    "the mail server does not accept user and password of the secret '" + secret + "'; renew them",
                    false);
        }
        if (e instanceof SendFailedException partly && sent(partly)) {
            return new NotSent(
                    "the mail server took it for some, and not for "
                            + addresses(partly.getInvalidAddresses(), partly.getValidUnsentAddresses()),
                    false);
        }
        int code = code(e);
        if (code > 0) {
            String about = e instanceof SendFailedException of && of.getInvalidAddresses() != null
                    ? " for " + addresses(of.getInvalidAddresses())
                    : "";
            return new NotSent("the mail server answered " + code + about, code < 500);
        }
        if (e.getMessage() != null && e.getMessage().contains("STARTTLS")) {
            return new NotSent(
                    "the mail server offers no STARTTLS, and without it nothing is sent; the secret '" + secret
                            + "' may say smtps://, or `?tls=none` for a network that is trusted",
                    false);
        }
        return new NotSent("the mail server of the secret '" + secret + "' can't be reached, or broke off", true);
    }

    private static boolean sent(SendFailedException failure) {
        return failure.getValidSentAddresses() != null && failure.getValidSentAddresses().length > 0;
    }

    private static String addresses(Address[]... lists) {
        return Arrays.stream(lists)
                .filter(list -> list != null)
                .flatMap(Arrays::stream)
                .map(Address::toString)
                .collect(Collectors.joining(", "));
    }

    /** The code of the server's refusal, wherever it hangs in the chain; 0 for none. */
    private static int code(MessagingException failure) {
        for (Exception at = failure; at != null; ) {
            if (at instanceof SMTPAddressFailedException address) {
                return address.getReturnCode();
            }
            if (at instanceof SMTPSenderFailedException sender) {
                return sender.getReturnCode();
            }
            if (at instanceof SMTPSendFailedException send && send.getReturnCode() > 0) {
                return send.getReturnCode();
            }
            at = at instanceof MessagingException chained ? chained.getNextException() : null;
        }
        return 0;
    }
}
