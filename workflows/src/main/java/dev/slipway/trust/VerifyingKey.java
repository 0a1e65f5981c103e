package dev.slipway.trust;

import java.security.GeneralSecurityException;
import java.util.List;

/** The mathematics of one public key: says whether a signature over some bytes was made with it. */
sealed interface VerifyingKey permits Ed25519Key, SecurityKey, EcdsaKey {

    List<String> TYPES = List.of(
            Ed25519Key.TYPE, SecurityKey.TYPE, "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521");

    /**
     * @param signature what follows the algorithm's name in the signature; read to its end
     * @throws Refusal if the signature is not one of this key's over these bytes
     */
    void verify(byte[] signed, WireReader signature) throws Refusal, GeneralSecurityException;

    /** Reads the blob of a public key to its last byte. */
    static VerifyingKey parse(byte[] blob) throws Refusal {
        WireReader reader = new WireReader(blob, "the public key");
        String type = reader.name();
        VerifyingKey key =
                switch (type) {
                    case Ed25519Key.TYPE -> new Ed25519Key(reader.string());
                    case SecurityKey.TYPE -> new SecurityKey(new Ed25519Key(reader.string()), reader.string());
                    case "ecdsa-sha2-nistp256" -> EcdsaKey.read(EcdsaKey.Curve.P256, reader);
                    case "ecdsa-sha2-nistp384" -> EcdsaKey.read(EcdsaKey.Curve.P384, reader);
                    case "ecdsa-sha2-nistp521" -> EcdsaKey.read(EcdsaKey.Curve.P521, reader);
                    default ->
                        throw new Refusal("keys of type " + Plain.quoted(type)
                                + " are not taken; make one with: ssh-keygen -t ed25519");
                };
        reader.end();
        return key;
    }

    static Refusal doesNotMatch() {
        return new Refusal("the signature does not belong to this text: one of the two was altered, "
                + "or the text was signed by another key");
    }
}
