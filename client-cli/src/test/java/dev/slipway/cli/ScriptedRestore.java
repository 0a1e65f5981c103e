package dev.slipway.cli;

import dev.slipway.environment.TurnGranted;
import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.release.Decision;
import dev.slipway.release.JournalEntry;
import dev.slipway.release.Outcome;
import dev.slipway.release.Phase;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.Waiting;
import dev.slipway.restore.Comparison;
import dev.slipway.restore.Measured;
import dev.slipway.restore.RestoreWorkflow;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.SignedStatement;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A restore that has been compared, and waits for a yes; with the key that the test has at hand. */
public final class ScriptedRestore implements RestoreWorkflow {

    /** The reason of one that switches nothing. */
    static final String BESIDE = "only to look";

    private final RestoreInput input;
    private final Script script;
    private final Supplier<EnvironmentKey> key;
    private final String request;
    private boolean confirmed;
    private boolean over;

    /** @param request the one that the comparison is about; empty for the one that was asked for */
    ScriptedRestore(RestoreInput input, Script script, Supplier<EnvironmentKey> key, String request) {
        this.input = input;
        this.script = script;
        this.key = key;
        this.request = request.isEmpty() ? input.restore().id() : request;
    }

    @Override
    public ReleaseReport run(RestoreInput start) {
        script.take(start.restore());
        boolean drill = start.restore().statement().orElseThrow().details().has("drill");
        boolean beside = start.restore().statement().orElseThrow().reason().equals(BESIDE);
        Workflow.await(() -> confirmed || drill || beside);
        over = true;
        return report();
    }

    @Override
    public void turn(TurnGranted granted) {}

    @Override
    public Decision confirm(SignedStatement yes) {
        script.take(yes);
        confirmed = true;
        return new Decision("confirmed", yes.id(), List.of(signed("confirmed\n")));
    }

    @Override
    public Decision reject(SignedStatement no) {
        script.take(no);
        return new Decision("rejected by ana", no.id(), List.of(rejection(no)));
    }

    private SignedText rejection(SignedStatement no) {
        return signed(new Entry(
                        Entry.FORMAT,
                        "shop",
                        "production",
                        8,
                        Entry.NO_PREVIOUS,
                        Instant.now(),
                        new Event(
                                Event.Kind.REJECTED,
                                "shop/production@restore-1a2b3c4d",
                                "rejected by ana",
                                Map.of("request", input.restore().id(), "statement", no.id())),
                        State.empty())
                .text());
    }

    static Comparison comparison(String request) {
        return new Comparison(
                Comparison.FORMAT,
                Comparison.KIND,
                "shop",
                "production",
                request,
                "restore-1a2b3c4d",
                "main",
                "/backups/shop.dump",
                "0".repeat(64),
                Instant.parse("2026-11-27T09:14:02Z"),
                "1.1.0",
                "shop_restored_1a2b3c4d",
                "copy",
                List.of(),
                14,
                List.of("public.orders: 12 rows added since then are LOST"),
                List.of(),
                1234,
                Duration.ofSeconds(9),
                Instant.EPOCH,
                Instant.parse("2040-01-01T00:00:00Z"));
    }

    private SignedText signed(String text) {
        return new SignedText(text, key.get().sign(text));
    }

    private Map<String, String> measured() {
        boolean met = !input.restore().statement().orElseThrow().reason().equals("too slow");
        Map<String, String> facts = new HashMap<>(new Measured(
                        "drill-1a2b3c4d",
                        "main",
                        "/backups/shop.dump",
                        3.25,
                        1234,
                        18_720,
                        "1h",
                        "",
                        met,
                        met ? "" : "the restore took 3 s",
                        List.of("this machine has no locale"))
                .facts());
        facts.put("request", input.restore().id());
        return facts;
    }

    private Entry entry(boolean drill) {
        return new Entry(
                Entry.FORMAT,
                "shop",
                "production",
                8,
                Entry.NO_PREVIOUS,
                Instant.now(),
                drill
                        ? new Event(Event.Kind.DRILLED, "shop/production@drill-1a2b3c4d", "restored in 3 s", measured())
                        : new Event(
                                Event.Kind.CLOSED,
                                "shop/production@restore-1a2b3c4d",
                                "closed",
                                Map.of("request", input.restore().id(), "outcome", Outcome.SUCCEEDED.name())),
                State.empty());
    }

    @Override
    public ReleaseReport report() {
        boolean drill = input.restore().statement().orElseThrow().details().has("drill");
        return new ReleaseReport(
                "shop",
                "production",
                "restore-1a2b3c4d",
                "",
                input.restore().id(),
                "ana",
                "",
                over ? Outcome.SUCCEEDED.name() : "",
                over ? Phase.DONE : Phase.APPROVAL,
                drill ? "restored in 3 s" : "rows were copied back",
                over || drill
                        ? List.of()
                        : List.of(new Waiting("a yes to the restore", List.of("ana"), "", Instant.EPOCH)),
                List.of(),
                true,
                List.of(),
                List.of(new JournalEntry(
                        Instant.EPOCH,
                        Phase.RESTORE,
                        JournalEntry.Level.INFO,
                        drill ? "restored in 3 s" : "was restored",
                        List.of("a line of it"))),
                over ? List.of(signed(entry(drill).text())) : List.of(),
                List.of(signed(comparison(request).text())),
                "0".repeat(64),
                "",
                Instant.now(),
                Instant.now(),
                "",
                List.of(),
                List.of());
    }
}
