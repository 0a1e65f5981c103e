package dev.slipway.database.restore;

import dev.slipway.database.PostgresUrl;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A command of PostgreSQL's own programs that a person can paste: with server, port and login, and without the password,
 * which the program asks for, or finds where it always does ({@code ~/.pgpass}, {@code PGPASSWORD}).
 */
final class PastedCommand {

    /** What a server may insist on, or be found by; files of the worker's are none of a person's. */
    private static final List<String> SETTINGS = List.of(
            "PGSSLMODE", "PGSSLNEGOTIATION", "PGCHANNELBINDING", "PGHOSTADDR", "PGTARGETSESSIONATTRS", "PGOPTIONS");

    private static final String ROOT = "PGSSLROOTCERT";
    private static final String SYSTEM = "system";

    private PastedCommand() {}

    /** @param arguments quoted for a shell where they need it */
    static String of(PostgresUrl server, String program, String arguments) {
        Map<String, String> where = server.libpqEnvironment();
        // the certificates that every system trusts are no file of the worker's, and without them nothing verifies
        Stream<String> trust = SYSTEM.equals(where.get(ROOT)) ? Stream.of(ROOT) : Stream.of();
        String settings = Stream.concat(SETTINGS.stream(), trust)
                .filter(where::containsKey)
                .map(name -> name + "=" + RestoreStep.shell(where.get(name)) + " ")
                .collect(Collectors.joining());
        return settings + program + " -h " + RestoreStep.shell(where.get("PGHOST")) + " -p "
                + RestoreStep.shell(where.get("PGPORT")) + " -U " + RestoreStep.shell(where.get("PGUSER")) + " "
                + arguments;
    }
}
