package dev.slipway.cli;

import dev.slipway.evidence.EvidenceActivities.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Events as a table for an auditor's spreadsheet: CSV as RFC 4180 has it. */
final class EventTable {

    private static final List<String> FACTS = List.of("by", "approved", "reason", "outcome", "lane", "statements");

    private EventTable() {}

    static List<String> of(List<RecordedEvent> events) {
        List<String> lines = new ArrayList<>();
        lines.add("entry,time,event,release," + String.join(",", FACTS) + ",text");
        for (RecordedEvent event : events) {
            List<String> cells = new ArrayList<>(
                    List.of(Long.toString(event.number()), event.time().toString(), event.kind(), event.release()));
            FACTS.forEach(fact -> cells.add(fact(event.facts(), fact)));
            cells.add(event.text());
            lines.add(String.join(",", cells.stream().map(EventTable::cell).toList()));
        }
        return lines;
    }

    private static String fact(Map<String, String> facts, String name) {
        return name.equals("statements") && !facts.containsKey(name)
                ? facts.getOrDefault("statement", "")
                : facts.getOrDefault(name, "");
    }

    /** What a spreadsheet would take for a formula is told to be text. */
    private static String cell(String text) {
        String plain = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return plain.matches("(?s).*[\",\r\n].*") ? "\"" + plain.replace("\"", "\"\"") + "\"" : plain;
    }
}
