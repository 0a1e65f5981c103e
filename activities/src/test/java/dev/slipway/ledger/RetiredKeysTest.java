package dev.slipway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.evidence.Manifest;
import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Sha256;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record whose environment has changed its key, against whoever still has the former one and can write to the store. */
class RetiredKeysTest {

    private static final String REQUEST = "a".repeat(64);

    @TempDir
    Path home;

    private final EnvironmentKey former = EnvironmentKey.generate("shop/production");
    private final EnvironmentKey current = EnvironmentKey.generate("shop/production");
    private Path entries;
    private RetiredKey retired;

    /** Five entries by the former key; the fifth is the last that it may have signed. */
    @BeforeEach
    void setUp() {
        entries = home.resolve("store/record/shop/production");
        EnvironmentRecord before = worker("store", former, List.of(), "marks");
        Head closed = note(before, "a release ends", Map.of("request", REQUEST));
        before.keepClosing(REQUEST, closed);
        note(before, "two");
        note(before, "three");
        Head last = before.change(head -> Optional.of(new Change(
                new Event(Event.Kind.SUSPENDED, "", "four", Map.of()),
                head.state().withSpent(List.of(new State.Spent("spent", Instant.MAX)), Instant.EPOCH))));
        retired = new RetiredKey(former.publicKey(), last.entry().number(), last.hash());
        assertThat(retired.number()).isEqualTo(5);
    }

    private EnvironmentRecord worker(String store, EnvironmentKey key, List<RetiredKey> retired, String marks) {
        return new EnvironmentRecord(
                "shop",
                "production",
                new DirectoryStore(home.resolve(store)),
                key,
                retired,
                new LocalMark(home.resolve(marks)),
                Clock.systemUTC());
    }

    /** A worker after the change, on a machine that has seen nothing. */
    private EnvironmentRecord fresh() {
        return worker("store", current, List.of(retired), "fresh-" + System.nanoTime());
    }

    private static Head note(EnvironmentRecord into, String text) {
        return note(into, text, Map.of());
    }

    private static Head note(EnvironmentRecord into, String text, Map<String, String> facts) {
        return into.change(
                head -> Optional.of(new Change(new Event(Event.Kind.RECONCILED, "", text, facts), head.state())));
    }

    private Path entry(int number) {
        return entries.resolve(DirectoryStore.name(number));
    }

    private static String line(Path entry) throws Exception {
        String content = Files.readString(entry);
        return content.substring(0, content.indexOf('\n') + 1);
    }

    private void sign(int number, String text, EnvironmentKey by) throws Exception {
        Files.writeString(entry(number), text + by.sign(text));
    }

    /** Another history from an entry on, all of it signed by the former key. */
    private void forge(int from, int to) throws Exception {
        for (int number = from; number <= to; number++) {
            sign(
                    number,
                    new Entry(
                                    Entry.FORMAT,
                                    "shop",
                                    "production",
                                    number,
                                    Sha256.hex(line(entry(number - 1))),
                                    Instant.now(),
                                    new Event(Event.Kind.RECONCILED, "", "forged", Map.of("request", REQUEST)),
                                    State.empty())
                            .text(),
                    former);
        }
    }

    private static void refused(EnvironmentRecord by, String why) {
        assertThatThrownBy(by::head).isInstanceOf(RecordRefused.class).hasMessageContaining(why);
        assertThatThrownBy(() -> note(by, "no"))
                .isInstanceOf(RecordRefused.class)
                .hasMessageContaining(why);
        assertThat(by.trouble()).hasValueSatisfying(said -> assertThat(said).contains(why));
    }

    @Test
    void theRecordGoesOnByTheNewKeyWithEverythingThatItKnew() throws Exception {
        EnvironmentRecord after = worker("store", current, List.of(retired), "marks");

        assertThat(after.head().state().spent("spent")).isTrue();
        note(after, "by the new key");
        note(after, "and on");

        for (EnvironmentRecord each : List.of(after, fresh())) {
            assertThat(each.trouble()).isEmpty();
            assertThat(each.head().entry().number()).isEqualTo(7);
            assertThat(each.head().state().spent("spent")).isTrue();
            assertThat(each.find(entry -> entry.event().text().equals("two"))).isPresent();
            assertThat(each.closing(REQUEST))
                    .hasValueSatisfying(
                            closed -> assertThat(closed.entry().event().text()).isEqualTo("a release ends"));
        }
        assertThat(worker("store", current, List.of(), "others").trouble())
                .as("where the worker's file names no former key")
                .hasValueSatisfying(why ->
                        assertThat(why).contains("entry 5 of the record is not signed by this environment's key"));
    }

    @Test
    void theKeyCanBeChangedAgain() {
        EnvironmentRecord second = fresh();
        Head last = note(second, "the second key's last");
        EnvironmentKey third = EnvironmentKey.generate("shop/production");
        List<RetiredKey> both = List.of(
                retired, new RetiredKey(current.publicKey(), last.entry().number(), last.hash()));
        EnvironmentRecord after = worker("store", third, both, "third");
        note(after, "by the third");

        assertThat(worker("store", third, both, "again").trouble()).isEmpty();
        assertThat(after.closing(REQUEST)).isPresent();
        refused(fresh(), "is not signed by this environment's key");
    }

    @Test
    void anEntryAboveByTheFormerKeyIsRefused() throws Exception {
        forge(6, 6);
        refused(fresh(), "entry 6 of the record is not signed by this environment's key");
        Files.delete(entry(6));

        note(fresh(), "by the new key");
        forge(7, 7);
        refused(fresh(), "entry 7 of the record is not signed by this environment's key");
        assertThat(entry(8)).doesNotExist();
    }

