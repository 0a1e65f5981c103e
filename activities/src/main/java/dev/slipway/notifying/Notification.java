package dev.slipway.notifying;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A message to people, made by the worker from the record.
 *
 * @param key the same for the same event, however often it is sent: receivers drop a second one
 * @param text one headline, ready to be read
 * @param lines what else there is to say, one thing a line
 * @param commands what the reader may type now
 * @param undo commands for a person's hands, newest deed first
 * @param subject what it is about, for instance {@code shop/production@1.4.0}: the same in every message about that
 * @param commit that is released, empty where it is not known
 * @param over whether nobody is needed any more for what was told about the subject before
 * @param alsoOver other subjects of which the same is true by the same deed
 */
public record Notification(
        String key,
        String event,
        String service,
        String environment,
        String version,
        String text,
        List<String> lines,
        List<String> commands,
        List<String> undo,
        String subject,
        String commit,
        boolean over,
        @JsonIgnore List<String> alsoOver) {

    private static final int LONGEST_HEADLINE = 300;
    private static final int LONGEST_LINE = 600;
    private static final int MOST_LINES = 12;
    private static final int MOST_LINES_OF_A_DAY = 50;
    private static final int LONGEST_COMMAND = 2000;
    private static final int MOST_COMMANDS = 20;

    public Notification {
        lines = List.copyOf(lines);
        commands = List.copyOf(commands);
        undo = List.copyOf(undo);
        alsoOver = List.copyOf(alsoOver);
    }

    /** With a headline only, about a version in an environment. */
    static Notification of(
            String key, String event, String service, String environment, String version, String headline) {
        return new Notification(
                key,
                event,
                service,
                environment,
                version,
                headline,
                List.of(),
                List.of(),
                List.of(),
                service + "/" + environment + (version.isEmpty() ? "" : "@" + version),
                "",
                false,
                List.of());
    }

    /** One in the making: what is said is named here, and in no method that says it. */
    private static final class Next {
        private String text;
        private List<String> lines;
        private List<String> commands;
        private List<String> undo;
        private String subject;
        private String commit;
        private boolean over;
        private List<String> alsoOver;

        private Next(Notification before) {
            text = before.text;
            lines = before.lines;
            commands = before.commands;
            undo = before.undo;
            subject = before.subject;
            commit = before.commit;
            over = before.over;
            alsoOver = before.alsoOver;
        }
    }

    private Notification with(Consumer<Next> change) {
        Next next = new Next(this);
        change.accept(next);
        return new Notification(
                key,
                event,
                service,
                environment,
                version,
                next.text,
                next.lines,
                next.commands,
                next.undo,
                next.subject,
                next.commit,
                next.over,
                next.alsoOver);
    }

    private static List<String> more(List<String> all, String one) {
        List<String> more = new ArrayList<>(all);
        more.add(one);
        return more;
    }

    Notification line(String line) {
        return line.isBlank() ? this : with(next -> next.lines = more(lines, line));
    }

    Notification type(String command) {
        return with(next -> next.commands = more(commands, command));
    }

    Notification undo(List<String> byHand) {
        return with(next -> next.undo = byHand);
    }

    Notification commit(String released) {
        return with(next -> next.commit = released);
    }

    Notification about(String what, boolean isOver) {
        return with(next -> {
            next.subject = what;
            next.over = isOver;
        });
    }

    Notification alsoOver(List<String> subjects) {
        return with(next -> next.alsoOver = subjects);
    }

    /** Without secrets, each part on one line, and short enough for every channel. */
    Notification bounded(UnaryOperator<String> redact) {
        return with(next -> {
            next.text = cut(redact.apply(text), LONGEST_HEADLINE);
            next.lines = lines.stream()
                    .limit(event.equals(Summary.EVENT) ? MOST_LINES_OF_A_DAY : MOST_LINES)
                    .map(line -> cut(redact.apply(line), LONGEST_LINE))
                    .toList();
            next.undo = undo.stream()
                    .limit(MOST_COMMANDS)
                    .map(redact)
                    // half a command is none
                    .map(command -> command.length() <= LONGEST_COMMAND
                            ? command
                            : "# too long for here: slipway show " + subject)
                    .toList();
        });
    }

    private static String cut(String text, int most) {
        String line = text.strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
        if (line.length() <= most) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(most - 2)) ? most - 2 : most - 1;
        return line.substring(0, end) + "…";
    }

    /** All of it as plain text, commands in backticks. */
    @JsonIgnore
    public String plain() {
        StringBuilder all = new StringBuilder(text);
        lines.forEach(line -> all.append('\n').append(line));
        commands.forEach(command -> all.append("\ntype: `").append(command).append('`'));
        undo.forEach(command -> all.append("\nundo by hand: `").append(command).append('`'));
        return all.toString();
    }

    /** The headline with the first thing there is to say. */
    @JsonIgnore
    public String sentence() {
        return lines.isEmpty() ? text : text + ": " + lines.get(0);
    }
}
