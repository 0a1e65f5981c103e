package dev.slipway.database.rehearsal;

import dev.slipway.database.Connections;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.Room;
import dev.slipway.database.backup.ScratchCopy;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A scratch copy made ready for statements that nobody has approved: they get a login that owns what the migrating role
 * owns, and that is no superuser. So they can neither run a program nor read or write a file of the server's machine.
 */
final class Stage {

    static final String LOGIN = "slipway_rehearsal";
    private static final String REHEARSAL = "rehearsal";

    /** Catalogues with their columns for the owner; what belongs to the copy's superuser here was the platform's. */
    private static final List<List<String>> OWNED = List.of(
            List.of("pg_namespace", "nspowner"),
            List.of("pg_class", "relowner"),
            List.of("pg_type", "typowner"),
            List.of("pg_proc", "proowner"),
            List.of("pg_operator", "oprowner"),
            List.of("pg_opclass", "opcowner"),
            List.of("pg_opfamily", "opfowner"),
            List.of("pg_collation", "collowner"),
            List.of("pg_conversion", "conowner"),
            List.of("pg_statistic_ext", "stxowner"),
            List.of("pg_ts_config", "cfgowner"),
            List.of("pg_ts_dict", "dictowner"),
            List.of("pg_publication", "pubowner"),
            List.of("pg_extension", "extowner"));

    private static final String OURS = "UPDATE %1$s x SET %2$s = '" + LOGIN
            + "'::regrole WHERE %2$s = 10 AND (oid >= 16384%3$s) AND NOT EXISTS (SELECT"
            // a function of an extension may do more than its caller, and its owner may call it
            + " FROM pg_depend d WHERE d.classid = '%1$s'::regclass AND d.objid = x.oid AND d.deptype = 'e')";

    private final ScratchCopy copy;

    Stage(ScratchCopy copy) {
        this.copy = copy;
    }

    /** The copy as it was restored. */
    PostgresUrl untouched() {
        return copy.url().withUser(LOGIN);
    }

    /** The copy of the copy that the migrations run in. */
    PostgresUrl rehearsal() {
        return untouched().withDatabase(REHEARSAL);
    }

    /** Makes the login, once for all databases of the copy's server. */
    void prepare() throws SQLException {
        try (Connection superuser = Connections.patient().open(copy.url());
                Statement statement = superuser.createStatement()) {
            if (strings(statement, "SELECT 1 FROM pg_roles WHERE rolname = '" + LOGIN + "'")
                    .isEmpty()) {
                statement.execute("CREATE ROLE " + LOGIN + " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION");
            }
            for (String role : strings(
                    statement,
                    "SELECT quote_ident(rolname) FROM pg_roles WHERE NOT rolsuper AND rolname !~ '^pg_' AND rolname <> '"
                            + LOGIN + "'")) {
                statement.execute("GRANT " + role + " TO " + LOGIN);
            }
            for (List<String> each : OWNED) {
                String alsoPublic = each.get(0).equals("pg_namespace") ? " OR nspname = 'public'" : "";
                statement.execute(OURS.formatted(each.get(0), each.get(1), alsoPublic));
            }
            for (String schema : strings(
                    statement,
                    "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <>"
                            + " 'information_schema'")) {
                statement.execute("GRANT ALL ON SCHEMA " + schema + " TO PUBLIC");
            }
            statement.execute("ALTER DATABASE " + copy.url().database() + " OWNER TO " + LOGIN);
        }
    }

    /** Copies the copy, so that what was can be compared with what is. */
    void duplicate() throws SQLException {
        try (Connection superuser = Connections.patient().open(copy.url().withDatabase("postgres"));
                Statement statement = superuser.createStatement()) {
            long bytes = Long.parseLong(Connections.text(
                    superuser, "SELECT pg_database_size('" + copy.url().database() + "')"));
            long free = Room.free(copy.socketDirectory());
            if (free < bytes + bytes / 4) {
                throw new RehearsalSkipped("this machine has " + Room.words(free)
                        + " left for temporary files, and a second" + " copy takes " + Room.words(bytes));
            }
            // of a rehearsal before this one
            statement.execute("DROP DATABASE IF EXISTS " + REHEARSAL);
            boolean strategies = superuser.getMetaData().getDatabaseMajorVersion() >= 15;
            statement.execute("CREATE DATABASE " + REHEARSAL + " TEMPLATE "
                    + copy.url().database() + " OWNER " + LOGIN + (strategies ? " STRATEGY file_copy" : ""));
        } catch (IOException e) {
            throw new RehearsalSkipped("the free space of this machine could not be looked up: " + e.getMessage(), e);
        }
    }

    static List<String> strings(Statement statement, String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }
}
