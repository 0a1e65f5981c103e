package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.DirectoryStore;
import dev.slipway.ledger.EnvironmentRecord;
import dev.slipway.ledger.LocalMark;
import dev.slipway.record.Event;
import dev.slipway.trust.EnvironmentKey;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import picocli.CommandLine;

/** What {@code slipway worker --check} says of an environment's key and record. */
@Isolated("what it says is taken from the whole process's output")
final class WorkerCheckTest {

    @TempDir
    private Path folder;

    private Path file;
    private Path key;

    @BeforeEach
    void setUp() throws Exception {
        Files.createDirectories(folder.resolve("source"));
        Files.createDirectories(folder.resolve("record"));
        key = folder.resolve("production.key");
        EnvironmentKey former = EnvironmentKey.generate("shop/production");
        former.write(key);
        file = folder.resolve("slipway-worker.yaml");
        write("");
        new EnvironmentRecord(
                        "shop",
                        "production",
                        new DirectoryStore(folder.resolve("record")),
                        former,
                        new LocalMark(folder.resolve("elsewhere")),
                        Clock.systemUTC())
                .change(head -> head.entry().number() > 1
                        ? Optional.empty()
                        : Optional.of(
                                new Change(new Event(Event.Kind.RECONCILED, "", "a note", Map.of()), head.state())));
    }

    private void write(String more) throws Exception {
        Files.writeString(file, """
                slipway-worker: 1
                state: state
                record: {directory: record}
                stores: {}
                environments:
                  shop/production:
                    source: {directory: source}
                    key: production.key
                """ + more);
    }

    private String check() {
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            new CommandLine(new WorkerCommand()).execute("--check", "--file", file.toString());
        } finally {
            System.setOut(before);
        }
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void printsTheLineByWhichTheKeyIsChangedAndTakesIt() throws Exception {
        String fingerprint = EnvironmentKey.load(key).publicKey().fingerprint();
        String said = check();
        assertThat(said).contains("newest   entry 2; to change the key now");
        String line = said.lines()
                .map(String::strip)
                .filter(each -> each.startsWith("- {key: "))
                .findFirst()
                .orElseThrow();

        Files.delete(key);
        EnvironmentKey.generate("shop/production").write(key);
        assertThat(check())
                .contains("entry 2 of the record is not signed by this environment's key")
                .doesNotContain("to change the key now");

        write("    retired-keys:\n      " + line + "\n");
        assertThat(check())
                .doesNotContain("problem: shop/production")
                .contains("retired  " + fingerprint + " after entry 2");
    }
}
