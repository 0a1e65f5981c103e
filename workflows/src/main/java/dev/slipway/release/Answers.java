package dev.slipway.release;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.WordActivities.WordResult;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import java.util.List;
import java.util.Optional;

/** What people say when a step has failed and they are asked: try it again, or give up. */
final class Answers {

    private final ReleasePlan plan;
    private final ReleaseName name;
    private final Story story;
    private final Consent consent;
    private final Stops stops;
    private final StepWord stepWord;
    private final Word<SignedStatement> retry;
    private final Word<SignedStatement> giveUp;
    private boolean retried;
    private boolean gaveUp;
    private boolean answering;

    /** What was said to the last question, and by whom; while it is put into the record, too. */
    private String answer = "";

    Answers(ReleasePlan plan, ReleaseName name, Story story, Consent consent, Stops stops) {
        this.plan = plan;
        this.name = name;
        this.story = story;
        this.consent = consent;
        this.stops = stops;
        this.stepWord = new StepWord(plan, story);
        this.retry = Word.signed("retry", name, story, word -> problems(Kind.RETRY, word), this::takeRetry);
        this.giveUp = Word.signed("give-up", name, story, word -> problems(Kind.GIVE_UP, word), this::takeGiveUp);
    }

    Word<SignedStatement> retry() {
        return retry;
    }

    Word<SignedStatement> giveUp() {
        return giveUp;
    }

    /** A step has failed, and people are asked: what they said of an earlier failure counts no more. */
    void forget() {
        retried = false;
        answer = "";
        gaveUp = false;
    }

    boolean answered() {
        return retried || gaveUp;
    }

    boolean retried() {
        return retried;
    }

    boolean gaveUp() {
        return gaveUp;
    }

    private List<String> problems(Kind kind, SignedStatement word) {
        Optional<Question> question = story.question();
        if (answering || !answer.isEmpty() && (question.isEmpty() || answered())) {
            return List.of(answeredAlready());
        }
        if (question.isEmpty() || answered()) {
            return List.of(name.text() + " asks nobody what to do about a failure; it is in phase "
                    + story.phase().words());
        }
        if (stops.rollbackAsked()) {
            return List.of(name.text() + " is ending already: " + story.headline());
        }
        return Approvals.problemsOfAnswer(
                plan,
                consent.people(),
                kind,
                story.grant().base(),
                question.get().step(),
                question.get().attempt(),
                word,
                DurableTime.now());
    }

    private Word.Answer takeRetry(SignedStatement word) {
        if (answering) {
            return Word.Answer.refused(answeredAlready());
        }
        Question question = story.question().orElseThrow();
        answering = true;
        answer = "retry, said by " + Word.by(word);
        WordResult result;
        try {
            result = stepWord.intoTheRecord(
                    question.step(), word, "put the word to retry into the record", WordActivities::retry);
        } finally {
            answering = false;
        }
        if (!result.taken()) {
            answer = "";
            return Word.Answer.refused(result.why());
        }
        retried = true;
        story.journal()
                .info(
                        story.phase(),
                        question.title() + " is tried again: said by " + Word.by(word) + Word.reason(word));
        return Word.Answer.taken(
                new Decision("tried again; `slipway watch` shows how it goes", word.id(), result.receipt()));
    }

    private Word.Answer takeGiveUp(SignedStatement word) {
        gaveUp = true;
        answer = "give up, said by " + Word.by(word);
        stops.took(word);
        story.journal().warn(story.phase(), "given up by " + Word.by(word) + Word.reason(word));
        return Word.Answer.taken(new Decision("given up; " + name.text() + " ends, and stays as it is", word.id()));
    }

    private String answeredAlready() {
        return "the question was already answered: " + answer + "; `slipway show " + name.text()
                + "` says what came of it";
    }
}
