package dev.slipway.ledger;

import java.nio.file.Path;

/**
 * Where records lie, or backups, as the worker's file says. A new kind is a class here, one {@link RecordStore}, one
 * line in it.
 */
public sealed interface RecordPlace {

    /** A directory of this host. */
    record Directory(Path path) implements RecordPlace {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A bucket of S3 or what speaks like it. Credentials are found as all of AWS's tools find them.
     *
     * @param prefix before every key, without slashes at its ends; may be empty
     * @param region such as {@code eu-central-1}
     * @param endpoint address of another vendor's store; empty for AWS's own
     */
    record S3(String bucket, String prefix, String region, String endpoint) implements RecordPlace {
        @Override
        public String toString() {
            return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix)
                    + (endpoint.isEmpty() ? "" : " at " + endpoint);
        }
    }

    /** The store there; nothing is asked of it yet. */
    default RecordStore open() {
        return this instanceof S3 s3 ? S3Store.of(s3) : new DirectoryStore(((Directory) this).path());
    }
}
