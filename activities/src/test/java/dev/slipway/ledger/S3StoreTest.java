package dev.slipway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bucket of a real S3 server as the place of a record, and servers that lie. */
class S3StoreTest extends RecordStoreContract {

    @TempDir
    private static Path folder;

    private static S3Server server;

    private String prefix;

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

    @BeforeEach
    void fresh() {
        prefix = "test/" + UUID.randomUUID();
    }

    @Override
    RecordStore store() {
        return server.place(prefix).open();
    }

    @Test
    void theAnswerThatWasLostIsTakenForWhatItWas() {
        RecordStore store = store();
        assertThat(store.create("shop", "production", 1, bytes("mine"))).isTrue();

        assertThat(store.create("shop", "production", 1, bytes("mine")))
                .as("the same bytes: the first answer did not come through")
                .isTrue();
    }

    @Test
    void theNewestIsFoundAcrossGaps() {
        RecordStore store = store();
        for (long number : new long[] {1, 999, 1000, 1001, 1500}) {
            store.create("shop", "production", number, bytes("entry"));
        }
        assertThat(store.newest("shop", "production", 0)).isEqualTo(1500);
        assertThat(store.newest("shop", "production", 1001)).isEqualTo(1500);
    }

    @Test
    void aBucketThatIsNotThereIsAnOutageWithItsName() {
        RecordStore store = new RecordPlace.S3("no-such-bucket", "", "us-east-1", server.endpoint()).open();

        assertThatThrownBy(store::prove)
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("s3://no-such-bucket at " + server.endpoint());
    }

    private static RecordStore of(MockWebServer lying) {
        return new RecordPlace.S3(
                        "records", "", "us-east-1", lying.url("/").toString().replaceAll("/$", ""))
                .open();
    }

    @Test
    void aStoreThatIgnoresTheConditionIsRefused() throws Exception {
        try (MockWebServer lying = new MockWebServer()) {
            lying.setDispatcher(new Dispatcher() {
                @Override
                public MockResponse dispatch(RecordedRequest request) {
                    return new MockResponse.Builder().code(200).build();
                }
            });
            lying.start();

            assertThatThrownBy(() -> of(lying).prove())
                    .isInstanceOf(RecordRefused.class)
                    .hasMessageContaining("lets a name be taken twice");
        }
    }

    @Test
    void aConflictIsTriedAgainAndNeverTakenForAYes() throws Exception {
        AtomicInteger puts = new AtomicInteger();
        try (MockWebServer busy = new MockWebServer()) {
            busy.setDispatcher(new Dispatcher() {
                @Override
                public MockResponse dispatch(RecordedRequest request) {
                    boolean conflict = request.getMethod().equals("PUT") && puts.incrementAndGet() < 3;
                    return new MockResponse.Builder()
                            .code(conflict ? 409 : 200)
                            .body(conflict ? "<Error><Code>ConditionalRequestConflict</Code></Error>" : "")
                            .build();
                }
            });
            busy.start();

            assertThat(of(busy).create("shop", "production", 1, bytes("one"))).isTrue();
            assertThat(puts).hasValue(3);
            puts.set(-100);
            assertThatThrownBy(() -> of(busy).create("shop", "production", 1, bytes("one")))
                    .isInstanceOf(StoreUnavailable.class);
        }
    }
}
