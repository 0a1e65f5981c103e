package dev.slipway.plan;

import java.util.Map;

/** What a server has to answer, in the words of a person. */
final class AnswerText {

    private AnswerText() {}

    /** For instance {@code 200 with /status = ok}. */
    static String of(int status, Map<String, String> json) {
        StringBuilder answer = new StringBuilder().append(status);
        json.forEach((pointer, text) ->
                answer.append(" with ").append(pointer).append(" = ").append(text));
        return answer.toString();
    }
}
