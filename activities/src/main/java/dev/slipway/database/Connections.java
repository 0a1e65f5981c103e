package dev.slipway.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** Sessions with a database, none of which waits for ever, and what their failures mean. */
public final class Connections {

    /** A database that takes longer to say hello is down for a release's purposes. */
    private static final Duration TO_CONNECT = Duration.ofSeconds(10);
    /** Look-ups answer in milliseconds; a minute of silence is a dead connection. */
    private static final Duration TO_ANSWER = Duration.ofSeconds(60);

    /**
     * Server says: shutting down, crashed, starting up, too many clients; and what the next attempt may find settled: a
     * lock held by somebody else, a deadlock, a serialisation conflict.
     */
    private static final Set<String> PASSING = Set.of("57P01", "57P02", "57P03", "53300", "55P03", "40P01", "40001");

    /** "Data exception": the server quotes the value that it could not take. */
    private static final String OF_A_VALUE = "22";

    /** From the first quotation mark of any language on: a value may hold such a mark itself. */
    private static final Pattern QUOTED = Pattern.compile("[\"«»„“”「『].*");

    private final Duration connect;
    private final Duration answer;

    /**
     * @param connect how long the first hello may take
     * @param answer how long a statement may stay silent; zero for no limit
     */
    public Connections(Duration connect, Duration answer) {
        this.connect = connect;
        this.answer = answer;
    }

    /** For look-ups. */
    public static Connections standard() {
        return new Connections(TO_CONNECT, TO_ANSWER);
    }

    /** For statements that last as long as they last; the connection is probed by keep-alives instead. */
    public static Connections patient() {
        return new Connections(TO_CONNECT, Duration.ZERO);
    }

    /**
     * Opens a session.
     *
     * @throws DatabaseUnavailable when it may work later
     * @throws DatabaseRefused when it will not
     */
    public Connection open(PostgresUrl url) {
        Properties properties = url.properties();
        properties.setProperty(PGProperty.CONNECT_TIMEOUT.getName(), seconds(connect));
        properties.setProperty(PGProperty.LOGIN_TIMEOUT.getName(), seconds(connect));
        properties.setProperty(PGProperty.SOCKET_TIMEOUT.getName(), seconds(answer));
        properties.setProperty(PGProperty.TCP_KEEP_ALIVE.getName(), "true");
        properties.putIfAbsent(PGProperty.APPLICATION_NAME.getName(), "slipway");
        try {
            Connection connection = new Driver().connect(url.jdbcUrl(), properties);
            if (connection == null) {
                throw new DatabaseRefused(url.display() + ": the driver does not take this URL");
            }
            return connection;
        } catch (SQLException e) {
            throw failure(url, "no connection", e);
        }
    }

    /** What a failure means: worth trying again, or not. Said once, here. */
    public static RuntimeException failure(PostgresUrl url, String what, SQLException e) {
        String message = url.display() + ": " + what + ": " + reason(e) + " (SQLSTATE " + state(e) + ")";
        return isPassing(e) ? new DatabaseUnavailable(message, e) : new DatabaseRefused(message, e);
    }

    public static boolean isPassing(SQLException e) {
        String state = state(e);
        // 08004 is a server that answers, and says no
        return PASSING.contains(state) || state.startsWith("08") && !state.equals("08004");
    }

    public static String state(SQLException e) {
        return e.getSQLState() == null ? "unknown" : e.getSQLState();
    }

    /**
     * The first line of what was said, with the cause that the driver hides behind "the connection attempt failed", and
     * without values of rows.
     */
    public static String reason(SQLException e) {
        String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
        if (state(e).startsWith(OF_A_VALUE)) {
            // violated constraints, class 23, are named in the first line, and their values in those after it
            return QUOTED.matcher(said).replaceFirst("\"…\"");
        }
        Throwable cause = e.getCause();
        return cause == null || cause.getMessage() == null || said.contains(cause.getMessage())
                ? said
                : said + " " + cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    /** The first column of the first row. */
    public static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    private static String seconds(Duration duration) {
        return String.valueOf(duration.toSeconds());
    }
}
