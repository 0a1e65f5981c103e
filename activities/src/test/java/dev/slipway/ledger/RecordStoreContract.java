package dev.slipway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every place for records has to do. */
abstract class RecordStoreContract {

    @TempDir
    Path home;

    /** A client of its own of the same store, as another worker has one. */
    abstract RecordStore store();

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Optional<String> text(Optional<byte[]> content) {
        return content.map(each -> new String(each, StandardCharsets.UTF_8));
    }

    @Test
    void aNumberIsTakenOnce() {
        RecordStore store = store();
        store.prove();

        assertThat(store.create("shop", "production", 1, bytes("one"))).isTrue();
        assertThat(store().create("shop", "production", 1, bytes("another"))).isFalse();
        assertThat(text(store.read("shop", "production", 1))).contains("one");
        assertThat(store.read("shop", "production", 2)).isEmpty();
    }

    @Test
    void theNewestIsTheHighestOfThisEnvironmentAlone() {
        RecordStore store = store();
        assertThat(store.newest("shop", "production", 0)).isZero();
        for (long number = 1; number <= 12; number++) {
            store.create("shop", "production", number, bytes("entry " + number));
        }
        store.create("shop", "production-eu", 40, bytes("of another"));
        store.create("shop2", "production", 50, bytes("of another"));
        store.keep("shop", "production", "9999999999", bytes("kept, and no entry"));

        assertThat(store.newest("shop", "production", 0)).isEqualTo(12);
        assertThat(store.newest("shop", "production", 9)).isEqualTo(12);
        assertThat(store.newest("shop", "production", 12)).isEqualTo(12);
        assertThat(store.newest("shop", "production", 20))
                .as("it went back below what was seen")
                .isEqualTo(12);
    }

    @Test
    void whatIsKeptStaysAsItWasFirst() {
        RecordStore store = store();
        store.keep("shop", "production", "abc", bytes("first"));
        store.keep("shop", "production", "abc", bytes("second"));

        assertThat(text(store().kept("shop", "production", "abc"))).contains("first");
        assertThat(store.kept("shop", "staging", "abc")).isEmpty();
    }

    @Test
    void ofThoseWhoKeepByOneNameAtATimeOneIsFirstForAll() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(6);
        for (int round = 0; round < 10; round++) {
            String name = "claim-" + round;
            CountDownLatch go = new CountDownLatch(1);
            List<CompletableFuture<Optional<String>>> all = new ArrayList<>();
            for (int thread = 0; thread < 6; thread++) {
                String mine = "thread " + thread;
                all.add(CompletableFuture.supplyAsync(
                        () -> {
                            RecordStore store = store();
                            await(go);
                            store.keep("shop", "production", name, bytes(mine));
                            return text(store.kept("shop", "production", name));
                        },
                        threads));
            }
            go.countDown();
            Set<Optional<String>> seen = new HashSet<>();
            for (CompletableFuture<Optional<String>> each : all) {
                seen.add(each.get(100, TimeUnit.SECONDS));
            }
            assertThat(seen).hasSize(1).doesNotContain(Optional.empty());
        }
        threads.shutdown();
    }

    private static void await(CountDownLatch go) {
        try {
            go.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void racingWorkersLoseNothingAndForkNothing() throws Exception {
        EnvironmentKey key = EnvironmentKey.generate("shop/production");
        List<EnvironmentRecord> workers = new ArrayList<>();
        for (int worker = 0; worker < 3; worker++) {
            workers.add(new EnvironmentRecord(
                    "shop",
                    "production",
                    store(),
                    key,
                    new LocalMark(home.resolve("marks-" + worker)),
                    Clock.systemUTC()));
        }
        ExecutorService threads = Executors.newFixedThreadPool(6);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int thread = 0; thread < 6; thread++) {
            EnvironmentRecord mine = workers.get(thread % workers.size());
            String name = "thread " + thread;
            all.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < 6; i++) {
                            String text = name + " " + i;
                            mine.change(head -> Optional.of(
                                    new Change(new Event(Event.Kind.RECONCILED, "", text, Map.of()), head.state())));
                        }
                    },
                    threads));
        }
        for (CompletableFuture<Void> each : all) {
            each.get(100, TimeUnit.SECONDS);
        }
        threads.shutdown();

        RecordStore store = store();
        String previous = Entry.NO_PREVIOUS;
        List<String> said = new ArrayList<>();
        for (long number = 1; number <= 37; number++) {
            String content = text(store.read("shop", "production", number)).orElseThrow();
            String line = content.substring(0, content.indexOf('\n') + 1);
            assertThat(Entry.parse(line).previous()).isEqualTo(previous);
            said.add(Entry.parse(line).event().text());
            previous = Sha256.hex(line);
        }
        assertThat(said).doesNotHaveDuplicates().hasSize(37);
        assertThat(store.newest("shop", "production", 0)).isEqualTo(37);
    }
}
