package dev.slipway.cli;

import dev.slipway.environment.EnvironmentActivities.Inspection;
import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseInput;
import dev.slipway.release.ReleaseReport;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.SignedStatement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** What the releases on a stage do: the test writes it, {@link ScriptedRelease} plays it. */
final class Script {

    /** How a release ends: with a report, and as this outcome. */
    record Ending(Outcome outcome, ReleaseReport report) {}

    private final Map<String, Function<ReleaseInput, ReleaseReport>> stories = new ConcurrentHashMap<>();
    private final Map<String, Function<ReleaseInput, Ending>> endings = new ConcurrentHashMap<>();
    private final Map<String, String> refusals = new ConcurrentHashMap<>();
    private final AtomicReference<EnvironmentKey> key = new AtomicReference<>();
    private final AtomicReference<Inspection> found = new AtomicReference<>(new Inspection(0, "", "", "", ""));
    private final List<SignedStatement> taken = new CopyOnWriteArrayList<>();

    /** What lies in the store of the record. */
    void finds(Inspection inspection) {
        found.set(inspection);
    }

    Inspection inspection() {
        return found.get();
    }

    /** With which key the record of this stage is signed. */
    void signedBy(EnvironmentKey signing) {
        key.set(signing);
    }

    /** The entry that a statement became: none where nobody signs, as with a Temporal that lies. */
    List<SignedText> receipt(String service, String environment, SignedStatement of) {
        if (key.get() == null) {
            return List.of();
        }
        Entry entry = new Entry(
                Entry.FORMAT,
                service,
                environment,
                8,
                Entry.NO_PREVIOUS,
                Instant.now(),
                new Event(Event.Kind.UNLOCKED, "", "said", Map.of("statement", of.id())),
                State.empty());
        return List.of(new SignedText(entry.text(), key.get().sign(entry.text())));
    }

    /** While it runs, the release of this version says so. */
    void says(String version, Function<ReleaseInput, ReleaseReport> story) {
        stories.put(version, story);
    }

    void ends(String version, Function<ReleaseInput, Ending> ending) {
        endings.put(version, ending);
    }

    void refuses(String version, String why) {
        refusals.put(version, why);
    }

    void take(SignedStatement statement) {
        taken.add(statement);
    }

    List<SignedStatement> taken() {
        return List.copyOf(taken);
    }

    Optional<String> refusal(String version) {
        return Optional.ofNullable(refusals.get(version));
    }

    Optional<Ending> ending(ReleaseInput input) {
        return Optional.ofNullable(endings.get(input.plan().version()))
                .map(ending -> ending.apply(input)); // null: not yet
    }

    ReleaseReport report(ReleaseInput input) {
        return ending(input).map(Ending::report).orElseGet(() -> stories.getOrDefault(
                        input.plan().version(), each -> Story.of(each).report())
                .apply(input));
    }
}
