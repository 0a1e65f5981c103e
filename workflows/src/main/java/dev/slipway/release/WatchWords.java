package dev.slipway.release;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Times;
import dev.slipway.record.StepKind;
import dev.slipway.release.WordActivities.WordResult;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What people say while a release is watched: it is good enough, or it has to be watched longer. */
final class WatchWords {

    private final ReleaseName name;
    private final Story story;
    private final Stops stops;
    private final StepWord stepWord;
    private final Word<SignedStatement> finish;
    private final Word<SignedStatement> extend;
    private boolean finished;
    private Instant watchUntil = Instant.EPOCH;

    WatchWords(ReleasePlan plan, ReleaseName name, Story story, Stops stops) {
        this.name = name;
        this.story = story;
        this.stops = stops;
        this.stepWord = new StepWord(plan, story);
        this.finish = Word.signed("finish", name, story, this::problemsOfFinish, this::takeFinish);
        this.extend = Word.signed("extend", name, story, this::problemsOfExtension, this::takeExtension);
    }

    Word<SignedStatement> finish() {
        return finish;
    }

    Word<SignedStatement> extend() {
        return extend;
    }

    boolean finished() {
        return finished;
    }

    /** Until when a person wants it watched; the epoch where nobody has said so. */
    Instant watchUntil() {
        return watchUntil;
    }

    private List<String> problemsOfFinish(SignedStatement word) {
        return story.phase() != Phase.WATCH ? notWatched() : stops.problemsOfRight(Kind.FINISH, word);
    }

    private Word.Answer takeFinish(SignedStatement word) {
        finished = true;
        stops.took(word);
        story.journal().info(story.phase(), "finished by " + Word.by(word) + Word.reason(word));
        return Word.Answer.taken(new Decision("finished; " + name.text() + " stays", word.id()));
    }

    private List<String> problemsOfExtension(SignedStatement word) {
        if (story.phase() != Phase.WATCH || finished) {
            return notWatched();
        }
        List<String> problems = new ArrayList<>(stops.problemsOfRight(Kind.EXTEND, word));
        if (Approvals.extendedUntil(word).filter(DurableTime.now()::isBefore).isEmpty()) {
            problems.add("the statement does not say until when, or a time that has passed");
        }
        return problems;
    }

    private Word.Answer takeExtension(SignedStatement word) {
        int step = story.steps(StepKind.WATCH).get(0).number();
        WordResult result =
                stepWord.intoTheRecord(step, word, "put the longer watch into the record", WordActivities::extend);
        if (!result.taken()) {
            return Word.Answer.refused(result.why());
        }
        watchUntil = result.until();
        story.journal()
                .info(
                        story.phase(),
                        "watched until " + DurableTime.clock(watchUntil) + ": said by " + Word.by(word)
                                + Word.reason(word));
        return Word.Answer.taken(
                new Decision("watched until " + Times.text(result.until()), word.id(), result.receipt()));
    }

    private List<String> notWatched() {
        return List.of(name.text() + " is not being watched; it is in phase "
                + story.phase().words());
    }
}
