package dev.slipway.database;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.newsclub.net.unix.AFUNIXSocketFactory;
import org.postgresql.PGProperty;
import org.postgresql.ssl.DefaultJavaSSLFactory;

/**
 * Where a database is and who logs in there, read from the text that a platform hands out: a URL ({@code postgres://},
 * {@code postgresql://}, also with the driver's name as in {@code postgresql+psycopg://}, or {@code jdbc:postgresql:}), or
 * libpq's pairs ({@code host=db dbname=shop}). Its text form never holds the password, and neither do its errors.
 */
public final class PostgresUrl {

    /** Parameters of Prisma and of drivers for other languages: neither libpq nor the Java driver knows them. */
    private static final Set<String> OTHER_TOOLS = Set.of(
            "pgbouncer",
            "connection_limit",
            "pool_timeout",
            "pool_mode",
            "prepared_statements",
            "prepared_statement_cache_size",
            "statement_timeout",
            "idle_in_transaction_session_timeout",
            "query_timeout",
            "lock_timeout",
            "max_uses",
            "pool_size",
            "min_pool_size",
            "max_pool_size",
            "pool_max_conns",
            "encoding",
            "client_encoding",
            "fallback_application_name",
            "keepalives",
            "keepalives_idle",
            "keepalives_interval",
            "keepalives_count",
            "tcp_user_timeout",
            "sslsni",
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
            Map.entry("sslcrldir", List.of("PGSSLCRLDIR", "")),
            Map.entry("sslcertmode", List.of("PGSSLCERTMODE", "")),
            Map.entry("hostaddr", List.of("PGHOSTADDR", "")),
            Map.entry("require_auth", List.of("PGREQUIREAUTH", "requireAuth")),
            Map.entry("krbsrvname", List.of("PGKRBSRVNAME", "kerberosServerName")),
            Map.entry("gsslib", List.of("PGGSSLIB", "gsslib")),
            Map.entry("sslcompression", List.of("PGSSLCOMPRESSION", "")),
            Map.entry("sslnegotiation", List.of("PGSSLNEGOTIATION", "sslNegotiation")),
            Map.entry("ssl_min_protocol_version", List.of("PGSSLMINPROTOCOLVERSION", "")),
            Map.entry("ssl_max_protocol_version", List.of("PGSSLMAXPROTOCOLVERSION", "")),
            Map.entry("channel_binding", List.of("PGCHANNELBINDING", "channelBinding")),
            Map.entry("gssencmode", List.of("PGGSSENCMODE", "gssEncMode")),
            Map.entry("options", List.of("PGOPTIONS", "options")),
            Map.entry("application_name", List.of("PGAPPNAME", "ApplicationName")),
            Map.entry("connect_timeout", List.of("PGCONNECT_TIMEOUT", "connectTimeout")),
            Map.entry("target_session_attrs", List.of("PGTARGETSESSIONATTRS", "targetServerType")));

    /** What the two drivers know; the last is how drivers for other languages call encryption without a check. */
    private static final Set<String> SSL_MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full", "no-verify");

    /** What would come from a file or a place that the worker does not have. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "service", "a service file is not read; write host, port, database, user and password out",
            "servicefile", "a service file is not read; write host, port, database, user and password out",
            "passfile", "a password file is not read; put the password into the value",
            "sslpassword", "a key with a password is not opened; name a key without one",
            "replication", "a replication connection takes no backup and no migration; take the parameter out");

    private static final Map<String, String> SERVER_TYPES = Map.of(
            "any", "any",
            "read-write", "primary",
            "primary", "primary",
            "read-only", "secondary",
            "standby", "secondary",
            "prefer-standby", "preferSecondary");

    /** What Supabase's page shows in the place of the password. */
    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\[?(YOUR|MY)[-_ ]?(DB[-_ ]?)?PASSWORD\\]?", Pattern.CASE_INSENSITIVE);

    /** Word, equals sign: no URL begins like that. */
    private static final Pattern PAIRS = Pattern.compile("[a-z_]+\\s*=");

    /** A scheme with the name of another language's driver, as SQLAlchemy writes it. */
    private static final Pattern DRIVER = Pattern.compile("^(postgres(?:ql)?)\\+[a-z0-9_]+:", Pattern.CASE_INSENSITIVE);

    private final List<Host> hosts;
    private final String database;
    private final String user;
    private final Optional<String> password;
    private final Map<String, String> driver;
    private final Map<String, String> libpq;
    private final String schema;

    private record Host(String name, int port) {

