package dev.slipway.record;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One numbered deed of a grant, as the record knows it.
 *
 * @param number from 1
 * @param kind what it does
 * @param name the database or target it does it to; empty for verify and watch
 * @param state how far it is
 * @param attempt how often it began
 * @param began when the first attempt began, epoch start while planned
 * @param lease until when the last attempt, or the undoing of it, may act without being looked at again
 * @param undo the command for a person's hands, empty where there is nothing to undo
 * @param summary one sentence on what was done, empty until done
 * @param facts small named results (deployment id, dump, checksum), empty until done
 */
public record Step(
        int number,
        StepKind kind,
        String name,
        StepState state,
        int attempt,
        Instant began,
        Instant lease,
        String undo,
        String summary,
        Map<String, String> facts) {

    /** The fact of a watch that says until when a person has extended it. */
    private static final String EXTENDED = "extended";

    /** The fact that says that no attempt before this one has left anything. */
    private static final String CLEAN = "clean";

    /** The fact of a step that a person wants done anew, whatever it looks like. */
    private static final String ANEW = "anew";

    /** The fact that counts how often somebody began to undo the step. */
    private static final String UNDOING = "undoing";

    /** The fact that says until when an attempt may act that nobody ended before the step was taken back. */
    private static final String ACTING = "acting";

    /** The fact that keeps, of a step that was taken back, why it had failed. */
    private static final String FAILURE = "failure";

    /** The fact of what was nothing before, and so stays as it is. */
    private static final String LEFT = "left";

    /** The fact that says what went wrong when an attempt stopped that may be made again. */
    private static final String STOPPED = "stopped";

    /** How far a step is. */
    public enum StepState {
        PLANNED,
        BEGAN,
        DONE,
        FAILED,
        UNDONE
    }

    public Step {
        name = name == null ? "" : name;
        state = state == null ? StepState.PLANNED : state;
        began = began == null ? Instant.EPOCH : began;
        lease = lease == null ? Instant.EPOCH : lease;
        undo = undo == null ? "" : undo;
        summary = summary == null ? "" : summary;
        facts = facts == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    public static Step planned(int number, StepKind kind, String name) {
        return new Step(number, kind, name, StepState.PLANNED, 0, Instant.EPOCH, Instant.EPOCH, "", "", Map.of());
    }

    public Step begun(Instant now, Instant leaseUntil, String undoByHand) {
        return new Step(
                number,
                kind,
                name,
                StepState.BEGAN,
                attempt + 1,
                attempt == 0 ? now : began,
                leaseUntil,
                undoByHand,
                "",
                kept(attempt > 0 && state == StepState.PLANNED));
    }

    private Map<String, String> kept(boolean clean) {
        Map<String, String> kept = new LinkedHashMap<>();
        if (facts.containsKey(EXTENDED)) {
            kept.put(EXTENDED, facts.get(EXTENDED));
        }
        if (clean) {
            kept.put(CLEAN, "true");
        }
        if ("asked".equals(facts.get(ANEW))) {
            kept.put(ANEW, "now");
        }
        return kept;
    }

    /** To be tried once more, by a person's word. One that left nothing is as if it had never begun. */
    public Step again() {
        return new Step(
                number,
                kind,
                name,
                leftSomething() ? StepState.BEGAN : StepState.PLANNED,
                attempt,
                began,
                lease,
                undo,
                "",
                Map.of(ANEW, "asked"));
    }

    /** Whether this attempt is the one that a person wants: what looks done is done anew. Not so after a crash in it. */
    public boolean anew() {
        return "now".equals(facts.get(ANEW));
    }

    /** Whether attempts before this one are known to have left nothing. */
    public boolean clean() {
        return attempt <= 1 || facts.containsKey(CLEAN);
    }

    /** A watch that lasts longer than the plan says. */
    public Step extended(Instant until) {
        Map<String, String> more = new LinkedHashMap<>(facts);
        more.put(EXTENDED, until.toString());
        return new Step(number, kind, name, state, attempt, began, lease, undo, summary, more);
    }

    /** Until when a person has extended this watch; the epoch where nobody has. */
    public Instant extendedUntil() {
        return facts.containsKey(EXTENDED) ? Instant.parse(facts.get(EXTENDED)) : Instant.EPOCH;
    }

    /**
     * Its worker has stopped it, half-way: it may have had an effect, but nothing acts any more.
     *
     * @param why what went wrong for the moment; empty where the worker itself was stopped
     */
    public Step stopped(Instant now, String why) {
        Map<String, String> more = new LinkedHashMap<>(facts);
        if (!why.isEmpty()) {
            more.put(STOPPED, why);
        }
        return new Step(number, kind, name, state, attempt, began, now, undo, summary, more);
    }

    /** Its worker has lost what it acted on, at whose end somebody may act on until its lease is over. */
    public Step lost(String why) {
        return stopped(lease, why);
    }

    /** What went wrong when its last attempt, or the last one to undo it, stopped; empty where nothing did. */
    public String stoppedBy() {
        return facts.getOrDefault(STOPPED, "");
    }

    public Step finished(String sentence, Map<String, String> results) {
        return new Step(number, kind, name, StepState.DONE, attempt, began, lease, undo, sentence, results);
    }

    /** Ended without success; {@code changed} says whether the world may be another one nevertheless. */
    public Step failed(String sentence, boolean changed) {
        return failed(sentence, changed, Map.of());
    }

    /** The same with what is known of what it left. */
    public Step failed(String sentence, boolean changed, Map<String, String> known) {
        Map<String, String> results = new LinkedHashMap<>(known);
        results.put("changed", Boolean.toString(changed));
        return new Step(number, kind, name, StepState.FAILED, attempt, began, lease, undo, sentence, results);
    }

    /** Whether it may have had an effect that is still there. */
    public boolean leftSomething() {
        return switch (state) {
            case PLANNED, UNDONE -> false;
            case BEGAN, DONE -> true;
            case FAILED -> !"false".equals(facts.get("changed"));
        };
    }

    /** A migration that found nothing pending; not one that came again, since its first attempt may have applied it all. */
    public boolean appliedNothing() {
        return kind == StepKind.MIGRATE && state == StepState.DONE && attempt <= 1 && "0".equals(facts.get("applied"));
    }

    /** Somebody begins to take it back, and may act until then; so may an attempt at it that was only cut off. */
    public Step undoing(Instant leaseUntil) {
        Map<String, String> more = new LinkedHashMap<>(facts);
        more.put(UNDOING, Integer.toString(undoAttempt() + 1));
        more.remove(STOPPED);
        if (state == StepState.BEGAN && undoAttempt() == 0) {
            more.put(ACTING, lease.toString());
        }
        return new Step(number, kind, name, state, attempt, began, leaseUntil, undo, summary, more);
    }

    /** Until when an attempt may act that was cut off, and taken back by somebody else; the epoch where there is none. */
    public Instant actingUntil() {
        return facts.containsKey(ACTING) ? Instant.parse(facts.get(ACTING)) : Instant.EPOCH;
    }

    /** How often somebody began to take it back. */
    public int undoAttempt() {
        return Integer.parseInt(facts.getOrDefault(UNDOING, "0"));
    }

    /** Whether somebody may be acting on it until its lease is over. */
    public boolean underWay() {
        return state == StepState.BEGAN && kind.changesSomething() || undoAttempt() > 0;
    }

    /** What somebody may be doing: its title, or {@code undo deploy web}. */
    public String underWayTitle() {
        return undoAttempt() > 0 ? "undo " + title() : title();
    }

    public Step undone(String sentence) {
        Map<String, String> kept = new LinkedHashMap<>(facts);
        kept.keySet().removeAll(List.of(UNDOING, STOPPED));
        failure().ifPresent(why -> kept.put(FAILURE, why));
        return new Step(number, kind, name, StepState.UNDONE, attempt, began, lease, undo, sentence, kept);
    }

    /** It can't be taken back, because it was nothing before. */
    public Step leftAsItIs(String sentence) {
        Map<String, String> kept = new LinkedHashMap<>(failed(sentence, true).facts());
        kept.put(LEFT, "true");
        if (facts.containsKey("id")) {
            kept.put("id", facts.get("id"));
        }
        return new Step(number, kind, name, StepState.FAILED, attempt, began, lease, undo, sentence, kept);
    }

    /** Why it failed, also where it was taken back since. */
    public Optional<String> failure() {
        if (facts.containsKey(FAILURE)) {
            return Optional.of(facts.get(FAILURE));
        }
        return state == StepState.FAILED && !facts.containsKey(LEFT) ? Optional.of(summary) : Optional.empty();
    }

    /** For instance {@code deploy web}. */
    public String title() {
        return name.isEmpty() ? kind.words() : kind.words() + " " + name;
    }
}
