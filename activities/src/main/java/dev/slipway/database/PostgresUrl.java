package dev.slipway.database;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.postgresql.PGProperty;

/**
 * Where a database is and who logs in there, read from the URL that a platform hands out ({@code postgres://},
 * {@code postgresql://} or {@code jdbc:postgresql:}). Its text form never holds the password, and neither do its errors.
 */
public final class PostgresUrl {

    /** Parameters of Prisma and of drivers for other languages: neither libpq nor the Java driver knows them. */
    private static final Set<String> OTHER_TOOLS = Set.of(
            "pgbouncer",
            "connection_limit",
            "pool_timeout",
            "socket_timeout",
            "statement_cache_size",
            "max_idle_connection_lifetime",
            "single_use_connections",
            "sslaccept",
            "sslidentity",
            "uselibpqcompat",
            "workaround",
            "supa",
            "serverversion",
            "charset");

    /** libpq's parameters: the variable that libpq reads, and the Java driver's property, empty where it has none. */
    private static final Map<String, List<String>> PARAMETERS = Map.ofEntries(
            Map.entry("sslmode", List.of("PGSSLMODE", "sslmode")),
            Map.entry("sslrootcert", List.of("PGSSLROOTCERT", "sslrootcert")),
            Map.entry("sslcert", List.of("PGSSLCERT", "sslcert")),
            Map.entry("sslkey", List.of("PGSSLKEY", "sslkey")),
            Map.entry("sslcrl", List.of("PGSSLCRL", "")),
            Map.entry("sslcompression", List.of("PGSSLCOMPRESSION", "")),
            Map.entry("sslnegotiation", List.of("PGSSLNEGOTIATION", "sslNegotiation")),
            Map.entry("ssl_min_protocol_version", List.of("PGSSLMINPROTOCOLVERSION", "")),
            Map.entry("channel_binding", List.of("PGCHANNELBINDING", "channelBinding")),
            Map.entry("gssencmode", List.of("PGGSSENCMODE", "gssEncMode")),
            Map.entry("options", List.of("PGOPTIONS", "options")),
            Map.entry("application_name", List.of("PGAPPNAME", "ApplicationName")),
            Map.entry("connect_timeout", List.of("PGCONNECT_TIMEOUT", "connectTimeout")),
            Map.entry("target_session_attrs", List.of("PGTARGETSESSIONATTRS", "targetServerType")));

    private static final Map<String, String> SERVER_TYPES = Map.of(
            "any", "any",
            "read-write", "primary",
            "primary", "primary",
            "read-only", "secondary",
            "standby", "secondary",
            "prefer-standby", "preferSecondary");

    private final List<Host> hosts;
    private final String database;
    private final String user;
    private final Optional<String> password;
    private final Map<String, String> driver;
    private final Map<String, String> libpq;
    private final String schema;

    private record Host(String name, int port) {
        @Override
        public String toString() {
            return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
        }
    }

