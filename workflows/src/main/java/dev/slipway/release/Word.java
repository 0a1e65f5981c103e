package dev.slipway.release;

import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import io.temporal.failure.ApplicationFailure;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One thing that people can say to a running release, by an update or by the signal of the same name. Both are judged by
 * the same rules and taken the same way; they differ in who is told when it is refused.
 *
 * @param <T> what is sent
 */
final class Word<T> {

    private final String kind;
    private final ReleaseName name;
    private final Story story;
    private final T nothing;
    private final Function<T, List<String>> problems;
    private final Function<T, Answer> take;

    /**
     * @param kind the update's and the signal's name
     * @param nothing what is judged where the message has no payload; an exception would stop the release for good
     * @param problems why it does not count now; empty where it does
     */
    Word(
            String kind,
            ReleaseName name,
            Story story,
            T nothing,
            Function<T, List<String>> problems,
            Function<T, Answer> take) {
        this.kind = kind;
        this.name = name;
        this.story = story;
        this.nothing = nothing;
        this.problems = problems;
        this.take = take;
    }

    /** One that is signed. */
    static Word<SignedStatement> signed(
            String kind,
            ReleaseName name,
            Story story,
            Function<SignedStatement, List<String>> problems,
            Function<SignedStatement, Answer> take) {
        return new Word<>(kind, name, story, new SignedStatement("", ""), problems, take);
    }

    /**
     * What came of it.
     *
     * @param decision empty where it does not count after all, because the worker says so
     * @param why it does not
     */
    record Answer(Optional<Decision> decision, String why) {
        Answer {
            why = why == null ? "" : why;
        }

        static Answer taken(Decision decision) {
            return new Answer(Optional.of(decision), "");
        }

        static Answer refused(String why) {
            return new Answer(Optional.empty(), why);
        }
    }

    /** For the validator of the update: the caller reads the sentence. */
    void validate(T sent) {
        List<String> refused = problems.apply(given(sent));
        if (!refused.isEmpty()) {
            Refusals.count(kind, "update", name.text(), refused);
            throw new DecisionRefused(String.join("; ", refused));
        }
    }

    Decision byUpdate(T sent) {
        Answer answer = take.apply(given(sent));
        return answer.decision()
                .orElseThrow(() -> ApplicationFailure.newNonRetryableFailure(answer.why(), FailureDetail.REFUSED));
    }

    void bySignal(T sent) {
        List<String> refused = problems.apply(given(sent));
        if (!refused.isEmpty()) {
            story.refusedSignal(kind, refused);
            return;
        }
        Answer answer = take.apply(given(sent));
        if (answer.decision().isEmpty()) {
            story.refusedSignal(kind, List.of(answer.why()));
        }
    }

    private T given(T sent) {
        return sent == null ? nothing : sent;
    }

    static String by(SignedStatement signed) {
        return signed.statement().map(Statement::by).orElse("");
    }

    /** The reason as the end of a sentence; empty where there is none. */
    static String reason(SignedStatement signed) {
        String reason = signed.statement().map(Statement::reason).orElse("");
        return reason.isBlank() ? "" : ": " + reason;
    }
}
