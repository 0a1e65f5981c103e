package dev.slipway.plan.reading;

import dev.slipway.plan.Quoted;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** The text of a plan file as a tree of YAML nodes, or the reason why it is none. */
final class YamlText {

    private static final int MOST_BYTES = 1 << 20;
    private static final int LEAST_BUFFER = 1024;
    private static final int DEEPEST = 40;
    private static final int MOST_ALIASES = 50;
    private static final String YAML = "look at the indentation and the quotes around it";

    private YamlText() {}

    static Optional<Node> nodes(String text, Problems problems) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setAllowNonScalarKeys(true)
                .setMaxAliasesForCollections(MOST_ALIASES)
                .setCodePointLimit(MOST_BYTES)
                // a long value is copied anew with each piece that is read
                .setBufferSize(Math.max(LEAST_BUFFER, Math.min(MOST_BYTES, text.length())))
                .build();
        try {
            if (tooDeep(text, settings, problems)) {
                return Optional.empty();
            }
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                problems.add(1, 1, "", "the file is empty", "start with `slipway: 1` and `service:`");
            }
            return root;
        } catch (MarkedYamlEngineException wrong) {
            int line = wrong.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            int column =
                    wrong.getProblemMark().map(mark -> mark.getColumn() + 1).orElse(1);
            String context =
                    wrong.getContext() == null || wrong.getContext().isBlank() ? "" : wrong.getContext() + ": ";
            problems.add(line, column, "", "is not YAML: " + Quoted.plain(context + wrong.getProblem()), YAML);
        } catch (ReaderException wrong) {
            place(
                    text,
                    wrong.getPosition(),
                    problems,
                    "holds the character " + String.format("\\u%04x", wrong.getCodePoint()));
        } catch (YamlEngineException wrong) {
            problems.add(1, 1, "", "is not YAML: " + Quoted.plain(String.valueOf(wrong.getMessage())), YAML);
        }
        return Optional.empty();
    }

    /** The text of the bytes; empty where they are none. */
    static Optional<String> decode(byte[] bytes, Problems problems) {
        if (bytes.length > MOST_BYTES) {
            problems.add(
                    1,
                    1,
                    "",
                    "the file is larger than 1 MiB",
                    "a plan is written by people; take out what is not part of it");
            return Optional.empty();
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer input = ByteBuffer.wrap(bytes);
        try {
            String text = decoder.decode(input).toString();
            return Optional.of(text.startsWith("\ufeff") ? text.substring(1) : text);
        } catch (CharacterCodingException wrong) {
            String before = new String(bytes, 0, input.position(), StandardCharsets.UTF_8);
            place(before, before.codePointCount(0, before.length()), problems, "is not UTF-8");
            return Optional.empty();
        }
    }

    private static void place(String text, int codePoints, Problems problems, String what) {
        int end = text.offsetByCodePoints(0, Math.min(codePoints, text.codePointCount(0, text.length())));
        String before = text.substring(0, end);
        int line = (int) before.chars().filter(character -> character == '\n').count() + 1;
        String start = before.substring(before.lastIndexOf('\n') + 1);
        problems.add(line, start.codePointCount(0, start.length()) + 1, "", what, "save the file as UTF-8 text");
    }

    /** The library's composer calls itself for each level: thousands of brackets would end in a stack overflow. */
    private static boolean tooDeep(String text, LoadSettings settings, Problems problems) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                case Alias, Comment, DocumentEnd, DocumentStart, Scalar, StreamEnd, StreamStart -> {}
            }
            if (depth > DEEPEST) {
                int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
                int column =
                        event.getStartMark().map(mark -> mark.getColumn() + 1).orElse(1);
                problems.add(line, column, "", "is nested deeper than " + DEEPEST + " levels", "no plan is that deep");
                return true;
            }
        }
        return false;
    }
}
