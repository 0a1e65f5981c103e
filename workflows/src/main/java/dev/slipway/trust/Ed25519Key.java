package dev.slipway.trust;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;

/** An Ed25519 public key (RFC 8032). */
final class Ed25519Key implements VerifyingKey {

    static final String TYPE = "ssh-ed25519";

    private static final BigInteger PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    private final BigInteger y;
    private final boolean oddX;

    Ed25519Key(byte[] point) throws Refusal {
        if (point.length != 32) {
            throw new Refusal("the public key holds " + point.length + " bytes where ed25519 has 32");
        }
        byte[] bigEndian = new byte[32];
        for (int i = 0; i < 32; i++) {
            bigEndian[i] = point[31 - i];
        }
        this.oddX = bigEndian[0] < 0;
        bigEndian[0] &= 0x7F;
        this.y = new BigInteger(1, bigEndian);
        if (y.compareTo(PRIME) >= 0) {
            throw new Refusal("the public key is not in canonical form");
        }
    }

    @Override
    public void verify(byte[] signed, WireReader signature) throws Refusal, GeneralSecurityException {
        byte[] raw = signature.string();
        signature.end();
        if (!matches(signed, raw)) {
            throw VerifyingKey.doesNotMatch();
        }
    }

    boolean matches(byte[] signed, byte[] raw) throws GeneralSecurityException {
        if (raw.length != 64) {
            return false;
        }
        PublicKey key = KeyFactory.getInstance("Ed25519")
                .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(oddX, y)));
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(key);
        verifier.update(signed);
        return verifier.verify(raw);
    }
}
