package dev.slipway.restore;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.trust.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What somebody wants to have restored, as the {@code what} of a signed statement has it.
 *
 * @param database the plan's name for it; empty where it has one only
 * @param backup name of a backup; empty where it is chosen otherwise
 * @param of the version before which it was taken; empty for the last that succeeded
 * @param tables those that are copied back; empty for all, and for a way that is not {@code copy}
 * @param drill whether it is only tried, in a throw-away cluster
 */
public record Wish(String database, String backup, String of, List<String> tables, boolean drill) {

    public Wish {
        database = database == null ? "" : database;
        backup = backup == null ? "" : backup;
        of = of == null ? "" : of;
        tables = tables == null ? List.of() : List.copyOf(tables);
    }

    public static Wish of(Statement statement) {
        JsonNode details = statement.details();
        List<String> tables = new ArrayList<>();
        details.path("tables").forEach(table -> tables.add(table.asText()));
        return new Wish(
                details.path("database").asText(),
                details.path("backup").asText(),
                details.path("of").asText(),
                tables,
                details.path("drill").asBoolean());
    }

    /** The same wish with nothing left to what is usual: two that are equal so are for the same. */
    public Wish isFor(ReleasePlan plan) {
        boolean only = database.isEmpty() && plan.databases().size() == 1;
        return new Wish(
                only ? plan.databases().keySet().iterator().next() : database,
                backup,
                of,
                tables.stream().distinct().sorted().toList(),
                drill);
    }

    /** As a person types it after {@code slipway restore shop/production}; begins with a space, or is empty. */
    public String options() {
        StringBuilder options = new StringBuilder();
        option(options, "--database", database);
        option(options, "--backup", backup);
        option(options, "--of", of);
        option(options, "--tables", String.join(",", tables));
        return options.append(drill ? " --drill" : "").toString();
    }

    private static void option(StringBuilder options, String name, String value) {
        if (!value.isEmpty()) {
            options.append(' ').append(name).append(' ');
            options.append(value.matches("[A-Za-z0-9_.,:/+-]+") ? value : "'" + value.replace("'", "'\\''") + "'");
        }
    }

    /** As the statement takes it; never empty, because a wish for the usual is one, too. */
    public String what() {
        Map<String, Object> what = new LinkedHashMap<>();
        if (!database.isEmpty()) {
            what.put("database", database);
        }
        if (!backup.isEmpty()) {
            what.put("backup", backup);
        }
        if (!of.isEmpty()) {
            what.put("of", of);
        }
        if (backup.isEmpty() && of.isEmpty() && !drill) {
            what.put("last-succeeded", true);
        }
        if (!tables.isEmpty()) {
            what.put("tables", tables);
        }
        if (drill) {
            what.put("drill", true);
        }
        return Statement.what(what);
    }
}
