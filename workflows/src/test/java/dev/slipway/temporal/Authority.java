package dev.slipway.temporal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A throw-away certificate authority, made by the JDK's keytool, and what it has signed as PEM files. */
public final class Authority {

    private static final String PASSWORD = "throw-away";

    private final Path folder;
    private final String name;

    public Authority(Path folder, String name) throws IOException {
        this.folder = Files.createDirectories(folder.resolve(name));
        this.name = name;
        keytool(List.of("-alias", name, "-dname", "CN=" + name, "-ext", "bc:critical"));
    }

    /** Its own certificate: whom to trust. */
    public Path certificate() throws IOException {
        return pem(name, 1);
    }

    /** A certificate, with its private key in PKCS#8 beside it; see {@link #key}. */
    public Path signed(String who) throws IOException {
        return signed(who, "ip:127.0.0.1,dns:localhost", "-0d");
    }

    /** The same, of somebody whose time is over since yesterday. */
    public Path expired(String who) throws IOException {
        return signed(who, "ip:127.0.0.1,dns:localhost", "-3d");
    }

    /** The same, of a server with another name than its address. */
    public Path named(String who, String server) throws IOException {
        return signed(who, "dns:" + server, "-0d");
    }

    private Path signed(String who, String names, String since) throws IOException {
        keytool(List.of(
                "-alias", who, "-dname", "CN=" + who, "-signer", name, "-ext", "san=" + names, "-startdate", since));
        return pem(who, 2);
    }

    public Path key(String who) throws IOException {
        try {
            return written(
                    who + ".key",
                    "PRIVATE KEY",
                    List.of(store().getKey(who, PASSWORD.toCharArray()).getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException("no key of " + who, e);
        }
    }

    /** The certificate of whom it has signed. */
    Path pem(String who) throws IOException {
        return pem(who, 2);
    }

    private Path pem(String who, int length) throws IOException {
        try {
            List<byte[]> chain = new ArrayList<>();
            for (Certificate each : store().getCertificateChain(who)) {
                chain.add(each.getEncoded());
            }
            return written(who + ".pem", "CERTIFICATE", chain.subList(0, Math.min(length, chain.size())));
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificate of " + who, e);
        }
    }

    private Path written(String file, String kind, List<byte[]> parts) throws IOException {
        StringBuilder text = new StringBuilder();
        for (byte[] part : parts) {
            text.append("-----BEGIN ").append(kind).append("-----\n");
            text.append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(part));
            text.append("\n-----END ").append(kind).append("-----\n");
        }
        return Files.writeString(folder.resolve(file), text, StandardCharsets.US_ASCII);
    }

    private Path file() {
        return folder.resolve("authority.p12");
    }

    private KeyStore store() throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(file().toFile(), PASSWORD.toCharArray());
    }

    private void keytool(List<String> what) throws IOException {
        List<String> argv = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file().toString(),
                "-storepass",
                PASSWORD));
        argv.addAll(what);
        Path said = folder.resolve("keytool.log");
        Process process = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool: " + Files.readString(said));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool ran", e);
        }
    }
}
