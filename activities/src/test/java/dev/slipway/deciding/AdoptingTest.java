package dev.slipway.deciding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.environment.EnvironmentActivities.DecideResult;
import dev.slipway.ledger.Adoption;
import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.release.Dock;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A record that is missing, or has gone back, refuses everything until people have adopted it. */
class AdoptingTest extends DecidingScene {

    private Path entries() {
        return dock.home.resolve("store/record/shop/production");
    }

    private void cutBack(long to) throws Exception {
        try (Stream<Path> files = Files.list(entries())) {
            for (Path file : files.filter(each -> each.getFileName().toString().matches("\\d+"))
                    .toList()) {
                if (Long.parseLong(file.getFileName().toString()) > to) {
                    Files.delete(file);
                }
            }
        }
        dock.serve(Dock.NO_FLOOR);
    }

    private SignedStatement adoption(String by, String version, Object what) throws Exception {
        var found = dock.served().record().adoption().look();
        State state = found.head().map(head -> head.state()).orElse(State.empty());
        return word(Kind.ADOPT, by, state.base(), version, what);
    }

    @Test
    void aRecordThatHasGoneBackIsAdoptedByTheQuorumAndGoesOn() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        long newest = dock.served().record().head().entry().number();
        cutBack(newest - 3);
        var found = dock.served().record().adoption().look();
        assertThat(found.trouble()).contains("gone back to entry " + (newest - 3));
        Map<String, Object> what = Map.of("number", found.number(), "hash", found.hash());

        assertThat(dock.decide(adoption("ana", "", Map.of("number", 1, "hash", found.hash())))
                        .text())
                .contains("that is not what the statement adopts");
        assertThat(dock.decide(adoption("mallory", "", what)).done()).isFalse();
        DecideResult adopted = dock.decide(adoption("ana", "", what));

        assertThat(adopted.done()).as(adopted.text()).isTrue();
        assertThat(dock.served().record().adoption().look().trouble()).isEmpty();
        assertThat(dock.served().record().head().entry().number()).isEqualTo(newest - 2);
        assertThat(last().kind()).isEqualTo(Event.Kind.ADOPTED);
        assertThat(last().facts().get("trouble")).contains("gone back");
    }

    @Test
    void noTargetIsAdoptedThatThePlanDoesNotHave() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        cutBack(dock.served().record().head().entry().number() - 3);
        var found = dock.served().record().adoption().look();
        Map<String, Object> what = Map.of("number", found.number(), "hash", found.hash());
        Map<String, Object> misspelt = new TreeMap<>(what);
        misspelt.put("targets", Map.of("webb", "1.1.0"));
        Map<String, Object> spelt = new TreeMap<>(what);
        spelt.put("targets", Map.of("web", "1.1.0"));

        assertThat(dock.decide(adoption("ana", "1.1.0", misspelt)).text())
                .contains("there is no target 'webb' (did you mean `web`?); there are [web]");
        assertThat(dock.decide(adoption("ana", "", spelt)).text()).contains("no version that serves there");
        DecideResult adopted = dock.decide(adoption("ana", "1.1.0", spelt));

        assertThat(adopted.done()).as(adopted.text()).isTrue();
        assertThat(dock.state().live().targets()).containsEntry("web", "1.1.0");
    }

    @Test
    void aLostRecordBeginsAnewWithWhatIsLive() throws Exception {
        dock.recovery("spare");
        dock.serve(Dock.NO_FLOOR);
        dock.released("1.0.0");
        cutBack(0);
        assertThat(dock.served().record().adoption().look().trouble()).contains("the record is gone");
        Dock.Draft draft =
                dock.word(Kind.ADOPT, Deciding.RECOVERY, State.empty().base());
        draft.key = "spare";
        draft.version = "1.0.0";
        draft.what = Statement.what(Map.of("number", 0, "hash", "", "targets", Map.of("web", "1.0.0")));

        DecideResult adopted = dock.decide(draft.signed());

        assertThat(adopted.done()).as(adopted.text()).isTrue();
        assertThat(dock.state().live().version()).isEqualTo("1.0.0");
        assertThat(dock.served().record().head().entry().number()).isEqualTo(1);
        assertThat(last().text()).startsWith("BY THE RECOVERY KEY: a new record was begun by recovery");
    }

    @Test
    void aSoundRecordIsNotAdopted() throws Exception {
        dock.released("1.0.0");
        var found = dock.served().record().adoption().look();

        assertThat(dock.decide(adoption("ana", "", Map.of("number", found.number(), "hash", found.hash())))
                        .text())
                .contains("is sound; there is nothing to adopt");
    }

    private void broken(String text) throws Exception {
        Path newest = newest();
        Files.writeString(newest, text);
        dock.serve(Dock.NO_FLOOR);
    }

    private Path newest() throws Exception {
        try (Stream<Path> entries = Files.list(dock.entries())) {
            return entries.filter(Files::isRegularFile)
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    @Test
    void aNewestEntryThatWasEditedIsGoneOnFromTheOneBefore() throws Exception {
        dock.released("1.0.0");
        long number = dock.served().record().head().entry().number();
        for (String text : List.of("", Files.readString(newest()).replace("succeeded", "sacceeded"))) {
            broken(text);
            Adoption.Found found = dock.served().record().adoption().look();
            assertThat(found.trouble()).contains("is not signed by this environment's key");
            assertThat(found.taken()).isGreaterThan(found.number());
            dock.serve(Dock.NO_FLOOR);
            Dock.Draft adopt = dock.word(
                    Kind.ADOPT, "ana", found.head().orElseThrow().state().base());
            adopt.version = "1.0.0";
            adopt.confirm = "";
            adopt.what = Statement.what(
                    Map.of("number", found.number(), "hash", found.hash(), "targets", Map.of("web", "1.0.0")));
            DecideResult adopted = dock.decide(adopt.signed());
            assertThat(adopted.done()).as(adopted.text()).isTrue();
            assertThat(dock.served().record().head().entry().number()).isGreaterThan(number);
            assertThat(dock.served().record().trouble()).isEmpty();
            assertThat(dock.served().record().find(entry -> false))
                    .as("what was passed over is in nobody's way")
                    .isEmpty();
            assertThat(dock.served().record().back(100, any -> true))
                    .extracting(any -> any.entry().number())
                    .contains(1L)
                    .doesNotHaveDuplicates();
        }
        assertThat(dock.state().live().version()).isEqualTo("1.0.0");
    }
}
