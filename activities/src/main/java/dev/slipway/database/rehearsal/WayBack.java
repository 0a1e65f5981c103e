package dev.slipway.database.rehearsal;

import dev.slipway.database.migrations.MigrationFile;
import dev.slipway.database.rehearsal.Schema.Kind;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The way back from what was rehearsed, by the down files. */
final class WayBack {

    private static final int NAMED = 3;

    private final Stage stage;
    private final Eye eye;
    private final Names names;
    private final Map<Long, Eye.Table> tables;
    private final List<Act> acts;
    private final List<Schema> schemas;
    private final OldRows oldRows;
    private final boolean incomplete;

    /**
     * @param tables as they were at the start
     * @param schemas the one of the start, and the one after each act
     */
    WayBack(
            Stage stage,
            Eye eye,
            Names names,
            Map<Long, Eye.Table> tables,
            List<Act> acts,
            List<Schema> schemas,
            OldRows oldRows,
            boolean incomplete) {
        this.stage = stage;
        this.eye = eye;
        this.names = names;
        this.tables = tables;
        this.acts = acts;
        this.schemas = schemas;
        this.oldRows = oldRows;
        this.incomplete = incomplete;
    }

    /**
     * Takes back what has a down file, the last first, as far as it goes.
     *
     * @return the files that have one, with why they nevertheless do not lead back; empty text where they do
     */
    Map<MigrationFile, String> take() throws SQLException {
        Map<MigrationFile, String> judged = new LinkedHashMap<>();
        int next = acts.size() - 1;
        while (next >= 0 && !acts.get(next).file().down().isBlank()) {
            MigrationFile file = acts.get(next).file();
            MigrationFile back = new MigrationFile(file.migration(), file.down(), "");
            Optional<String> failure = Play.apply(stage.rehearsal(), back, incomplete);
            if (failure.isPresent()) {
                judged.put(file, "its down file fails: " + failure.get());
                return judged;
            }
            String left = left(schemas.get(next), eye.schema());
            judged.put(file, left);
            if (!left.isEmpty()) {
                return judged;
            }
            next--;
        }
        rows(judged, next < 0);
        return judged;
    }

    private String left(Schema before, Schema after) {
        Set<String> differs = new LinkedHashSet<>();
        before.without(after).forEach(fact -> differs.add(names.shown(fact.words()) + " is not back"));
        after.without(before).forEach(fact -> differs.add(names.shown(fact.words()) + " is still there"));
        after.otherThan(before).forEach(fact -> differs.add(names.shown(fact.words()) + " is not as before"));
        if (differs.isEmpty()) {
            return "";
        }
        String some = differs.stream().limit(NAMED).collect(Collectors.joining(", "));
        return "its down file does not bring the schema back: " + some + (differs.size() > NAMED ? ", …" : "");
    }

    /** A schema that is back is not enough: a column that was dropped and made again is empty. */
    private void rows(Map<MigrationFile, String> judged, boolean allTheWay) throws SQLException {
        Set<String> lost = allTheWay ? lostRows() : Set.of();
        for (Act act : acts) {
            if (!judged.containsKey(act.file()) || !judged.get(act.file()).isEmpty()) {
                continue;
            }
            boolean risked = !act.touched().isEmpty() || !act.why().isEmpty();
            if (!allTheWay && risked) {
                judged.put(
                        act.file(),
                        "whether its down file brings the rows back is not known, because an earlier file has none");
            } else if (risked && !lost.isEmpty()) {
                judged.put(act.file(), "its down file does not bring the rows of " + String.join(", ", lost) + " back");
            }
        }
    }

    /** Everything was taken back: the tables whose rows are not what they were. */
    private Set<String> lostRows() throws SQLException {
        Schema start = schemas.get(0);
        Set<String> lost = oldRows.changed(start, false);
        Map<Long, Eye.Table> now = eye.tables();
        tables.forEach((identity, table) -> {
            Eye.Table is = now.getOrDefault(identity, new Eye.Table("", 0, 0, 0));
            boolean untouchedFile = is.file() == table.file()
                    && is.inserted() == table.inserted()
                    && is.changed() == table.changed()
                    && is.name().equals(table.name())
                    && acts.stream().noneMatch(act -> !act.why().isEmpty());
            List<String> columns = start.facts().keySet().stream()
                    .filter(fact -> fact.kind() == Kind.COLUMN && fact.parent().equals(table.name()))
                    .map(Schema.Fact::name)
                    .sorted()
                    .toList();
            if (!untouchedFile && !oldRows.same(table.name(), columns)) {
                lost.add(table.name());
            }
        });
        return lost;
    }
}
