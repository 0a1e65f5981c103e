package dev.slipway.ledger;

import java.util.Optional;

/**
 * Where the record of an environment lies. A number, once taken, is never written again; that alone keeps two workers from
 * both winning.
 */
public interface RecordStore {

    /**
     * Proves, before anything is believed, that a number can't be taken twice.
     *
     * @throws RecordRefused where it can
     * @throws StoreUnavailable where it can't be known
     */
    void prove();

    /**
     * Writes an entry durably under a number that nobody has taken.
     *
     * @return false where the number is taken, then nothing is written
     * @throws StoreUnavailable where it can't be known
     */
    boolean create(String service, String environment, long number, byte[] content);

    Optional<byte[]> read(String service, String environment, long number);

    /** The highest number that is taken, not below {@code atLeast}; 0 for none. */
    long newest(String service, String environment, long atLeast);

    /**
     * Keeps a text beside the record by its hash (plans, reviews, statements), or by a name. Of several who keep something
     * by one name, the first one's stays; whoever wants to know reads it back.
     */
    void keep(String service, String environment, String hash, byte[] content);

    Optional<byte[]> kept(String service, String environment, String hash);
}
