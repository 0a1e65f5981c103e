package dev.slipway.notifying;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A mail server as a secret names it: {@code smtp://user:password@host:587}, where STARTTLS is insisted on, or
 * {@code smtps://user:password@host:465}. {@code ?tls=none} is for a server on this machine, or in a network that is trusted.
 *
 * @param user empty for a server that wants none
 */
record MailServer(String host, int port, String user, String password, Security security) {

    /** How the connection is kept private. */
    enum Security {
        STARTTLS,
        TLS,
        NONE
    }

    private static final int SUBMISSION = 587;
    private static final int SUBMISSIONS = 465;

    /** @return empty where the text is no such address */
    static Optional<MailServer> parse(String text) {
        try {
            URI address = new URI(text.strip());
            boolean wrapped = "smtps".equals(address.getScheme());
            boolean query =
                    address.getRawQuery() == null || address.getRawQuery().equals("tls=none") && !wrapped;
            boolean path = address.getRawPath() == null || address.getRawPath().matches("/?");
            if (!wrapped && !"smtp".equals(address.getScheme()) || address.getHost() == null || !query || !path) {
                return Optional.empty();
            }
            String[] who = address.getRawUserInfo() == null
                    ? new String[] {"", ""}
                    : address.getRawUserInfo().split(":", 2);
            if (who.length == 1) {
                return Optional.empty();
            }
            Security security =
                    wrapped ? Security.TLS : address.getRawQuery() == null ? Security.STARTTLS : Security.NONE;
            int usual = wrapped ? SUBMISSIONS : SUBMISSION;
            return Optional.of(new MailServer(
                    address.getHost(),
                    address.getPort() < 0 ? usual : address.getPort(),
                    decoded(who[0]),
                    decoded(who[1]),
                    security));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
