package dev.slipway.plan;

import dev.slipway.trust.CanonicalJson;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digests that a plan carries and has. */
final class PlanDigest {

    private PlanDigest() {}

    /** Of the plan: its canonical JSON. */
    static String of(ReleasePlan plan) {
        return CanonicalJson.sha256(plan);
    }

    /** Of a file. */
    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
