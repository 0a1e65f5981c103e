package dev.slipway.notifying;

import dev.slipway.ledger.RecordPlace;

class DailySummariesInADirectoryTest extends DailySummariesContract {

    @Override
    RecordPlace place() {
        return new RecordPlace.Directory(home.resolve("shared"));
    }
}
