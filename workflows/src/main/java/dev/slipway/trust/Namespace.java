package dev.slipway.trust;

/**
 * The two SSHSIG namespaces. They keep a person's yes and a worker's report apart even if somebody used one key for both:
 * a signature made in one namespace never verifies in the other.
 */
public final class Namespace {

    /** Statements of people and CI: {@code ssh-keygen -Y sign -n slipway}. */
    public static final String STATEMENT = "slipway";

    /** Whatever an environment's key signs: reviews, record entries, receipts, evidence, undo texts. */
    public static final String WORKER = "slipway-worker";

    private Namespace() {}
}