    @Test
    void anEntryBelowByTheNewKeyIsRefused() throws Exception {
        sign(4, line(entry(4)), current);

        refused(
                fresh(),
                "entry 4 of the record is not signed by the key "
                        + former.publicKey().fingerprint());
    }

    @Test
    void anotherHashThanThatOfTheNamedEntryIsRefused() {
        RetiredKey other = new RetiredKey(former.publicKey(), 5, "0".repeat(64));

        refused(
                worker("store", current, List.of(other), "other"),
                "is not the one that 'retired-keys' of the worker's file names");
    }

    @Test
    void aForkThatReachesTheNamedEntryIsRefused() throws Exception {
        forge(3, 5);

        refused(fresh(), "is not the one that 'retired-keys' of the worker's file names");
    }

    @Test
    void aForkBelowTheNamedEntryIsRefused() throws Exception {
        note(fresh(), "by the new key");
        note(fresh(), "and on");
        forge(2, 4);

        EnvironmentRecord started = fresh();
        started.proveChain(2000);
        refused(started, "entry 5 of the record does not follow entry 4");
        EnvironmentRecord unproved = fresh();
        assertThatThrownBy(() -> unproved.closing(REQUEST))
                .isInstanceOf(RecordRefused.class)
                .hasMessageContaining("does not follow entry 4");
        assertThat(unproved.adoption().look().trouble()).contains("does not follow entry 4");
    }

    @Test
    void aSingleEntryThatTheFormerKeyHasSignedAnewIsFoundWhereverItIsRead() throws Exception {
        forge(2, 2);

        assertThatThrownBy(() -> fresh().closing(REQUEST)).isInstanceOf(RecordRefused.class);
        assertThatThrownBy(() -> fresh().find(entry -> false)).isInstanceOf(RecordRefused.class);
    }

    @Test
    void aRecordThatDoesNotReachTheNamedEntryIsRefusedByWhoHasSeenNothing() throws Exception {
        Files.delete(entry(5));
        refused(fresh(), "has gone back to entry 4, but 'retired-keys' of the worker's file names entry 5");

        for (int number = 1; number <= 4; number++) {
            Files.delete(entry(number));
        }
        refused(fresh(), "the record is gone, but 'retired-keys' of the worker's file names entry 5");
        assertThatThrownBy(fresh()::headIfAny).isInstanceOf(RecordRefused.class);
        try (Stream<Path> left = Files.list(entries)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void whatPeopleAdoptNeverRestsOnTheFormerKeyAlone() throws Exception {
        Files.delete(entry(5));
        forge(4, 4);
        EnvironmentRecord record = fresh();
        Adoption.Found found = record.adoption().look();
        assertThat(found.head()).as("what the former key alone vouches for").isEmpty();

        Head adopted = record.adoption()
                .goOn(found, new Change(new Event(Event.Kind.ADOPTED, "", "", Map.of("number", "0")), State.empty()));
        assertThat(adopted.entry().number()).isEqualTo(6);
        note(record, "goes on");
        assertThat(fresh().trouble()).isEmpty();
    }

    @Test
    void anEntryAboveByTheFormerKeyIsPassedOverByAnAdoption() throws Exception {
        forge(6, 6);
        EnvironmentRecord record = fresh();
        Adoption.Found found = record.adoption().look();
        assertThat(found.number()).isEqualTo(5);

        record.adoption()
                .goOn(
                        found,
                        new Change(
                                new Event(Event.Kind.ADOPTED, "", "", Map.of("number", "5")),
                                found.head().orElseThrow().state()));
        assertThat(fresh().trouble()).isEmpty();
        assertThat(fresh().head().state().spent("spent")).isTrue();
    }

    @Test
    void evidenceOfTheFormerKeysTimeIsStillFoundAndNoOther() {
        String manifest = new Manifest(
                        Manifest.KIND, Manifest.FORMAT, "shop", "production", "1.0.0", REQUEST, Instant.EPOCH, Map.of())
                .text();
        EnvironmentRecord after = fresh();
        after.keepEvidence(REQUEST, new SignedText(manifest, former.sign(manifest)));
        assertThat(after.evidence(REQUEST)).isPresent();

        String later = "b".repeat(64);
        after.keepClosing(later, note(after, "a release of the new key's time", Map.of("request", later)));
        after.keepEvidence(later, new SignedText(manifest, former.sign(manifest)));
        assertThat(after.evidence(later)).isEmpty();
        assertThat(after.genuine(manifest, former.sign(manifest)))
                .as("a review, or what a watch has seen")
                .isFalse();
    }

    @Test
    void theRecordOfANeighbourIsReadAcrossAChangeOfItsKey() throws Exception {
        ForeignRecord foreign = foreign(List.of(retired));
        assertThat(foreign.state()).as("nothing is signed by the new key yet").isPresent();
        note(fresh(), "by the new key");
        assertThat(foreign.state())
                .hasValueSatisfying(state -> assertThat(state.spent("spent")).isTrue());
        assertThatThrownBy(foreign(List.of())::state)
                .isInstanceOf(RecordRefused.class)
                .hasMessageContaining("is not signed by the key that this worker knows");

        forge(7, 7);
        assertThatThrownBy(foreign::state).isInstanceOf(RecordRefused.class);
    }

    private ForeignRecord foreign(List<RetiredKey> retired) {
        return new ForeignRecord(
                "shop",
                "production",
                new DirectoryStore(home.resolve("store")),
                current.publicKey(),
                retired,
                new LocalMark(home.resolve("neighbour-" + retired.size())));
    }
}
