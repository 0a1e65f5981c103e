package dev.slipway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.record.Event;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** People who go on with a record that has gone back, or was written by a newer version. */
class AdoptionTest extends RecordScene {

    private static Change adoption(Adoption.Found found) {
        return new Change(
                new Event(Event.Kind.ADOPTED, "", "", Map.of("number", Long.toString(found.number()))),
                found.head().orElseThrow().state());
    }

    private void cutBackTo(int number) throws Exception {
        for (int each = number + 1; Files.deleteIfExists(entry(each)); each++) {
            // until there is none
        }
    }

    @Test
    void whatPeopleHaveAdoptedGoesOnForTheOtherWorkersToo() throws Exception {
        notes(record, 5);
        EnvironmentRecord other = worker("other-marks");
        other.head();
        EnvironmentRecord late = worker("late-marks");
        late.head();
        cutBackTo(3);
        record.adoption()
                .goOn(record.adoption().look(), adoption(record.adoption().look()));

        assertThat(other.head().entry().number()).isEqualTo(4);
        assertThat(worker("other-marks").head().entry().number()).isEqualTo(4);
        notes(record, 4);
        assertThat(late.head().entry().number())
                .as("when its number is there again")
                .isEqualTo(8);
    }

    @Test
    void anAdoptionExcusesNothingThatItsWorkerHadNotSeen() throws Exception {
        notes(record, 5);
        EnvironmentRecord other = worker("other-marks");
        notes(other, 1);
        cutBackTo(3);
        record.adoption()
                .goOn(record.adoption().look(), adoption(record.adoption().look()));

        refused(other, "gone back to entry 4, but this worker has seen entry 7");

        notes(record, 2);
        cutBackTo(4);
        refused(record, "gone back to entry 4, but this worker has seen entry 6");
    }

    @Test
    void noQuorumAdoptsPastAnEntryThatANewerVersionWrote() throws Exception {
        notes(record, 1);
        newer("\"state\":{", "\"state\":{\"aNewLaw\":1,");
        Adoption.Found found = record.adoption().look();
        assertThat(found.trouble()).contains("upgrade this worker");
        assertThat(found.number()).isEqualTo(3);
        assertThatThrownBy(() -> record.adoption()
                        .goOn(found, note(found.head().orElseThrow(), "no").orElseThrow()))
                .isInstanceOf(NewerEntry.class);

        Files.delete(entry(3));
        Files.deleteIfExists(home.resolve("marks/shop@production"));
        record = worker("marks");
        newer("\"format\":1", "\"format\":2");
        assertThatThrownBy(() -> record.adoption().look()).isInstanceOf(NewerEntry.class);
        assertThat(entry(4)).doesNotExist();
    }
}