        boolean onSocket() {
            return name.startsWith("/");
        }

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
     * Reads a URL, or libpq's pairs.
     *
     * @throws DatabaseRefused when it is neither; the message never holds any part of the value that may be secret
     */
    public static PostgresUrl parse(String url) {
        String text = unquoted(url.strip());
        if (PAIRS.matcher(text).lookingAt()) {
            return new Reader("", false).readPairs(text);
        }
        if (text.startsWith("prisma:") || text.startsWith("prisma+postgres:")) {
            throw refused("it is an address of Prisma's proxy; give the database's own URL");
        }
        text = DRIVER.matcher(text).replaceFirst("$1:");
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

    /** A value that was copied from a file of settings together with the quotes around it. */
    private static String unquoted(String text) {
        boolean quoted = text.length() > 1
                && (text.startsWith("\"") && text.endsWith("\"") || text.startsWith("'") && text.endsWith("'"));
        return quoted ? text.substring(1, text.length() - 1).strip() : text;
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

    private static DatabaseRefused refused(String why) {
        return new DatabaseRefused(
                "the value is no PostgreSQL URL: " + why
                        + " (the form is postgresql://user:password@host:5432/database, or host=… port=… dbname=… user=… password=…)");
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
            return made();
        }

        /** libpq's other form: {@code name = value}, the value in single quotes where it holds a space. */
        PostgresUrl readPairs(String text) {
            int at = 0;
            while (at < text.length()) {
                int equals = text.indexOf('=', at);
                String name = equals < 0 ? "" : text.substring(at, equals).strip();
                if (!name.matches("[a-zA-Z_]+")) {
                    throw refused(
                            "a name and \"=\" are expected where something else stands; put a value with a space into"
                                    + " single quotes");
                }
                at = equals + 1;
                while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                    at++;
                }
                boolean quoted = at < text.length() && text.charAt(at) == '\'';
                StringBuilder value = new StringBuilder();
                at = quoted ? at + 1 : at;
                while (at < text.length() && !ends(text.charAt(at), quoted)) {
                    if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                        at++;
                    }
                    value.append(text.charAt(at));
                    at++;
                }
                if (quoted && at == text.length()) {
                    throw refused("a single quote is not closed; write \\' for one inside a value");
                }
                at = quoted ? at + 1 : at;
                while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                    at++;
                }
                readParameter(name, value.toString());
            }
            return made();
        }

        private static boolean ends(char character, boolean quoted) {
            return quoted ? character == '\'' : Character.isWhitespace(character);
        }

        private PostgresUrl made() {
            if (password.filter(value -> PLACEHOLDER.matcher(value).matches()).isPresent()) {
                throw refused(
                        "its password is the placeholder of the page that it was copied from; put the real one there");
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
            if (slash >= 0 && place.indexOf('@', slash) >= 0) {
                throw refused("a \"/\" stands in the password, where the database's name would begin; write it as %2F");
            }
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
                    String value = equals < 0 ? "" : pair.substring(equals + 1);
                    // there the Java driver reads a + as a space, which libpq does not
                    readParameter(name, decode(jdbc ? value.replace('+', ' ') : value));
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
                case "ssl" -> {
                    // the Java driver's older word; it means the strictest mode there
                    if (!value.equals("false") && !value.equals("0")) {
                        both("sslmode", jdbc ? "verify-full" : "require");
                    }
                }
                case "requiressl" -> {
                    if (value.equals("1")) {
                        both("sslmode", "require");
                    }
                }
                case "sslmode" -> sslMode(value);
                case "sslrootcert" -> rootCertificate(value);
                case "schema" -> schema = value;
                case "currentSchema" -> {
                    driver.put(name, value);
                    libpq.merge("PGOPTIONS", "-c search_path=" + escaped(value), (one, other) -> one + " " + other);
                }
                default -> {
                    if (ELSEWHERE.containsKey(name)) {
                        throw refused("it holds \"" + name + "\": " + ELSEWHERE.get(name));
                    }
                    if (PARAMETERS.containsKey(name)) {
                        both(name, value);
                    } else if (!OTHER_TOOLS.contains(name.toLowerCase(Locale.ROOT))) {
                        readDriverProperty(name, value);
                    }
                }
            }
        }

        private void sslMode(String value) {
            if (!SSL_MODES.contains(value)) {
                throw refused("its sslmode is none of disable, allow, prefer, require, verify-ca and verify-full");
            }
            both("sslmode", value.equals("no-verify") ? "require" : value);
        }

        /** libpq's word for the certificates that the system trusts is a file's name to the Java driver. */
        private void rootCertificate(String value) {
            if (value.equals("system")) {
                libpq.put("PGSSLROOTCERT", value);
                both("sslmode", "verify-full");
                driver.put("sslfactory", DefaultJavaSSLFactory.class.getName());
            } else {
                both("sslrootcert", value);
            }
        }

        /** Within PGOPTIONS a space ends a word, unless a backslash stands before it. */
        private static String escaped(String value) {
            return value.replace("\\", "\\\\").replace(" ", "\\ ");
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
            if (hostText.isEmpty()) {
                hostText = libpq.getOrDefault("PGHOSTADDR", "");
            }
            String[] names = hostText.split(",", -1);
            String[] ports = portText.split(",", -1);
            if (ports.length != 1 && ports.length != names.length) {
                throw refused("it names " + names.length + " hosts and " + ports.length
                        + " ports; give each host its port, or one for all");
            }
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
