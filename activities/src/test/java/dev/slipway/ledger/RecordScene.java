package dev.slipway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.trust.EnvironmentKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A record in a directory, workers over it with marks of their own, and somebody who edits it. */
abstract class RecordScene {

    @TempDir
    Path home;

    final EnvironmentKey key = EnvironmentKey.generate("shop/production");
    Path entries;
    EnvironmentRecord record;

    @BeforeEach
    void setUp() {
        entries = home.resolve("store/record/shop/production");
        record = worker("marks");
    }

    /** A worker over the same store, with marks of its own. */
    EnvironmentRecord worker(String marks) {
        return worker("production", key, marks);
    }

    EnvironmentRecord worker(String environment, EnvironmentKey with, String marks) {
        return new EnvironmentRecord(
                "shop",
                environment,
                new DirectoryStore(home.resolve("store")),
                with,
                new LocalMark(home.resolve(marks)),
                Clock.systemUTC());
    }

    static Optional<Change> note(Head head, String text) {
        return Optional.of(new Change(new Event(Event.Kind.RECONCILED, "", text, Map.of()), head.state()));
    }

    void notes(EnvironmentRecord into, int many) {
        for (int i = 0; i < many; i++) {
            String text = "note " + i;
            into.change(head -> note(head, text));
        }
    }

    Path entry(int number) {
        return entries.resolve(String.format("%010d", number));
    }

    void refused(EnvironmentRecord by, String why) {
        assertThatThrownBy(by::head).isInstanceOf(RecordRefused.class).hasMessageContaining(why);
        assertThatThrownBy(() -> by.change(head -> note(head, "no")))
                .isInstanceOf(RecordRefused.class)
                .hasMessageContaining(why);
    }

    /** An entry that a newer version appends after the newest one. */
    void newer(String what, String with) throws Exception {
        Head head = record.head();
        long number = head.entry().number() + 1;
        String text = new Entry(
                        Entry.FORMAT,
                        "shop",
                        "production",
                        number,
                        head.hash(),
                        head.entry().time(),
                        new Event(Event.Kind.RECONCILED, "", "by a newer version", Map.of()),
                        head.state())
                .text();
        assertThat(text).contains(what);
        String newer = text.replace(what, with);
        Files.writeString(entry((int) number), newer + key.sign(newer));
    }
}
