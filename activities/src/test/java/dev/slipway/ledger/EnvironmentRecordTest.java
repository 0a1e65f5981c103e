package dev.slipway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The record against races, and against somebody who edits its directory. */
class EnvironmentRecordTest extends RecordScene {

    @Test
    void noNumberIsLostOrTakenTwiceByRacingWorkers() throws Exception {
        List<EnvironmentRecord> workers = List.of(record, worker("marks"), worker("other-marks"));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<CompletableFuture<List<Long>>> all = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            EnvironmentRecord mine = workers.get(thread % workers.size());
            String name = "thread " + thread;
            all.add(CompletableFuture.supplyAsync(
                    () -> {
                        List<Long> numbers = new ArrayList<>();
                        for (int i = 0; i < 15; i++) {
                            String text = name + " " + i;
                            numbers.add(mine.change(head -> note(head, text))
                                    .entry()
                                    .number());
                        }
                        return numbers;
                    },
                    threads));
        }
        List<Long> taken = new ArrayList<>();
        for (CompletableFuture<List<Long>> each : all) {
            taken.addAll(each.get(60, TimeUnit.SECONDS));
        }
        threads.shutdown();

        assertThat(taken).hasSize(120).doesNotHaveDuplicates();
        assertThat(taken.stream().mapToLong(Long::longValue).max()).hasValue(121);
        String previous = Entry.NO_PREVIOUS;
        for (int number = 1; number <= 121; number++) {
            String content = Files.readString(entry(number));
            String text = content.substring(0, content.indexOf('\n') + 1);
            assertThat(record.genuine(text, content.substring(text.length()))).isTrue();
            assertThat(Entry.parse(text).previous()).isEqualTo(previous);
            previous = Sha256.hex(text);
        }
        try (var left = Files.list(entries)) {
            assertThat(left).hasSize(121);
        }
    }

    @Test
    void aRecordThatWasCutBackRefusesEverything() throws Exception {
        notes(record, 4);
        Files.delete(entry(5));
        Files.delete(entry(4));

        refused(record, "has gone back to entry 3");
        refused(worker("marks"), "has gone back to entry 3");
        assertThat(entry(4)).doesNotExist();
    }

    @Test
    void aRecordThatWasEmptiedRefusesEverything() throws Exception {
        notes(record, 2);
        for (int number = 1; number <= 3; number++) {
            Files.delete(entry(number));
        }

        refused(record, "the record is gone");
        refused(worker("marks"), "the record is gone");
        assertThat(entry(1)).doesNotExist();
    }

    @Test
    void aRecordThatWasForkedIsRefused() throws Exception {
        notes(record, 1);
        Path before = Files.createDirectories(home.resolve("before"));
        for (int number = 1; number <= 2; number++) {
            Files.copy(entry(number), before.resolve(entry(number).getFileName()));
        }
        notes(record, 2);
        for (int number = 3; number <= 4; number++) {
            Files.delete(entry(number));
        }
        // another worker, which knows nothing of 3 and 4, goes on from 2
        notes(worker("fresh"), 3);

        refused(worker("marks"), "is not the one that this worker has seen");
        refused(record, "is not the one that this worker has seen");
    }

    @Test
    void oneEditedByteIsRefused() throws Exception {
        notes(record, 2);
        byte[] bytes = Files.readAllBytes(entry(3));
        for (int at : new int[] {0, 40, bytes.length / 2, bytes.length - 60}) {
            byte[] edited = bytes.clone();
            edited[at] ^= 1;
            Files.write(entry(3), edited);
            assertThatThrownBy(worker("fresh-" + at)::head)
                    .as("byte " + at)
                    .isInstanceOf(RecordRefused.class)
                    .hasMessageContaining("is not signed by this environment's key");
        }
    }

    @Test
    void anEditedPredecessorIsRefused() throws Exception {
        notes(record, 2);
        Files.writeString(entry(2), Files.readString(entry(2)).replace("note 0", "note 9"));

        refused(worker("fresh"), "entry 2 of the record is not signed");
    }

    @Test
    void anEntryThatIsEmptyOrOneLongLineIsRefused() throws Exception {
        notes(record, 2);
        for (String content : List.of("", "no line", "\n", "{}\n", "\0\0\0")) {
            Files.writeString(entry(3), content);
            refused(worker("marks"), "entry 3 of the record is not signed");
        }
    }

    @Test
    void anEntryOfAnotherKeyIsRefused() throws Exception {
        notes(record, 1);
        EnvironmentRecord stranger = worker("production", EnvironmentKey.generate("evil"), "evil-marks");

        refused(stranger, "is not signed by this environment's key");
        String text = Files.readString(entry(2));
        String line = text.substring(0, text.indexOf('\n') + 1);
        Files.writeString(entry(2), line + EnvironmentKey.generate("evil").sign(line));
        refused(record, "entry 2 of the record is not signed");
    }

    @Test
    void anEntryOfAnotherEnvironmentWithTheSameKeyIsRefused() throws Exception {
        notes(record, 1);
        EnvironmentRecord staging = worker("staging", key, "staging-marks");
        notes(staging, 2);
        Files.copy(home.resolve("store/record/shop/staging/0000000003"), entry(3));

        refused(record, "belongs to shop/staging");
    }

    @Test
    void anEntryUnderAnotherNumberIsRefused() throws Exception {
        notes(record, 2);
        Files.copy(entry(2), entry(4));

        refused(record, "belongs to shop/production 2");
    }

    @Test
    void anEntryThatDoesNotFollowIsRefused() throws Exception {
        notes(record, 2);
        Files.copy(entry(3), home.resolve("third"));
        Files.delete(entry(3));
        Files.delete(entry(2));
        EnvironmentRecord other = worker("other");
        other.change(head -> note(head, "another second"));
        Files.copy(home.resolve("third"), entry(3));

        refused(worker("fresh"), "does not follow entry 2");
    }

    @Test
    void whatElseTheKeySignsIsNoEntry() throws Exception {
        notes(record, 1);
        String text = "{\"format\":1,\"service\":\"shop\",\"environment\":\"production\"}\n";
        Files.writeString(entry(3), text + record.sign(text).signature());

        refused(record, "belongs to shop/production 0");
    }

    @Test
    void aBrokenMarkStopsEverything() throws Exception {
        notes(record, 1);
        Path mark = home.resolve("marks/shop@production");
        for (String broken : List.of("", "\n", "two words", "3", "\0", "-1 abc", "0 abc", "9999999999999999999999 a")) {
            Files.writeString(mark, broken);
            assertThatThrownBy(worker("marks")::head).as(broken).isInstanceOf(RecordRefused.class);
        }
    }

    @Test
    void sshKeygenItselfVerifiesAnEntry() throws Exception {
        notes(record, 1);
        String content = Files.readString(entry(2));
        int end = content.indexOf('\n') + 1;
        Path signature = Files.writeString(home.resolve("entry.sig"), content.substring(end));
        Path signers = Files.writeString(
                home.resolve("signers"),
                "worker namespaces=\"slipway-worker\" " + key.publicKey().line() + "\n");
        Process verify = new ProcessBuilder(
                        "ssh-keygen",
                        "-Y",
                        "verify",
                        "-f",
                        signers.toString(),
                        "-I",
                        "worker",
                        "-n",
                        "slipway-worker",
                        "-s",
                        signature.toString())
                .redirectErrorStream(true)
                .start();
        verify.getOutputStream().write(content.substring(0, end).getBytes(StandardCharsets.UTF_8));
        verify.getOutputStream().close();
        String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(verify.waitFor()).as(said).isZero();
        assertThat(said).contains("Good \"slipway-worker\" signature");
    }

    @Test
    void aDiskThatDoesNotTakeIsAnOutageAndNotARefusal() throws Exception {
        Files.createDirectories(entries.getParent().getParent());
        Files.writeString(entries.getParent(), "a file where the folder should be");

        assertThatThrownBy(record::head).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> record.keep("text")).isInstanceOf(StoreUnavailable.class);
    }

    @Test
    void aMarkThatCanNotBeWrittenIsAnOutage() throws Exception {
        Files.writeString(home.resolve("marks"), "a file where the folder should be");

        assertThatThrownBy(record::head).isInstanceOfAny(StoreUnavailable.class, RecordRefused.class);
    }

    @Test
    void whatAKillLeavesBehindIsHarmless() throws Exception {
        notes(record, 2);
        Files.writeString(entries.resolve(".new-1234"), "half an en");
        Files.writeString(entries.resolve("0000000004.tmp"), "half");
        Files.createLink(entries.resolve(".new-5678"), entry(3));
        Files.writeString(home.resolve("marks/.new-1"), "");

        EnvironmentRecord again = worker("marks");
        notes(again, 1);

        assertThat(again.head().entry().number()).isEqualTo(4);
        assertThat(worker("fresh").head().entry().event().text()).isEqualTo("note 0");
    }

    @Test
    void aKeptTextIsWhatItsHashSaysOrNothing() throws Exception {
        record.head();
        String hash = record.keep("the plan");
        assertThat(record.kept(hash)).contains("the plan");
        Files.writeString(entries.resolve("kept").resolve(hash), "another plan");

        assertThat(record.kept(hash)).isEmpty();
        assertThat(record.kept("a".repeat(64))).isEmpty();
        for (String path : List.of("", ".", "..", "/dev/zero", "../0000000001", "a/b", "a\0b")) {
            assertThat(record.kept(path)).as(path).isEmpty();
        }
    }

    @Test
    void aRecordBeginsOnceHoweverManyBeginIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<CompletableFuture<Head>> heads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            EnvironmentRecord mine = worker("marks-" + i);
            heads.add(CompletableFuture.supplyAsync(mine::head, threads));
        }
        for (CompletableFuture<Head> head : heads) {
            assertThat(head.get(20, TimeUnit.SECONDS).entry().number()).isEqualTo(1);
            assertThat(head.get().state()).isEqualTo(State.empty());
        }
        threads.shutdown();
    }

    @Test
    void aMarkThatCanNotBeReadForTheMomentIsWorthAnotherTry() throws Exception {
        record.head();
        Path mark = home.resolve("marks/shop@production");
        byte[] content = Files.readAllBytes(mark);
        Files.delete(mark);
        Files.createDirectory(mark);

        assertThatThrownBy(worker("marks")::head)
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("can't be read");

        Files.delete(mark);
        Files.write(mark, content);
        assertThat(worker("marks").head().entry().number()).isEqualTo(1);
    }

    @Test
    void anOldEntryThatWasEditedOrIsMissingStopsEverythingWhenAWorkerStarts() throws Exception {
        notes(record, 8);
        String sound = Files.readString(entry(4));
        Files.writeString(entry(4), sound.replace("note 2", "note 9"));
        EnvironmentRecord started = worker("marks");
        started.proveChain(2000);
        refused(started, "entry 4 of the record is not signed");
        assertThat(worker("marks").trouble())
                .hasValueSatisfying(why -> assertThat(why).contains("entry 4"));
        assertThat(worker("marks").adoption().look().trouble()).contains("entry 4");

        Files.delete(entry(4));
        EnvironmentRecord other = worker("marks");
        other.proveChain(2000);
        refused(other, "entry 4 of the record is missing");

        Files.writeString(entry(4), sound);
        assertThat(other.head().entry().number())
                .as("brought back, without a new start")
                .isEqualTo(9);
        EnvironmentRecord whole = worker("marks");
        whole.proveChain(2000);
        assertThat(whole.head().entry().number()).isEqualTo(9);
        assertThat(whole.trouble()).isEmpty();
    }

    @Test
    void nothingIsJudgedByAnEntryOrAppendedAfterItThatANewerVersionWrote() throws Exception {
        Map<String, String> newer = Map.of(
                "\"state\":{", "\"state\":{\"aNewLaw\":[{\"until\":1}],",
                "\"live\":{", "\"live\":{\"aNewLaw\":1,",
                "\"format\":1", "\"format\":2",
                "\"RECONCILED\"", "\"A_NEW_EVENT\"");
        notes(record, 1);
        for (Map.Entry<String, String> each : newer.entrySet()) {
            newer(each.getKey(), each.getValue());
            for (EnvironmentRecord older : List.of(
                    record, worker("marks"), worker("fresh-" + each.getValue().hashCode()))) {
                refused(older, "entry 3 of the record was written by a newer Slipway");
                assertThatThrownBy(older::head)
                        .isInstanceOf(NewerEntry.class)
                        .hasMessageContaining("upgrade this worker");
                assertThat(older.trouble())
                        .hasValueSatisfying(why -> assertThat(why).contains("upgrade this worker"));
                older.proveChain(2000);
                assertThatThrownBy(older::head).isInstanceOf(NewerEntry.class);
            }
            assertThat(entry(4)).doesNotExist();
            Files.delete(entry(3));
            Files.deleteIfExists(home.resolve("marks/shop@production"));
            record = worker("marks");
        }
        assertThat(record.head().entry().number()).as("without that entry").isEqualTo(2);
    }

    @Test
    void whatANewerVersionWroteAndLeftAgainStopsNobody() throws Exception {
        notes(record, 1);
        newer("\"state\":{", "\"state\":{\"aNewLaw\":1,");
        String text = Files.readString(entry(3));
        String line = text.substring(0, text.indexOf('\n') + 1);
        String next = new Entry(
                        Entry.FORMAT,
                        "shop",
                        "production",
                        4,
                        Sha256.hex(line),
                        Entry.parse(line).time(),
                        new Event(Event.Kind.RECONCILED, "", "the new law is over", Map.of()),
                        State.empty())
                .text();
        Files.writeString(entry(4), next + key.sign(next));

        assertThat(worker("marks").trouble()).isEmpty();
        worker("marks").change(head -> note(head, "goes on"));
        assertThat(record.head().entry().number()).isEqualTo(5);
    }
}
