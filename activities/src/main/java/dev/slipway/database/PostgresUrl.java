package dev.slipway.database;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.newsclub.net.unix.AFUNIXSocketFactory;
import org.postgresql.PGProperty;

/**
 * Where a database is and who logs in there, read from the text that a platform hands out: a URL ({@code postgres://},
 * {@code postgresql://}, also with the driver's name as in {@code postgresql+psycopg://}, or {@code jdbc:postgresql:}), or
 * libpq's pairs ({@code host=db dbname=shop}). Its text form never holds the password, and neither do its errors.
 */
public final class PostgresUrl {

    private final List<Host> hosts;
    private final String database;
    private final String user;
    private final Optional<String> password;
    private final Map<String, String> driver;
    private final Map<String, String> libpq;
    private final String schema;

    record Host(String name, int port) {

        boolean onSocket() {
            return name.startsWith("/");
        }

        @Override
        public String toString() {
            return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
        }
    }

    PostgresUrl(
            List<Host> hosts,
            String database,
            String user,
            Optional<String> password,
            Map<String, String> driver,
            Map<String, String> libpq,
            String schema) {
        this.schema = schema;
        this.hosts = List.copyOf(hosts);
        this.database = database;
        this.user = user;
        this.password = password;
        this.driver = Map.copyOf(driver);
        this.libpq = Map.copyOf(libpq);
    }

    /**
     * Reads a URL, or libpq's pairs.
     *
     * @throws DatabaseRefused when it is neither; the message never holds any part of the value that may be secret
     */
    public static PostgresUrl parse(String url) {
        return PostgresUrlReader.read(url);
    }

    /**
     * A database of a server of this machine that is reached through its Unix socket.
     *
     * @param directory where the server's socket lies, absolute
     * @param port the number in the socket's name
     */
    static PostgresUrl onSocket(Path directory, int port, String database, String user) {
        Path socket = directory.resolve(".s.PGSQL." + port);
        return new PostgresUrl(
                List.of(new Host(directory.toString(), port)),
                database,
                user,
                Optional.empty(),
                Map.of(
                        PGProperty.SOCKET_FACTORY.getName(),
                        AFUNIXSocketFactory.FactoryArg.class.getName(),
                        PGProperty.SOCKET_FACTORY_ARG.getName(),
                        socket.toString(),
                        PGProperty.SSL_MODE.getName(),
                        "disable"),
                Map.of(),
                "");
    }

    /** The Java driver's URL, without user and password. */
    public String jdbcUrl() {
        // the driver's grammar has no sockets: there the socket factory knows the way, and the name is only for show
        List<String> places = hosts.stream()
                .map(host -> host.onSocket() ? "localhost:" + host.port() : host.toString())
                .toList();
        return "jdbc:postgresql://" + String.join(",", places) + "/"
                + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The Java driver's properties, user and password among them. */
    public Properties properties() {
        Properties properties = new Properties();
        driver.forEach(properties::setProperty);
        properties.setProperty(PGProperty.USER.getName(), user);
        password.ifPresent(value -> properties.setProperty(PGProperty.PASSWORD.getName(), value));
        return properties;
    }

    /** The environment in which PostgreSQL's own programs find this database without a word on their command line. */
    public Map<String, String> libpqEnvironment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PGAPPNAME", "slipway");
        environment.put("PGCONNECT_TIMEOUT", "10");
        environment.putAll(libpq);
        environment.put(
                "PGHOST", String.join(",", hosts.stream().map(Host::name).toList()));
        environment.put(
                "PGPORT",
                String.join(
                        ",",
                        hosts.stream().map(host -> String.valueOf(host.port())).toList()));
        environment.put("PGDATABASE", database);
        environment.put("PGUSER", user);
        password.ifPresent(value -> environment.put("PGPASSWORD", value));
        return environment;
    }

    public String database() {
        return database;
    }

    /** The schema that Prisma would work in, its parameter {@code schema}; empty where the URL names none. */
    public String schema() {
        return schema;
    }

    public String user() {
        return user;
    }

    /** For people: everything but the password and the parameters. */
    public String display() {
        List<String> places = hosts.stream().map(Host::toString).toList();
        return "postgresql://" + user + "@" + String.join(",", places) + "/" + database;
    }

    /** The same server and database, another login without a password. */
    public PostgresUrl withUser(String other) {
        return new PostgresUrl(hosts, database, other, Optional.empty(), driver, libpq, schema);
    }

    /** The same server and login, another database. */
    public PostgresUrl withDatabase(String other) {
        return new PostgresUrl(hosts, other, user, password, driver, libpq, schema);
    }

    @Override
    public String toString() {
        return display();
    }
}
