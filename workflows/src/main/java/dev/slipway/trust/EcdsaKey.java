package dev.slipway.trust;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;

/** An ECDSA public key on one of the three NIST curves that SSH knows (RFC 5656). */
final class EcdsaKey implements VerifyingKey {

    enum Curve {
        P256("nistp256", "secp256r1", 32, "SHA256"),
        P384("nistp384", "secp384r1", 48, "SHA384"),
        P521("nistp521", "secp521r1", 66, "SHA512");

        private final String sshName;
        private final String javaName;
        private final int bytes;
        private final String hash;

        Curve(String sshName, String javaName, int bytes, String hash) {
            this.sshName = sshName;
            this.javaName = javaName;
            this.bytes = bytes;
            this.hash = hash;
        }
    }

    private final Curve curve;
    private final ECPoint point;

    private EcdsaKey(Curve curve, ECPoint point) {
        this.curve = curve;
        this.point = point;
    }

    static EcdsaKey read(Curve curve, WireReader reader) throws Refusal {
        String name = reader.name();
        byte[] encoded = reader.string();
        if (!name.equals(curve.sshName)) {
            throw new Refusal("the public key names curve " + Plain.quoted(name) + " where its type says '"
                    + curve.sshName + "'");
        }
        if (encoded.length != 1 + 2 * curve.bytes || encoded[0] != 4) {
            throw new Refusal("the public key is not an uncompressed point on " + curve.sshName);
        }
        return new EcdsaKey(
                curve,
                new ECPoint(
                        new BigInteger(1, Arrays.copyOfRange(encoded, 1, 1 + curve.bytes)),
                        new BigInteger(1, Arrays.copyOfRange(encoded, 1 + curve.bytes, encoded.length))));
    }

    @Override
    public void verify(byte[] signed, WireReader signature) throws Refusal, GeneralSecurityException {
        WireReader numbers = signature.nested("the signature");
        signature.end();
        BigInteger r = numbers.positive();
        BigInteger s = numbers.positive();
        numbers.end();
        AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
        named.init(new ECGenParameterSpec(curve.javaName));
        ECParameterSpec parameters = named.getParameterSpec(ECParameterSpec.class);
        requireOnCurve(parameters);
        // zero was refused as a number; Java 17.0.0 to 17.0.2 took it for a signature of anything (CVE-2022-21449)
        if (r.compareTo(parameters.getOrder()) >= 0 || s.compareTo(parameters.getOrder()) >= 0) {
            throw VerifyingKey.doesNotMatch();
        }
        Signature verifier = Signature.getInstance(curve.hash + "withECDSAinP1363Format");
        verifier.initVerify(KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, parameters)));
        verifier.update(signed);
        if (!verifier.verify(new WireWriter().raw(fixed(r)).raw(fixed(s)).bytes())) {
            throw VerifyingKey.doesNotMatch();
        }
    }

    private void requireOnCurve(ECParameterSpec parameters) throws Refusal {
        BigInteger prime = ((ECFieldFp) parameters.getCurve().getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        BigInteger right = x.pow(3)
                .add(parameters.getCurve().getA().multiply(x))
                .add(parameters.getCurve().getB())
                .mod(prime);
        if (x.compareTo(prime) >= 0
                || y.compareTo(prime) >= 0
                || !y.pow(2).mod(prime).equals(right)) {
            throw new Refusal("the public key is not a point on " + curve.sshName);
        }
    }

    private byte[] fixed(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[curve.bytes];
        int length = Math.min(bytes.length, curve.bytes);
        System.arraycopy(bytes, bytes.length - length, fixed, curve.bytes - length, length);
        return fixed;
    }
}