    private PostgresUrl(
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
     * Reads a URL.
     *
     * @throws DatabaseRefused when it is none; the message never holds any part of the value that may be secret
     */
    public static PostgresUrl parse(String url) {
        String text = url.strip();
        String lower = text.toLowerCase(Locale.ROOT);
        boolean jdbc = lower.startsWith("jdbc:");
        if (jdbc) {
            text = text.substring("jdbc:".length());
            lower = text.toLowerCase(Locale.ROOT);
        }
        for (String scheme : List.of("postgresql:", "postgres:")) {
            if (lower.startsWith(scheme)) {
                return new Reader(text.substring(scheme.length()), jdbc).read();
            }
        }
        throw refused("it must start with postgresql://, postgres:// or jdbc:postgresql:");
    }

    /** The Java driver's URL, without user and password. */
    public String jdbcUrl() {
        List<String> places = hosts.stream().map(Host::toString).toList();
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

    /** The same server and login, another database. */
    public PostgresUrl withDatabase(String other) {
        return new PostgresUrl(hosts, other, user, password, driver, libpq, schema);
    }

    @Override
    public String toString() {
        return display();
    }

    private static DatabaseRefused refused(String why) {
        return new DatabaseRefused("the value is no PostgreSQL URL: " + why
                + " (the form is postgresql://user:password@host:5432/database)");
    }

    /** One reading of one URL. */
    private static final class Reader {

        private final String rest;
        private final boolean jdbc;
        private String hostText = "";
        private String portText = "";
        private String database = "";
        private String user = "";
        private Optional<String> password = Optional.empty();
        private String schema = "";
        private final Map<String, String> driver = new LinkedHashMap<>();
        private final Map<String, String> libpq = new LinkedHashMap<>();

        Reader(String rest, boolean jdbc) {
            this.rest = rest;
            this.jdbc = jdbc;
        }

        PostgresUrl read() {
            if (rest.startsWith("//")) {
                readPlace(rest.substring(2));
            } else if (jdbc) {
                int question = rest.indexOf('?');
                String path = question < 0 ? rest : rest.substring(0, question);
                database = decode(path.startsWith("/") ? path.substring(1) : path);
                readParameters(question < 0 ? "" : rest.substring(question + 1));
            } else {
                throw refused("\"//\" is missing after the scheme");
            }
            if (user.isEmpty()) {
                user = System.getProperty("user.name");
            }
            if (database.isEmpty()) {
                database = user;
            }
            return new PostgresUrl(hosts(), database, user, password, driver, libpq, schema);
        }

        private void readPlace(String text) {
            int at = at(text);
            if (at >= 0) {
                String login = text.substring(0, at);
                int colon = login.indexOf(':');
                user = decode(colon < 0 ? login : login.substring(0, colon));
                if (colon >= 0) {
                    password = Optional.of(decode(login.substring(colon + 1)));
                }
            }
            String place = text.substring(at + 1);
            int question = place.indexOf('?');
            readHostAndDatabase(question < 0 ? place : place.substring(0, question));
            readParameters(question < 0 ? "" : place.substring(question + 1));
        }

        private void readHostAndDatabase(String place) {
            int slash = place.indexOf('/');
            String authority = slash < 0 ? place : place.substring(0, slash);
            database = slash < 0 ? "" : decode(place.substring(slash + 1));
            List<String> names = new ArrayList<>();
            List<String> ports = new ArrayList<>();
            for (String one : authority.split(",", -1)) {
                int colon = one.lastIndexOf(':');
                boolean hasPort = colon > one.lastIndexOf(']');
                names.add(decode(hasPort ? one.substring(0, colon) : one));
                ports.add(hasPort ? one.substring(colon + 1) : "");
            }
            hostText = String.join(",", names);
            portText = String.join(",", ports);
        }

        /**
         * Where the login ends: at the last @ before the path, so that a password may hold one. A password with a bare
         * slash ends the authority too early; it shows because what stands there then is no host and port.
         */
        private int at(String text) {
            int end = text.length();
            for (char stop : new char[] {'/', '?'}) {
                int place = text.indexOf(stop);
                end = place < 0 ? end : Math.min(end, place);
            }
            int at = text.lastIndexOf('@', end - 1);
            if (at < 0 && !text.substring(0, end).matches("[^:]*(:\\d*)?(,[^:]*(:\\d*)?)*|\\[.*")) {
                return text.lastIndexOf('@');
            }
            return at;
        }

        private void readParameters(String query) {
            for (String pair : query.split("&")) {
                if (!pair.isEmpty()) {
                    int equals = pair.indexOf('=');
                    String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                    String value = decode(equals < 0 ? "" : pair.substring(equals + 1));
                    readParameter(name, value);
                }
            }
        }

        private void readParameter(String name, String value) {
            switch (name) {
                case "user" -> user = value;
                case "password" -> password = Optional.of(value);
                case "host" -> hostText = value;
                case "port" -> portText = value;
                case "dbname" -> database = value;
                case "schema" -> schema = value;
                case "ssl" -> {
                    // the Java driver's older word; it means the strictest mode there
                    if (!value.equals("false")) {
                        both("sslmode", jdbc ? "verify-full" : "require");
                    }
                }
                default -> {
                    if (PARAMETERS.containsKey(name)) {
                        both(name, value);
                    } else if (!OTHER_TOOLS.contains(name.toLowerCase(Locale.ROOT))) {
                        readDriverProperty(name, value);
                    }
                }
            }
        }

        private void both(String name, String value) {
            List<String> words = PARAMETERS.get(name);
            libpq.put(words.get(0), value);
            if (!words.get(1).isEmpty()) {
                driver.put(
                        words.get(1),
                        name.equals("target_session_attrs") ? SERVER_TYPES.getOrDefault(value, value) : value);
            }
        }

        private void readDriverProperty(String name, String value) {
            if (!jdbc || PGProperty.forName(name) == null) {
                throw refused("its parameter \"" + name + "\" is not known; remove it");
            }
            for (Map.Entry<String, List<String>> parameter : PARAMETERS.entrySet()) {
                if (parameter.getValue().get(1).equals(name) && !name.equals("targetServerType")) {
                    libpq.put(parameter.getValue().get(0), value);
                }
            }
            driver.put(name, value);
        }

        private List<Host> hosts() {
            String[] names = hostText.split(",", -1);
            String[] ports = portText.split(",", -1);
            List<Host> hosts = new ArrayList<>();
            for (int i = 0; i < names.length; i++) {
                String name = names[i];
                if (name.startsWith("[") && name.endsWith("]")) {
                    name = name.substring(1, name.length() - 1);
                }
                if (name.startsWith("/") || name.startsWith("@")) {
                    throw refused("it names a Unix socket, which the Java driver cannot open; name a host and a port");
                }
                if (!name.matches("[A-Za-z0-9._:%-]*")) {
                    throw refused("its host holds characters that no host has; percent-encode a '/', '?' or '#' in the"
                            + " password");
                }
                hosts.add(new Host(name.isEmpty() ? "localhost" : name, port(ports[ports.length == 1 ? 0 : i])));
            }
            return hosts;
        }

        private int port(String text) {
            if (text.isEmpty()) {
                return 5432;
            }
            if (text.matches("\\d{1,5}")) {
                int port = Integer.parseInt(text);
                if (port > 0 && port < 65536) {
                    return port;
                }
            }
            throw refused("its port is no number from 1 to 65535; percent-encode a ':' or '/' in the password");
        }

        /** Percent-decodes, and leaves a + what it is, which java.net.URLDecoder does not. */
        private String decode(String text) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            byte[] raw = text.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < raw.length; i++) {
                int high = raw[i] == '%' && i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
                int low = high >= 0 ? Character.digit(raw[i + 2], 16) : -1;
                if (low >= 0) {
                    bytes.write(high * 16 + low);
                    i += 2;
                } else {
                    bytes.write(raw[i]);
                }
            }
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
