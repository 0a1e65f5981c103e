package dev.slipway.ledger;

/** A directory as the place of a record. */
class DirectoryStoreTest extends RecordStoreContract {

    @Override
    RecordStore store() {
        return new RecordPlace.Directory(home.resolve("store")).open();
    }
}
