package dev.slipway.benchmarks;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.EnvironmentRecord;
import dev.slipway.ledger.LocalMark;
import dev.slipway.ledger.RecordPlace;
import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.SignatureCheck;
import dev.slipway.trust.SignedStatement;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What trust costs: the check of a signature, and an entry of the record in a directory. */
final class Ledger {

    private static final int WARM = 500;
    private static final int RUNS = 200;

    private Ledger() {}

    static void measure(Path home, Supplier<SignedStatement> statement, EnvironmentKey ana) throws Exception {
        SignedStatement signed = statement.get();
        Map<String, List<String>> people = Map.of("ana", List.of(ana.publicKey().line()));
        Figures checks = new Figures();
        for (int run = 0; run < WARM + RUNS; run++) {
            long began = System.nanoTime();
            if (!(SignatureCheck.of(signed, people) instanceof SignatureCheck.Genuine)) {
                throw new IllegalStateException("the signature does not verify");
            }
            if (run >= WARM) {
                checks.add(millis(began));
            }
        }
        EnvironmentKey key = EnvironmentKey.generate("shop/production");
        EnvironmentRecord record = new EnvironmentRecord(
                "shop",
                "production",
                new RecordPlace.Directory(home.resolve("ledger")).open(),
                key,
                new LocalMark(home.resolve("ledger-marks")),
                Clock.systemUTC());
        State state = grown();
        Figures steps = new Figures();
        Figures synced = new Figures();
        for (int run = 0; run < RUNS + 50; run++) {
            long began = System.nanoTime();
            append(record, state, Event.Kind.BEGAN);
            append(record, state, Event.Kind.DONE);
            long raw = System.nanoTime();
            // the disk's part of it: four files that are on it, and two folders
            for (int file = 0; file < 4; file++) {
                sync(home.resolve("raw"));
            }
            if (run >= 50) {
                steps.add((raw - began) / 1e6);
                synced.add(millis(raw));
            }
        }
        System.out.println("\nTrust, in one process");
        System.out.println("  the check of a signed statement, warm: " + checks.precise());
        System.out.println("  what the record adds to a step (two signed entries, 50 ends kept): " + steps.precise());
        System.out.println("  four raw files of 4 kB, written and synced: " + synced.precise());
    }

    /** As large as a state gets: its lists are cut there. */
    private static State grown() {
        State state = State.empty();
        for (int end = 0; end < 50; end++) {
            state = state.withEnded(new State.Ended(
                    "1.0." + end,
                    "a".repeat(64),
                    "b".repeat(64),
                    "release:shop:production:1.0." + end,
                    "SUCCEEDED",
                    "1.0." + end + " is live",
                    List.of("the schema of main is at 7 (was 6)"),
                    true,
                    "ana",
                    Instant.now(),
                    Instant.now()));
        }
        return state;
    }

    private static void append(EnvironmentRecord record, State state, Event.Kind kind) {
        record.change(head -> Optional.of(new Change(
                new Event(kind, "shop/production@1.0.0", "deploy web", Map.of("request", "c".repeat(64))), state)));
    }

    private static void sync(Path file) throws Exception {
        Files.write(file, "x".repeat(4096).getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static double millis(long began) {
        return (System.nanoTime() - began) / 1e6;
    }
}
