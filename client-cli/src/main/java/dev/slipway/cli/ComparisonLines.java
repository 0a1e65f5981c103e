package dev.slipway.cli;

import dev.slipway.plan.Restore;
import dev.slipway.record.State;
import dev.slipway.restore.Comparison;
import java.util.ArrayList;
import java.util.List;

/** What a restore would do and lose, for whoever has to say yes to it. */
final class ComparisonLines {

    /** Longer lists are for the Temporal UI; every line stays signed. */
    private static final int MOST_LINES = 60;

    private ComparisonLines() {}

    static List<String> of(Comparison comparison) {
        List<String> lines = new ArrayList<>();
        lines.add("backup    of " + comparison.database() + ", " + Spans.time(comparison.taken()) + ", "
                + State.KeptBackup.when(comparison.version()));
        lines.add("          " + comparison.backup());
        lines.add("restored  into '" + comparison.restored() + "', " + comparison.bytes() + " bytes in "
                + Math.max(1, comparison.took().toSeconds()) + " s; it holds what its manifest says");
        lines.add("switch    "
                + switch (comparison.way()) {
                    case Restore.COPY -> "rows are copied back into the present tables, in one transaction";
                    case Restore.RENAME ->
                        "both databases are renamed; everybody is disconnected, and the present one is kept";
                    case Restore.COMMAND -> "by the plan's command";
                    default -> comparison.way();
                });
        lines.add("same      " + comparison.equal() + (comparison.equal() == 1 ? " table" : " tables"));
        if (comparison.lost().isEmpty()) {
            lines.add("lost      nothing: both hold the same rows");
        } else {
            List<String> lost = comparison.lost();
            for (int at = 0; at < Math.min(MOST_LINES, lost.size()); at++) {
                lines.add((at == 0 ? "LOST      " : "          ") + lost.get(at));
            }
            if (lost.size() > MOST_LINES) {
                lines.add("          and " + (lost.size() - MOST_LINES) + " tables more; --json shows them");
            }
        }
        comparison.notes().forEach(note -> lines.add("note      " + note));
        lines.add("hash      " + comparison.hash() + ", until " + Spans.time(comparison.until()));
        return lines;
    }
}
