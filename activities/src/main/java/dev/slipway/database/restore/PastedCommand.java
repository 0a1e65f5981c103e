package dev.slipway.database.restore;

import dev.slipway.database.PostgresUrl;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A command of PostgreSQL's own programs that a person can paste: with server, port and login, and without the password,
 * which the program asks for, or finds where it always does ({@code ~/.pgpass}, {@code PGPASSWORD}).
 */
final class PastedCommand {

    /** What a server may insist on, or be found by; files of the worker's are none of a person's. */
    private static final List<String> SETTINGS = List.of(
            "PGSSLMODE", "PGSSLNEGOTIATION", "PGCHANNELBINDING", "PGHOSTADDR", "PGTARGETSESSIONATTRS", "PGOPTIONS");

    private PastedCommand() {}

    /** @param arguments quoted for a shell where they need it */
    static String of(PostgresUrl server, String program, String arguments) {
        Map<String, String> where = server.libpqEnvironment();
        String settings = SETTINGS.stream()
                .filter(where::containsKey)
                .map(name -> name + "=" + RestoreStep.shell(where.get(name)) + " ")
                .collect(Collectors.joining());
        return settings + program + " -h " + RestoreStep.shell(where.get("PGHOST")) + " -p "
                + RestoreStep.shell(where.get("PGPORT")) + " -U " + RestoreStep.shell(where.get("PGUSER")) + " "
                + arguments;
    }
}
