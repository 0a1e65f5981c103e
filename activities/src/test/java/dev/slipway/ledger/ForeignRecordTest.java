package dev.slipway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.trust.EnvironmentKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The record of another environment, read by a worker that serves only its neighbour. */
class ForeignRecordTest {

    @TempDir
    Path home;

    private final EnvironmentKey key = EnvironmentKey.generate("shop/staging");
    private EnvironmentRecord staging;
    private ForeignRecord foreign;

    @BeforeEach
    void setUp() {
        staging = worker("store", "marks");
        foreign = reader();
    }

    private EnvironmentRecord worker(String store, String marks) {
        return new EnvironmentRecord(
                "shop",
                "staging",
                new DirectoryStore(home.resolve(store)),
                key,
                new LocalMark(home.resolve(marks)),
                Clock.systemUTC());
    }

    private ForeignRecord reader() {
        return new ForeignRecord(
                "shop",
                "staging",
                new DirectoryStore(home.resolve("store")),
                key.publicKey(),
                List.of(),
                new LocalMark(home.resolve("others")));
    }

    private static void notes(EnvironmentRecord into, int many) {
        for (int i = 0; i < many; i++) {
            into.change(head ->
                    Optional.of(new Change(new Event(Event.Kind.RECONCILED, "", "a note", Map.of()), head.state())));
        }
    }

    private Path entry(String store, int number) {
        return home.resolve(store).resolve("record/shop/staging").resolve(String.format("%010d", number));
    }

    /** The store is what it was after some entries, and somebody with the same key goes on from there. */
    private void fork(int after, int many) throws Exception {
        Path folder = Files.createDirectories(entry("fork", 1).getParent());
        for (int number = 1; number <= after; number++) {
            Files.copy(
                    entry("store", number), folder.resolve(entry("fork", number).getFileName()));
        }
        notes(worker("fork", "marks-of-the-fork"), many);
        for (int number = after + 1; number <= after + many; number++) {
            Files.deleteIfExists(entry("store", number));
            Files.copy(entry("fork", number), entry("store", number));
        }
    }

    private void refused(String why) {
        assertThatThrownBy(foreign::state).isInstanceOf(RecordRefused.class).hasMessageContaining(why);
        assertThatThrownBy(reader()::state).isInstanceOf(RecordRefused.class).hasMessageContaining(why);
    }

    @Test
    void goesOnWithItAsItGrows() {
        assertThat(foreign.state()).isEmpty();
        notes(staging, 1);
        assertThat(foreign.state()).contains(State.empty());
        notes(staging, 5);
        assertThat(foreign.state()).contains(State.empty());
        assertThat(reader().state()).contains(State.empty());
    }

    @Test
    void aForkAtTheNumberThatWasSeenIsRefused() throws Exception {
        notes(staging, 3);
        foreign.state();
        fork(2, 2);

        refused("entry 4 of the record is not the one that this worker has seen");
    }

    @Test
    void aForkThatHasGrownPastTheNumberThatWasSeenIsRefused() throws Exception {
        notes(staging, 3);
        foreign.state();
        fork(2, 7);

        refused("entry 4 of the record is not the one that this worker has seen");
        refused("remove '" + home.resolve("others/shop@staging") + "'");

        Files.delete(home.resolve("others/shop@staging"));
        assertThat(foreign.state()).as("once a person has looked").isPresent();
    }

    @Test
    void aRecordThatWasCutBackOrLostWhatWasSeenIsRefused() throws Exception {
        notes(staging, 3);
        foreign.state();
        notes(staging, 3);
        Files.move(entry("store", 4), home.resolve("four"));
        refused("entry 4 of the record is missing");

        Files.move(home.resolve("four"), entry("store", 4));
        assertThat(foreign.state()).isPresent();
        Files.delete(entry("store", 7));
        refused("has gone back to entry 6");
    }

    @Test
    void anEntryOfAForkPutOnTopIsRefused() throws Exception {
        notes(staging, 3);
        foreign.state();
        notes(staging, 1);
        Path fork = Files.createDirectories(entry("fork", 1).getParent());
        for (int number = 1; number <= 3; number++) {
            Files.copy(
                    entry("store", number), fork.resolve(entry("fork", number).getFileName()));
        }
        notes(worker("fork", "marks-of-the-fork"), 3);
        Files.copy(entry("fork", 6), entry("store", 6));

        refused("entry 6 of the record does not follow entry 5");
    }

    private void adopt() {
        Adoption.Found found = staging.adoption().look();
        staging.adoption()
                .goOn(
                        found,
                        new Change(
                                new Event(Event.Kind.ADOPTED, "", "", Map.of("number", Long.toString(found.number()))),
                                State.empty()));
    }

    private void cutBackTo(int number) throws Exception {
        for (int each = number + 1; Files.deleteIfExists(entry("store", each)); each++) {
            // until there is none
        }
    }

    @Test
    void goesOnFromWhereItsOwnPeopleHaveAdoptedIt() throws Exception {
        notes(staging, 2);
        Files.writeString(entry("store", 3), "scribbled over");
        adopt();

        assertThat(foreign.state()).isPresent();
    }

    @Test
    void goesOnByItselfWhereItsPeopleHaveAdoptedItPastJustWhatWasSeen() throws Exception {
        for (int left : new int[] {3, 0}) {
            notes(staging, 5);
            foreign.state();
            cutBackTo(left);
            refused(left == 0 ? "the record is gone" : "has gone back to entry 3");

            adopt();
            assertThat(foreign.state()).isPresent();
            notes(staging, 1);
            assertThat(reader().state()).isPresent();
        }
    }

    @Test
    void isNotTakenBackToAnAdoptionThatItHasSeenMoreThan() throws Exception {
        notes(staging, 5);
        foreign.state();
        cutBackTo(3);
        adopt();
        assertThat(foreign.state()).isPresent();
        notes(staging, 2);
        foreign.state();

        cutBackTo(4);
        refused("has gone back to entry 4, but this worker has seen entry 6");
        cutBackTo(3);
        refused("has gone back to entry 3, but this worker has seen entry 6");
    }

    @Test
    void anAdoptionPastSomethingElseThanWasSeenIsLeftToAPerson() throws Exception {
        notes(staging, 3);
        foreign.state();
        notes(staging, 2);
        cutBackTo(2);
        adopt();

        refused("has gone back to entry 3, but this worker has seen entry 4");
        notes(staging, 1);
        refused("entry 4 of the record is not the one that this worker has seen");
        refused("where its approvers have adopted it so, remove '" + home.resolve("others/shop@staging") + "'");
    }

    @Test
    void readsPastMembersOfANewerVersionAndRefusesItsFormat() throws Exception {
        notes(staging, 1);
        sign(2, "\"state\":{", "\"state\":{\"aNewLaw\":1,");
        assertThat(foreign.state()).isPresent();

        Files.delete(home.resolve("others/shop@staging"));
        sign(2, "\"format\":1", "\"format\":2");
        refused("was written by a newer Slipway (format 2 is not known here); upgrade this worker");
    }

    private void sign(int number, String what, String with) throws Exception {
        String content = Files.readString(entry("store", number));
        String line = content.substring(0, content.indexOf('\n') + 1).replace(what, with);
        Files.writeString(entry("store", number), line + key.sign(line));
    }
}
