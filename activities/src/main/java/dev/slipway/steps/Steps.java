package dev.slipway.steps;

import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.migrations.MigrationFailed;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Times;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.Step.StepState;
import dev.slipway.record.StepKind;
import dev.slipway.release.ReleaseActivities.StepRequest;
import dev.slipway.release.ReleaseActivities.StepResult;
import dev.slipway.served.Served;
import dev.slipway.source.SourceRefused;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The one wrapper around everything that changes something: its fence (grant open and in time, earlier steps done), its
 * once (what is done is answered from the record), and its undo (for a person's hands, in the record before the deed).
 */
public final class Steps {

    private final StepObserver observer;

    public Steps(StepObserver observer) {
        this.observer = observer;
    }

    /** Does a step of a grant, or answers what was recorded when it was done before. */
    public StepResult perform(Served served, StepRequest request, StepKind kind, Effect effect, Pulse pulse) {
        try (StepLock lock = StepLock.take(served, pulse)) {
            Optional<StepResult> before = recorded(served, request, kind);
            if (before.isPresent()) {
                return before.get();
            }
            StepContext context = begin(served, request, kind, effect);
            Done done;
            try {
                done = effect.act(context, pulse);
            } catch (StepFailed failed) {
                fail(context, failed);
                throw failed;
            } catch (SourceRefused | StepRefused | IllegalArgumentException refused) {
                // final, and said before anything was done
                fail(context, new StepFailed(sentence(context, refused), List.of(), false));
                throw refused;
            } catch (MigrationFailed failed) {
                fail(context, new StepFailed(sentence(context, failed), List.of(), !failed.unchanged()));
                throw failed;
            } catch (DatabaseRefused refused) {
                fail(context, new StepFailed(sentence(context, refused), List.of(), true));
                throw refused;
            } catch (WorkInterrupted stopped) {
                letGo(context);
                throw stopped;
            }
            observer.acted(context.release(), context.step().title());
            return finish(context, effect, done);
        }
    }

    private static String sentence(StepContext context, RuntimeException refused) {
        return context.step().title() + ": " + refused.getMessage();
    }

    private Optional<StepResult> recorded(Served served, StepRequest request, StepKind kind) {
        Grant grant = grant(served.record().head(), request.grant());
        Step step = step(grant, request.step(), kind);
        return switch (step.state()) {
            case DONE -> Optional.of(result(step, List.of()));
            case FAILED -> throw new StepFailed(step.summary(), List.of(), step.leftSomething());
            case PLANNED, BEGAN -> Optional.empty();
            case UNDONE -> throw new StepRefused(step.title() + " was undone already");
        };
    }

    /** Appends {@code began}, with the undo by hand. */
    StepContext begin(Served served, StepRequest request, StepKind kind, Effect effect) {
        Grant first = grant(served.record().head(), request.grant());
        ReleasePlan plan = served.plan(first.plan())
                .orElseThrow(() -> new StepRefused("the plan '" + first.plan() + "' is not kept beside the record"));
        StepContext planned = new StepContext(served, first, step(first, request.step(), kind), plan);
        Path stop = served.settings().state().resolve("stop");
        // going back is what somebody who stops everything may want most
        if (kind != StepKind.ROLL_BACK && Files.exists(stop)) {
            throw new Unavailable(
                    "the file '" + stop + "' on the worker's host stops every change; remove it to go on");
        }
        String undo = served.secrets().redact(effect.undoByHand(planned));
        Duration limit = effect.limit(planned);
        Head head = served.record().change(now -> {
            Grant grant = grant(now, request.grant());
            Step step = step(grant, request.step(), kind);
            Instant time = served.record().now();
            mayBegin(grant, step, time);
            unlocked(now.state(), grant, step);
            Step begun = step.begun(time, time.plus(limit), undo);
            return Optional.of(new Change(
                    event(Event.Kind.BEGAN, planned, begun, "attempt " + begun.attempt()),
                    now.state().withGrant(grant.with(begun))));
        });
        Grant grant = grant(head, request.grant());
        StepContext context = new StepContext(served, grant, step(grant, request.step(), kind), plan);
        observer.began(context.release(), context.step().title());
        return context;
    }

    /** Appends {@code done}, unless a later attempt has taken the step over. */
    StepResult finish(StepContext context, Effect effect, Done done) {
        String summary = context.served().secrets().redact(done.summary());
        List<String> lines = redacted(context, done.lines());
        Map<String, String> facts = new LinkedHashMap<>();
        done.facts()
                .forEach((name, value) ->
                        facts.put(name, context.served().secrets().redact(value)));
        Instant began = context.step().began();
        Head head = change(context, (state, step) -> {
            Step finished = step.finished(summary, facts);
            State next = state.withGrant(state.openGrant().orElseThrow().with(finished));
            return new Change(event(Event.Kind.DONE, context, finished, summary), effect.after(next, context, done));
        });
        observer.done(
                context.release(),
                context.step().title(),
                Duration.between(began, context.served().record().now()));
        return result(
                step(
                        grant(head, context.grant().id()),
                        context.step().number(),
                        context.step().kind()),
                lines);
    }

    void fail(StepContext context, StepFailed failed) {
        String sentence = context.served().secrets().redact(failed.getMessage());
        change(context, (state, step) -> {
            // what an attempt before this one did, nobody knows
            Step ended = step.failed(sentence, failed.changed() || !step.clean());
            return new Change(
                    event(Event.Kind.FAILED, context, ended, sentence),
                    state.withGrant(state.openGrant().orElseThrow().with(ended)));
        });
    }

    /** Who stops by themselves says so, and nobody has to wait for the rest of their time. */
    private void letGo(StepContext context) {
        if (!context.step().kind().changesSomething()) {
            return;
        }
        // an interrupted thread can't write files
        boolean interrupted = Thread.interrupted();
        try {
            change(context, (state, step) -> {
                Step stopped = step.stopped(context.served().record().now());
                return new Change(
                        event(Event.Kind.STOPPED, context, stopped, "stopped by its worker"),
                        state.withGrant(state.openGrant().orElseThrow().with(stopped)));
            });
        } catch (RuntimeException unsaid) {
            // another attempt has it, its grant was ended, or the store is away: then its time runs out by itself
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Head change(StepContext context, BiFunction<State, Step, Change> change) {
        return context.served().record().change(head -> {
            Grant grant = grant(head, context.grant().id());
            Step step = step(grant, context.step().number(), context.step().kind());
            if (step.attempt() != context.step().attempt() || step.state() != StepState.BEGAN) {
                throw new StepRefused(step.title() + ": another attempt has taken this step over");
            }
            return Optional.of(change.apply(head.state(), step));
        });
    }

    /**
     * Undoes a step of a release's own grant. Allowed after the grant's time; goes only to the grant's previous ids.
     *
     * @param undo what to do; it looks up first whether it is done already
     */
    public StepResult undo(Served served, StepRequest request, Effect undo, Pulse pulse) {
        try (StepLock lock = StepLock.take(served, pulse)) {
            Grant grant = grant(served.record().head(), request.grant());
            Step step = grant.step(request.step())
                    .orElseThrow(() -> new StepRefused("the grant has no step " + request.step()));
            if (step.kind() != StepKind.DEPLOY) {
                throw new StepRefused(step.title() + " can't be undone: only deployments are taken back");
            }
            if (step.state() == StepState.UNDONE) {
                return result(step, List.of());
            }
            if (step.state() == StepState.PLANNED) {
                return new StepResult(step.title() + " had not begun: nothing to undo", Map.of(), List.of(), "");
            }
            ReleasePlan plan = served.plan(grant.plan())
                    .orElseThrow(
                            () -> new StepRefused("the plan '" + grant.plan() + "' is not kept beside the record"));
            StepContext context = new StepContext(served, grant, step, plan);
            if (!step.leftSomething()) {
                return new StepResult(step.title() + " changed nothing: nothing to undo", Map.of(), List.of(), "");
            }
            if (context.previous(step.name()).isEmpty()) {
                return leave(context);
            }
            Instant began = served.record().now();
            observer.began(context.release(), "undo " + step.title());
            Done done = undo.act(context, pulse);
            observer.acted(context.release(), "undo " + step.title());
            String summary = served.secrets().redact(done.summary());
            Head head = served.record().change(now -> {
                Grant current = grant(now, request.grant());
                Step undone = current.step(request.step()).orElseThrow().undone(summary);
                return Optional.of(new Change(
                        event(Event.Kind.UNDONE, context, undone, summary),
                        now.state().withGrant(current.with(undone))));
            });
            observer.done(
                    context.release(),
                    "undo " + step.title(),
                    Duration.between(began, served.record().now()));
            return result(
                    grant(head, request.grant()).step(request.step()).orElseThrow(), redacted(context, done.lines()));
        }
    }

    /** What was nothing before stays; the record says so, and the other targets go back all the same. */
    private StepResult leave(StepContext context) {
        Step step = context.step();
        String id = step.facts().getOrDefault("id", "");
        String sentence = step.name() + " was nothing before; "
                + (id.isEmpty()
                        ? "it may serve " + context.grant().version() + ", or nothing"
                        : "it still serves " + id)
                + " (nothing to go back to)";
        if (step.state() != StepState.FAILED) {
            Step failed = step.failed(sentence, true);
            Step left = id.isEmpty() ? failed : withId(failed, id);
            context.served().record().change(now -> {
                Grant current = grant(now, context.grant().id());
                return Optional.of(new Change(
                        event(Event.Kind.FAILED, context, left, sentence),
                        now.state().withGrant(current.with(left))));
            });
        }
        return new StepResult(sentence, Map.of(), List.of(), "");
    }

    private static Step withId(Step failed, String id) {
        Map<String, String> facts = new LinkedHashMap<>(failed.facts());
        facts.put("id", id);
        return new Step(
                failed.number(),
                failed.kind(),
                failed.name(),
                failed.state(),
                failed.attempt(),
                failed.began(),
                failed.lease(),
                failed.undo(),
                failed.summary(),
                facts);
    }

    private static void mayBegin(Grant grant, Step step, Instant now) {
        if (!now.isBefore(grant.until())) {
            throw new StepRefused(
                    step.title() + ": the grant ran out at " + Times.text(grant.until()) + "; nothing begins after it");
        }
        if (step.state() != StepState.PLANNED && step.state() != StepState.BEGAN) {
            throw new StepRefused(step.title() + " is " + step.state() + " already");
        }
        for (Step earlier : grant.steps()) {
            if (earlier.number() < step.number() && earlier.state() != StepState.DONE) {
                throw new StepRefused(step.title() + " comes after " + earlier.title() + ", which is not done");
            }
        }
    }

    /** A release opens only where nothing is locked, so this lock came since: its workflow is gone. */
    private static void unlocked(State state, Grant grant, Step step) {
        if (grant.kind().equals(Grant.RELEASE) || grant.kind().equals(Grant.RUN)) {
            state.locked().ifPresent(lock -> {
                throw new StepRefused(
                        step.title() + ": locked since " + Times.text(lock.since()) + ": " + lock.reason());
            });
        }
    }

    static Grant grant(Head head, String id) {
        return head.state()
                .openGrant()
                .filter(grant -> grant.id().equals(id))
                .orElseThrow(() -> new StepRefused("no such grant is open in the record of "
                        + head.entry().service() + "/" + head.entry().environment()));
    }

    private static Step step(Grant grant, int number, StepKind kind) {
        Step step = grant.step(number).orElseThrow(() -> new StepRefused("the grant has no step " + number));
        if (step.kind() != kind) {
            throw new StepRefused("step " + number + " of the grant is '" + step.title() + "', not " + kind.words());
        }
        return step;
    }

    private static Event event(Event.Kind kind, StepContext context, Step step, String text) {
        return new Event(
                kind,
                context.release(),
                step.title() + ": " + text,
                Map.of("request", context.grant().id(), "step", Integer.toString(step.number())));
    }

    private static List<String> redacted(StepContext context, List<String> lines) {
        return lines.stream().map(context.served().secrets()::redact).toList();
    }

    private static StepResult result(Step step, List<String> lines) {
        return new StepResult(step.summary(), step.facts(), lines, step.undo());
    }
}
