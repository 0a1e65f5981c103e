package dev.slipway.database.migrations;

import java.util.ArrayList;
import java.util.List;

/** How a session is set up for a file, and set up again for the next one, whatever the file before it has set. */
final class Preparation {

    private final MigrationRequest request;
    private final String schema;

    /** @param schema where names without one are looked for; empty for what the server says */
    Preparation(MigrationRequest request, String schema) {
        this.request = request;
        this.schema = schema;
    }

    /** For a session that could not write. */
    List<String> toLook() {
        List<String> all = new ArrayList<>(List.of(
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
                "SET application_name = '" + Turn.AT_WORK + " look'"));
        all.addAll(whoAndWhere());
        return all;
    }

    List<String> toWork(int serverMajor) {
        List<String> all = new ArrayList<>(List.of("SET application_name = '" + Turn.AT_WORK + "'"));
        if (serverMajor >= 14) {
            // else a backend learns that its worker is dead only when its statement ends
            all.add("SET client_connection_check_interval = '1s'");
        }
        all.add("SET lock_timeout = " + request.lockTimeout().toMillis());
        all.add("SET statement_timeout = 0");
        all.add("SET idle_in_transaction_session_timeout = 0");
        all.addAll(whoAndWhere());
        return all;
    }

    private List<String> whoAndWhere() {
        List<String> all = new ArrayList<>();
        if (!request.role().isEmpty()) {
            all.add("SET ROLE " + HistoryTable.quoted(request.role()));
        }
        if (!schema.isEmpty()) {
            all.add("SET search_path = " + HistoryTable.quoted(schema));
        }
        return all;
    }

    /** Everything in one go, before each file. */
    String again(int serverMajor) {
        return "RESET SESSION AUTHORIZATION; RESET ALL; " + String.join("; ", toWork(serverMajor));
    }

    /** The role alone, which a file may have changed. */
    String roleAgain() {
        return "RESET SESSION AUTHORIZATION; "
                + (request.role().isEmpty() ? "RESET ROLE" : "SET ROLE " + HistoryTable.quoted(request.role()));
    }
}
