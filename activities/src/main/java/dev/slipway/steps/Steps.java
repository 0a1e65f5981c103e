package dev.slipway.steps;

import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
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
import java.util.function.Consumer;
import java.util.function.Supplier;

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
        OpenStep.Begun begun = open(served, request, kind, effect, pulse);
        if (begun.before().isPresent()) {
            return begun.before().get();
        }
        try (OpenStep step = begun.step().orElseThrow()) {
            return step.end(() -> effect.act(step.context(), pulse));
        }
    }

    /** Begins a step of a grant, which is ended later and then closed; or answers what was recorded when it was done. */
    public OpenStep.Begun open(Served served, StepRequest request, StepKind kind, Terms terms, Pulse pulse) {
        StepLock lock = StepLock.take(served, pulse);
        try {
            Optional<StepResult> before = recorded(served, request, kind);
            if (before.isPresent()) {
                lock.close();
                return OpenStep.Begun.before(before.get());
            }
            return OpenStep.Begun.now(new OpenStep(this, lock, begin(served, request, kind, terms), terms));
        } catch (RuntimeException | Error refused) {
            lock.close();
            throw refused;
        }
    }

    StepResult end(StepContext context, Terms terms, Supplier<Done> deed) {
        Done done;
        try {
            done = deed.get();
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
        } catch (DatabaseUnavailable lost) {
            if (context.step().kind().changesSomething()) {
                lose(context, lost);
            }
            throw lost;
        } catch (WorkInterrupted | Unavailable stopped) {
            if (context.step().kind().changesSomething()) {
                letGo(context, stopped, change -> change(context, change));
            }
            throw stopped;
        }
        observer.acted(context.release(), context.step().title());
        return finish(context, terms, done);
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
    StepContext begin(Served served, StepRequest request, StepKind kind, Terms terms) {
        Grant first = grant(served.record().head(), request.grant());
        ReleasePlan plan = served.plan(first.plan())
                .orElseThrow(() -> new StepRefused("the plan '" + first.plan() + "' is not kept beside the record"));
        StepContext planned = new StepContext(served, first, step(first, request.step(), kind), plan);
        Path stop = served.settings().storage().state().resolve("stop");
        // going back is what somebody who stops everything may want most
        if (kind != StepKind.ROLL_BACK && Files.exists(stop)) {
            throw new Unavailable("the file '" + stop
                    + "' on the worker's host stops every change of this worker, and of no other one;"
                    + " remove it to go on");
        }
        String undo = served.secrets().redact(terms.undoByHand(planned));
        Duration limit = terms.limit(planned);
        Head head = served.record().change(now -> {
            Grant grant = grant(now, request.grant());
            Step step = step(grant, request.step(), kind);
            Instant time = served.record().now();
            if (kind != StepKind.ROLL_BACK) {
                served.record().clockTrouble(now).ifPresent(trouble -> {
                    throw new Unavailable(trouble);
                });
            }
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
    StepResult finish(StepContext context, Terms terms, Done done) {
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
            return new Change(event(Event.Kind.DONE, context, finished, summary), terms.after(next, context, done));
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
            // what an attempt before this one did, nobody knows where it was not looked up
            boolean changed = failed.changed() || !(step.clean() || failed.everyAttempt());
            Step ended = step.failed(sentence, changed, failed.facts());
            return new Change(
                    event(Event.Kind.FAILED, context, ended, sentence),
                    state.withGrant(state.openGrant().orElseThrow().with(ended)));
        });
    }

    /**
     * Who stops by themselves says so, and nobody has to wait for the rest of their time. Who lost a connection says nothing:
     * at its other end there may be somebody who acts on.
     */
    private static void letGo(
            StepContext context, RuntimeException why, Consumer<BiFunction<State, Step, Change>> appending) {
        // an interrupted thread can't write files
        boolean interrupted = Thread.interrupted();
        try {
            String wrong = why instanceof WorkInterrupted
                    ? ""
                    : context.served().secrets().redact(sentence(why));
            String told = wrong.isEmpty() ? "stopped by its worker" : "nothing acts any more: " + wrong;
            appending.accept((state, step) -> new Change(
                    event(Event.Kind.STOPPED, context, step, told),
                    state.withGrant(state.openGrant()
                            .orElseThrow()
                            .with(step.stopped(context.served().record().now(), wrong)))));
        } catch (RuntimeException unsaid) {
            // another attempt has it, its grant was ended, or the store is away: then its time runs out by itself
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Keeps why an attempt is over, for who asks why the step never came to its end; its time runs on. */
    private void lose(StepContext context, DatabaseUnavailable lost) {
        String why = context.served().secrets().redact(sentence(lost));
        try {
            change(
                    context,
                    (state, step) -> new Change(
                            event(Event.Kind.STOPPED, context, step, "at its other end somebody may act on: " + why),
                            state.withGrant(state.openGrant().orElseThrow().with(step.lost(why)))));
        } catch (RuntimeException unsaid) {
            // another attempt has it, its grant was ended, or the store is away: what is thrown says it, too
        }
    }

    private static String sentence(RuntimeException why) {
        return why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage();
    }

    private Head change(StepContext context, BiFunction<State, Step, Change> change) {
        return context.served().record().change(head -> {
            Grant grant = grant(head, context.grant().id());
            Step step = step(grant, context.step().number(), context.step().kind());
            if (step.attempt() != context.step().attempt()
                    || step.state() != StepState.BEGAN
                    || step.undoAttempt() > 0) {
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
            return takeBack(context, undo, pulse);
        }
    }

    private StepResult takeBack(StepContext planned, Effect undo, Pulse pulse) {
        Served served = planned.served();
        String id = planned.grant().id();
        int number = planned.step().number();
        Instant began = served.record().now();
        Duration limit = undo.limit(planned);
        Head begun = served.record().change(now -> {
            Grant current = grant(now, id);
            Step found = current.step(number).orElseThrow();
            if (found.state() == StepState.UNDONE) {
                return Optional.empty();
            }
            Step undoing = found.undoing(served.record().now().plus(limit));
            return Optional.of(new Change(
                    event(Event.Kind.UNDOING, planned, undoing, "is taken back, attempt " + undoing.undoAttempt()),
                    now.state().withGrant(current.with(undoing))));
        });
        if (grant(begun, id).step(number).orElseThrow().state() == StepState.UNDONE) {
            // another machine was faster
            return result(grant(begun, id).step(number).orElseThrow(), List.of());
        }
        Grant grant = grant(begun, id);
        StepContext context = new StepContext(served, grant, grant.step(number).orElseThrow(), planned.plan());
        String title = context.step().underWayTitle();
        observer.began(context.release(), title);
        Done done;
        try {
            done = undo.act(context, pulse);
        } catch (WorkInterrupted | Unavailable | StepFailed stopped) {
            letGo(context, stopped, change -> changeUndoing(context, change));
            throw stopped;
        }
        observer.acted(context.release(), title);
        String summary = served.secrets().redact(done.summary());
        Head head = changeUndoing(context, (state, step) -> {
            Step undone = step.undone(summary);
            return new Change(
                    event(Event.Kind.UNDONE, context, undone, summary),
                    state.withGrant(state.openGrant().orElseThrow().with(undone)));
        });
        observer.done(
                context.release(),
                title,
                Duration.between(began, served.record().now()));
        return result(grant(head, id).step(number).orElseThrow(), redacted(context, done.lines()));
    }

    /** Changes the record for who takes a step back, unless another attempt has taken that over. */
    private static Head changeUndoing(StepContext context, BiFunction<State, Step, Change> change) {
        return context.served().record().change(head -> {
            Grant grant = grant(head, context.grant().id());
            Step step = step(grant, context.step().number(), context.step().kind());
            if (step.undoAttempt() != context.step().undoAttempt() || step.state() == StepState.UNDONE) {
                throw new StepRefused(step.underWayTitle() + ": another attempt has taken this over");
            }
            return Optional.of(change.apply(head.state(), step));
        });
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
            Step left = step.leftAsItIs(sentence);
            context.served().record().change(now -> {
                Grant current = grant(now, context.grant().id());
                return Optional.of(new Change(
                        event(Event.Kind.FAILED, context, left, sentence),
                        now.state().withGrant(current.with(left))));
            });
        }
        return new StepResult(sentence, Map.of(), List.of(), "");
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
        return new StepResult(step.summary(), step.facts(), lines, step.appliedNothing() ? "" : step.undo());
    }
}
