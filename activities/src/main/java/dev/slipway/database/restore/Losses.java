package dev.slipway.database.restore;

import dev.slipway.plan.Restore;
import dev.slipway.plan.Times;
import dev.slipway.restore.Comparison;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What would be lost by a restore, in words for whoever has to say yes to it. */
final class Losses {

    /** More would not fit into one message, and nobody reads them. */
    static final int LISTED = 300;

    private Losses() {}

    /** As many notes as fit, and how many there are more. */
    static List<String> listed(List<String> notes) {
        if (notes.size() <= LISTED) {
            return notes;
        }
        List<String> some = new ArrayList<>(notes.subList(0, LISTED));
        some.add("and " + (notes.size() - LISTED) + " notes more, which are not listed");
        return some;
    }

    /** What a copy of rows leaves alone, because the backup has nothing of it: no loss, but good to know. */
    static List<String> staying(List<Comparison.Table> different, String way) {
        return different.stream()
                .filter(table -> stays(table, way.equals(Restore.COPY)))
                .map(table -> table.name() + " is not in the backup, and stays as it is")
                .toList();
    }

    private static boolean stays(Comparison.Table table, boolean onlyRows) {
        return onlyRows && table.inBackup() < 0;
    }

    static List<String> of(List<Comparison.Table> different, String way, Instant taken) {
        List<String> lost = new ArrayList<>();
        String since = " since " + Times.text(taken);
        boolean onlyRows = way.equals(Restore.COPY);
        for (Comparison.Table table : different.subList(0, Math.min(LISTED, different.size()))) {
            if (stays(table, onlyRows)) {
                continue;
            }
            if (table.inBackup() < 0) {
                lost.add(table.name() + ": is not in the backup: the table is lost with its " + rows(table.now()));
            } else if (table.now() < 0) {
                // not by a copy of rows: that is refused before, because there is nothing to copy them into
                lost.add(table.name() + ": comes back with " + rows(table.inBackup()));
            } else if (table.counted()) {
                List<String> words = new ArrayList<>();
                if (table.added() > 0) {
                    words.add(rows(table.added()) + " added" + since + (table.added() == 1 ? " is LOST" : " are LOST"));
                }
                if (table.changed() > 0) {
                    words.add(rows(table.changed()) + " changed" + since
                            + (table.changed() == 1 ? " goes back to what it was" : " go back to what they were"));
                }
                if (table.gone() > 0) {
                    words.add(rows(table.gone()) + " deleted" + since
                            + (table.gone() == 1 ? " comes back" : " come back"));
                }
                lost.add(table.name() + ": " + String.join("; ", words));
            } else {
                lost.add(table.name() + ": holds " + rows(table.now()) + " now and " + rows(table.inBackup())
                        + " in the backup, and not the same ones; all that was written" + since + " is LOST");
            }
        }
        if (different.size() > LISTED) {
            List<Comparison.Table> others = different.subList(LISTED, different.size());
            lost.add(others.size() + " more tables differ, with "
                    + others.stream()
                            .mapToLong(table -> Math.max(0, table.added()))
                            .sum() + " rows added, "
                    + others.stream()
                            .mapToLong(table -> Math.max(0, table.changed()))
                            .sum() + " changed and "
                    + others.stream()
                            .mapToLong(table -> Math.max(0, table.gone()))
                            .sum() + " deleted, as far as they"
                    + " were counted; --tables looks at some alone");
        }
        return lost;
    }

    private static String rows(long count) {
        return count + (count == 1 ? " row" : " rows");
    }
}
