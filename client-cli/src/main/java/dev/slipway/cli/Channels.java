package dev.slipway.cli;

import dev.slipway.temporal.TlsTrouble;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.util.CertificateUtils;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.ClientConfigTLS;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** gRPC channels over okhttp: they start in a fraction of netty's time, and close before the process has to wait. */
final class Channels {

    private static final int LARGEST_MESSAGE = 128 * 1024 * 1024;

    /**
     * gRPC names the threads of its own by a format with a number in it, for which the JDK reads how numbers are written in
     * half of the world: a tenth of a short command.
     */
    private static final ExecutorService CALLS = Executors.newCachedThreadPool(Channels::daemon);

    private static final ScheduledExecutorService TIMERS = Executors.newSingleThreadScheduledExecutor(Channels::daemon);

    private Channels() {}

    static ManagedChannel open(String address, ClientConfigProfile profile) {
        OkHttpChannelBuilder builder = OkHttpChannelBuilder.forTarget(address)
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .executor(CALLS)
                .offloadExecutor(CALLS)
                .transportExecutor(CALLS)
                .scheduledExecutorService(TIMERS);
        if (!encrypted(profile)) {
            if (profile.getApiKey() != null && !profile.getApiKey().isEmpty()) {
                throw new CommandStopped(
                        ExitCode.USAGE,
                        "TEMPORAL_API_KEY would travel in the open: TLS is switched off (TEMPORAL_TLS, or tls.disabled in"
                                + " the profile); switch it on, or take the key away");
            }
            return builder.usePlaintext().build();
        }
        builder.useTransportSecurity();
        ClientConfigTLS tls = profile.getTls() == null ? ClientConfigTLS.getDefaultInstance() : profile.getTls();
        try {
            builder.sslSocketFactory(sockets(tls));
        } catch (GeneralSecurityException | IOException e) {
            throw new CommandStopped(
                    ExitCode.UNREACHABLE,
                    "the TLS settings for Temporal cannot be used: " + e.getMessage() + "; look at "
                            + TlsTrouble.VARIABLES + " (keys in PKCS#8)",
                    e);
        }
        if (tls.getServerName() != null && !tls.getServerName().isEmpty()) {
            builder.overrideAuthority(tls.getServerName());
        }
        if (Boolean.TRUE.equals(tls.isDisableHostVerification())) {
            builder.hostnameVerifier((host, session) -> true);
        }
        return builder.build();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "temporal");
        thread.setDaemon(true);
        return thread;
    }

    /** As Temporal's own clients have it: TLS where it is configured, or where an API key would travel in the open. */
    static boolean encrypted(ClientConfigProfile profile) {
        ClientConfigTLS tls = profile.getTls();
        if (tls != null && tls.isDisabled() != null) {
            return !tls.isDisabled();
        }
        return tls != null && !tls.equals(ClientConfigTLS.getDefaultInstance())
                || profile.getApiKey() != null && !profile.getApiKey().isEmpty();
    }

    private static SSLSocketFactory sockets(ClientConfigTLS tls) throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                identity(
                        bytes(tls.getClientCertData(), tls.getClientCertPath()),
                        bytes(tls.getClientKeyData(), tls.getClientKeyPath())),
                trusted(bytes(tls.getServerCACertData(), tls.getServerCACertPath())),
                null);
        return context.getSocketFactory();
    }

    private static KeyManager[] identity(byte[] certificates, byte[] key) throws GeneralSecurityException, IOException {
        if (certificates.length == 0 || key.length == 0) {
            return new KeyManager[0];
        }
        TlsTrouble.ofOwn(certificates).ifPresent(trouble -> {
            throw new CommandStopped(ExitCode.UNREACHABLE, trouble);
        });
        X509Certificate[] chain = CertificateUtils.getX509Certificates(new ByteArrayInputStream(certificates));
        PrivateKey secret = CertificateUtils.getPrivateKey(new ByteArrayInputStream(key));
        KeyStore store = empty();
        store.setKeyEntry("client", secret, new char[0], chain);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        return keys.getKeyManagers();
    }

    private static TrustManager[] trusted(byte[] authorities) throws GeneralSecurityException, IOException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore own = null; // the JDK's own authorities
        if (authorities.length > 0) {
            own = empty();
            int number = 0;
            for (X509Certificate each : CertificateUtils.getX509Certificates(new ByteArrayInputStream(authorities))) {
                own.setCertificateEntry("authority-" + number++, each);
            }
        }
        trust.init(own);
        return trust.getTrustManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, new char[0]);
        return store;
    }

    private static byte[] bytes(byte[] given, String path) throws IOException {
        if (given != null && given.length > 0) {
            return given;
        }
        return path == null || path.isEmpty() ? new byte[0] : Files.readAllBytes(Path.of(path));
    }
}
