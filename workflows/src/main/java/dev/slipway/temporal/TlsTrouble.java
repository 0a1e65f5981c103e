package dev.slipway.temporal;

import java.io.ByteArrayInputStream;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Iterator;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Why nothing comes of a connection over TLS, in words for whoever has to mend it. */
public final class TlsTrouble {

    /** What a person can look at. */
    public static final String VARIABLES = "TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH,"
            + " TEMPORAL_TLS_SERVER_CA_CERT_PATH and TEMPORAL_TLS_SERVER_NAME";

    private TlsTrouble() {}

    /** What is wrong with the certificate that the server has shown; empty where that is not the trouble. */
    public static Optional<String> ofServer(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return Optional.of("the server's certificate has expired: " + cause.getMessage());
            }
            if (cause instanceof CertificateNotYetValidException) {
                return Optional.of("the server's certificate is not valid yet: " + cause.getMessage());
            }
            if (cause instanceof CertPathBuilderException) {
                return Optional.of("the server's certificate is signed by no authority that is trusted here");
            }
            if (cause instanceof SSLPeerUnverifiedException || isAboutName(cause)) {
                return Optional.of("the server's certificate is for another name: " + cause.getMessage());
            }
        }
        return Optional.empty();
    }

    private static boolean isAboutName(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return cause instanceof CertificateException
                && (message.startsWith("No subject alternative") || message.startsWith("No name matching"));
    }

    /**
     * Why a certificate of our own is of no use today: a server that refuses it often does no more than hang up.
     *
     * @param pem the certificate, and those that signed it
     * @return empty where it is of use, or can't be read
     */
    public static Optional<String> ofOwn(byte[] pem) {
        try {
            Iterator<? extends Certificate> chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))
                    .iterator();
            if (chain.hasNext() && chain.next() instanceof X509Certificate own) {
                own.checkValidity();
            }
            return Optional.empty();
        } catch (CertificateExpiredException e) {
            return Optional.of("the client's certificate has expired: " + e.getMessage()
                    + "; get a new one for TEMPORAL_TLS_CLIENT_CERT_PATH");
        } catch (CertificateNotYetValidException e) {
            return Optional.of("the client's certificate is not valid yet: " + e.getMessage()
                    + "; look at this machine's clock and at TEMPORAL_TLS_CLIENT_CERT_PATH");
        } catch (CertificateException unreadable) {
            return Optional.empty();
        }
    }
}
