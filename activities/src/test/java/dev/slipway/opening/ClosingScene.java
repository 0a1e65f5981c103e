package dev.slipway.opening;

import dev.slipway.ledger.Change;
import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.release.Dock;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A release that is under way, with a service that is watched. */
abstract class ClosingScene {

    Dock dock;
    final MockWebServer http = new MockWebServer();
    volatile int health = 200;

    @BeforeEach
    void setUp(@TempDir Path home) throws Exception {
        dock = new Dock(home);
        dock.files();
        http.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return new MockResponse.Builder().code(health).body("ok").build();
            }
        });
        http.start();
    }

    @AfterEach
    void tearDown() {
        dock.close();
        http.close();
    }

    void unlock() {
        dock.served()
                .record()
                .change(now -> Optional.of(new Change(
                        new Event(Event.Kind.UNLOCKED, "", "for the test", Map.of()),
                        now.state().withoutLock())));
    }

    void lock() {
        dock.served()
                .record()
                .change(now -> Optional.of(new Change(
                        new Event(Event.Kind.LOCKED, "", "for the test", Map.of()),
                        now.state().withLock(new State.Lock(now.hash(), "for the test", dock.clock.instant(), "")))));
    }
}
