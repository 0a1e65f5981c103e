package dev.slipway.trust;

import java.security.GeneralSecurityException;

/**
 * An Ed25519 key that lives in a security key (FIDO). The device signs a hash of the text together with its own flags;
 * OpenSSH takes signatures without a touch unless told otherwise, here the touch is always required: it is what shows
 * that a person was there.
 */
final class SecurityKey implements VerifyingKey {

    static final String TYPE = "sk-ssh-ed25519@openssh.com";

    private static final int TOUCHED = 0x01;

    private final Ed25519Key key;
    private final byte[] application;

    SecurityKey(Ed25519Key key, byte[] application) {
        this.key = key;
        this.application = application;
    }

    @Override
    public void verify(byte[] signed, WireReader signature) throws Refusal, GeneralSecurityException {
        byte[] raw = signature.string();
        int flags = signature.uint8();
        int counter = signature.uint32();
        signature.end();
        byte[] onDevice = new WireWriter()
                .raw(Sha256.of(application))
                .raw((byte) flags)
                .uint32(counter)
                .raw(Sha256.of(signed))
                .bytes();
        if (!key.matches(onDevice, raw)) {
            throw VerifyingKey.doesNotMatch();
        }
        if ((flags & TOUCHED) == 0) {
            throw new Refusal("the security key was not touched for this signature; sign again and touch it");
        }
    }
}
