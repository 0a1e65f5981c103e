package dev.slipway.notifying;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A notification as Slack takes it. Everything stands in plain or preformatted text, so that nothing in a version's name or
 * a reason is a mention, a link or a format; only {@code text}, which phones show beside the blocks, has to be escaped.
 */
final class SlackMessage {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Slack's limits, in characters. */
    private static final int HEADER = 150;

    private static final int SECTION = 3000;

    private SlackMessage() {}

    /** {@code text} and {@code blocks}. */
    static ObjectNode of(Notification notification) {
        ObjectNode message = JSON.objectNode();
        message.put("text", escaped(cut(notification.sentence(), SECTION)));
        ArrayNode blocks = message.putArray("blocks");
        ObjectNode header = blocks.addObject().put("type", "header");
        plain(header, cut(notification.text(), HEADER));
        sections(notification.lines()).forEach(text -> plain(blocks.addObject().put("type", "section"), text));
        commands(blocks, "To type:", notification.commands());
        commands(blocks, "Undo by hand, in this order:", notification.undo());
        return message;
    }

    /** The lines in as few sections as may hold them. */
    private static List<String> sections(List<String> lines) {
        List<String> sections = new ArrayList<>();
        StringBuilder section = new StringBuilder();
        for (String each : lines) {
            String line = cut(each, SECTION);
            if (section.length() > 0 && section.length() + 1 + line.length() > SECTION) {
                sections.add(section.toString());
                section.setLength(0);
            }
            section.append(section.length() > 0 ? "\n" : "").append(line);
        }
        if (section.length() > 0) {
            sections.add(section.toString());
        }
        return sections;
    }

    private static void plain(ObjectNode block, String text) {
        block.putObject("text").put("type", "plain_text").put("text", text).put("emoji", false);
    }

    private static void commands(ArrayNode blocks, String title, List<String> commands) {
        if (commands.isEmpty()) {
            return;
        }
        ArrayNode elements = blocks.addObject().put("type", "rich_text").putArray("elements");
        ObjectNode line = elements.addObject().put("type", "rich_text_section");
        line.putArray("elements").addObject().put("type", "text").put("text", title);
        for (String command : commands) {
            ObjectNode code = elements.addObject().put("type", "rich_text_preformatted");
            code.putArray("elements").addObject().put("type", "text").put("text", command);
        }
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
