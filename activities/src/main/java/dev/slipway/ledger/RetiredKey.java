package dev.slipway.ledger;

import dev.slipway.trust.SshPublicKey;

/**
 * A former key of an environment, as the worker's file names it.
 *
 * @param number of the last entry that it signed; whatever it signs above that is nobody's
 * @param hash of that very entry, from which the hashes of all before it follow
 */
public record RetiredKey(SshPublicKey key, long number, String hash) {}
