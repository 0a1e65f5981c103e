package dev.slipway.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Set;

/**
 * The ed25519 key of one environment, shared by its workers: what it signs, the environment said. Kept in an unencrypted
 * OpenSSH private key file that only its owner can read, because a worker starts with nobody there to type a passphrase.
 */
public final class EnvironmentKey {

    private static final String MAGIC = "openssh-key-v1\0";
    private static final int SEED = 32;

    /** OpenSSH pads what it would encrypt to this even where the cipher is "none". */
    private static final int BLOCK = 8;

    private static final Set<PosixFilePermission> OWNER_ONLY =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final byte[] seed;
    private final PrivateKey privateKey;
    private final SshPublicKey publicKey;

    private EnvironmentKey(byte[] seed, SshPublicKey publicKey) {
        this.seed = seed;
        this.privateKey = privateKey(seed);
        this.publicKey = publicKey;
    }

    /** A new key from the system's randomness. @param comment a name for people, such as {@code shop/production} */
    public static EnvironmentKey generate(String comment) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            byte[] point = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
            byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            return new EnvironmentKey(seed, SshPublicKey.of(blob(point), comment));
        } catch (GeneralSecurityException | Refusal e) {
            throw new IllegalStateException("this Java cannot make ed25519 keys", e);
        }
    }

    /** Reads the key from its file. */
    public static EnvironmentKey load(Path file) throws UnusableKey {
        String subject = "environment key '" + file + "'";
        try {
            requireOwnerOnly(file, subject);
            return read(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            throw new UnusableKey(
                    subject + " does not exist; make one with: ssh-keygen -t ed25519 -N '' -f '" + file + "'");
        } catch (IOException e) {
            throw new UnusableKey(subject + " cannot be read: " + e.getMessage());
        } catch (Refusal refusal) {
            throw new UnusableKey(subject + ": " + refusal.getMessage());
        }
    }

    public SshPublicKey publicKey() {
        return publicKey;
    }

    /** Signs a text of the environment ({@link Namespace#WORKER}). @return the armored signature */
    public String sign(String text) {
        byte[] bytes = Plain.utf8(text)
                .orElseThrow(() -> new IllegalArgumentException("a text with half a character cannot be signed"));
        return sign(bytes, Namespace.WORKER);
    }

    /** Signs bytes. @return the armored signature */
    public String sign(byte[] message, String namespace) {
        return Sshsig.sign(privateKey, publicKey, namespace, message);
    }

    /** Writes the private key in OpenSSH's format, readable by its owner alone; never over a file that is there. */
    public void write(Path file) throws IOException {
        byte[] bytes = privateText().getBytes(StandardCharsets.US_ASCII);
        Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rw-------");
        FileAttribute<?>[] attributes =
                Files.getFileAttributeView(file.toAbsolutePath().getParent(), PosixFileAttributeView.class) == null
                        ? new FileAttribute<?>[0]
                        : new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode)};
        try (var channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (FileAlreadyExistsException e) {
            throw new IOException("key file '" + file + "' is there already and is not overwritten", e);
        }
    }

    @Override
    public String toString() {
        return "environment key " + publicKey.fingerprint();
    }

    private static EnvironmentKey read(String text) throws Refusal {
        if (!text.contains("BEGIN OPENSSH PRIVATE KEY")) {
            throw new Refusal(
                    text.contains("PRIVATE KEY")
                            ? "is not in OpenSSH's format; make one with: ssh-keygen -t ed25519 -N ''"
                            : "is not a private key; name the file without .pub");
        }
        WireReader file = new WireReader(Armor.unwrap(Armor.PRIVATE_KEY, text, "the file"), "the file");
        if (!Arrays.equals(
                file.take(MAGIC.length()), new WireWriter().ascii(MAGIC).bytes())) {
            throw new Refusal("the file is not an OpenSSH private key");
        }
        String cipher = file.name();
        String derivation = file.name();
        byte[] derivationOptions = file.string();
        int keys = file.uint32();
        byte[] blob = file.string();
        if (!cipher.equals("none")) {
            throw new Refusal("is encrypted with a passphrase, and a worker has nobody to ask for it; "
                    + "take the passphrase away with: ssh-keygen -p -N ''");
        }
        if (!derivation.equals("none") || derivationOptions.length != 0 || keys != 1) {
            throw new Refusal("the file is not a single unencrypted key");
        }
        WireReader secret = file.nested("the file");
        file.end();
        return readSecret(blob, secret);
    }

    private static EnvironmentKey readSecret(byte[] blob, WireReader secret) throws Refusal {
        if (secret.uint32() != secret.uint32()) {
            throw new Refusal("the file is damaged: its check numbers differ");
        }
        String type = secret.name();
        if (!type.equals(Ed25519Key.TYPE)) {
            throw new Refusal("is a key of type " + Plain.quoted(type) + ", and an environment's key is ssh-ed25519; "
                    + "make one with: ssh-keygen -t ed25519 -N ''");
        }
        byte[] point = secret.string();
        byte[] seedAndPoint = secret.string();
        String comment = new String(secret.string(), StandardCharsets.UTF_8);
        for (int expected = 1; !secret.atEnd(); expected++) {
            if (secret.uint8() != expected) {
                throw new Refusal("the file is damaged: its padding is wrong");
            }
        }
        boolean whole = seedAndPoint.length == SEED + point.length
                && Arrays.equals(point, 0, point.length, seedAndPoint, SEED, seedAndPoint.length)
                && Arrays.equals(blob, blob(point));
        if (!whole) {
            throw new Refusal("the file is damaged: its public key is not the same everywhere");
        }
        String shown = Plain.firstHidden(comment).isPresent() ? "" : comment;
        EnvironmentKey key = new EnvironmentKey(Arrays.copyOf(seedAndPoint, SEED), SshPublicKey.of(blob, shown));
        byte[] probe = {1};
        if (Sshsig.verifyBy(key.publicKey, key.sign(probe, Namespace.WORKER), Namespace.WORKER, probe)
                instanceof Sshsig.Check.Refused) {
            throw new Refusal("the file is damaged: its private and its public key do not belong together");
        }
        return key;
    }

    private String privateText() {
        byte[] blob = publicKey.bytes();
        byte[] point = Arrays.copyOfRange(blob, blob.length - 32, blob.length);
        int check = new SecureRandom().nextInt();
        WireWriter secret = new WireWriter()
                .uint32(check)
                .uint32(check)
                .string(Ed25519Key.TYPE)
                .string(point)
                .string(new WireWriter().raw(seed).raw(point).bytes())
                .string(publicKey.comment());
        for (int padding = 1; secret.size() % BLOCK != 0; padding++) {
            secret.raw((byte) padding);
        }
        byte[] file = new WireWriter()
                .ascii(MAGIC)
                .string("none")
                .string("none")
                .string("")
                .uint32(1)
                .string(blob)
                .string(secret.bytes())
                .bytes();
        return Armor.wrap(Armor.PRIVATE_KEY, file);
    }

    private static byte[] blob(byte[] point) {
        return new WireWriter().string(Ed25519Key.TYPE).string(point).bytes();
    }

    private static PrivateKey privateKey(byte[] seed) {
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot read ed25519 keys", e);
        }
    }

    private static void requireOwnerOnly(Path file, String subject) throws IOException, UnusableKey {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return; // a file system without owners has nothing to check
        }
        Set<PosixFilePermission> permissions = view.readAttributes().permissions();
        if (!OWNER_ONLY.containsAll(permissions)) {
            throw new UnusableKey(subject + " is open to others (" + PosixFilePermissions.toString(permissions)
                    + "), so it may be theirs as well; close it with: chmod 600 '" + file
                    + "', and make a new one if anybody else could log in");
        }
    }
}
