package dev.slipway.vendor;

import java.time.Instant;
import java.util.Optional;

/** What a vendor's API did instead of what it was asked for. Its message is for people and holds no secret. */
public final class VendorFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** The kinds of failure; their names are stable, and the types of failures in Temporal. */
    public enum Type {
        /** No way to the server, or it broke off. */
        VENDOR_UNREACHABLE(true),
        /** No whole answer in time. */
        VENDOR_TIMED_OUT(true),
        /** Too many questions; see {@link VendorFailure#again}. */
        VENDOR_RATE_LIMITED(true),
        /** A failure of the server's own, 5xx. */
        VENDOR_BROKEN(true),
        /** An answer that is not what the API promises: HTML, half a document. */
        VENDOR_UNREADABLE(true),
        /** The credential is wrong, or has expired. */
        VENDOR_UNAUTHORIZED(false),
        /** The credential is right, and not enough. */
        VENDOR_FORBIDDEN(false),
        /** There is no such thing, or the credential does not see it. */
        VENDOR_NOT_FOUND(false),
        /** The vendor does not want it so. */
        VENDOR_REFUSED(false);

        private final boolean passes;

        Type(boolean passes) {
            this.passes = passes;
        }

        /** Whether the same question may be answered later. */
        public boolean passes() {
            return passes;
        }
    }

    private final Type type;
    private final String sentence;
    private final Instant again;

    VendorFailure(Type type, String sentence, String requestId, Instant again) {
        super(requestId.isEmpty() ? sentence : sentence + " (request id " + requestId + ")");
        this.type = type;
        this.sentence = sentence;
        this.again = again;
    }

    public Type type() {
        return type;
    }

    /** The message without the request's id: the same for the same failure. */
    public String sentence() {
        return sentence;
    }

    /** When the vendor takes questions again, where it says so. */
    public Optional<Instant> again() {
        return Optional.ofNullable(again);
    }
}
