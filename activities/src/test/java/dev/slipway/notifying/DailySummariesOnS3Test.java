package dev.slipway.notifying;

import dev.slipway.ledger.RecordPlace;
import dev.slipway.ledger.S3Server;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class DailySummariesOnS3Test extends DailySummariesContract {

    @TempDir
    private static Path folder;

    private static S3Server server;

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.start(folder);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    RecordPlace place() {
        return server.place("records/" + home.getFileName());
    }
}
