package dev.slipway.database;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** One reading of the text that says where a database is. */
final class PostgresUrlReader {

    /** What Supabase's page shows in the place of the password. */
    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\[?(YOUR|MY)[-_ ]?(DB[-_ ]?)?PASSWORD\\]?", Pattern.CASE_INSENSITIVE);

    /** Word, equals sign: no URL begins like that. */
    private static final Pattern PAIRS = Pattern.compile("[a-z_]+\\s*=");

    /** A scheme with the name of another language's driver, as SQLAlchemy writes it. */
    private static final Pattern DRIVER = Pattern.compile("^(postgres(?:ql)?)\\+[a-z0-9_]+:", Pattern.CASE_INSENSITIVE);

    private final String rest;
    private final boolean jdbc;
    private String hostText = "";
    private String portText = "";
    private String database = "";
    private String user = "";
    private Optional<String> password = Optional.empty();
    private String schema = "";
    private final UrlParameters parameters;

    private PostgresUrlReader(String rest, boolean jdbc) {
        this.rest = rest;
        this.jdbc = jdbc;
        this.parameters = new UrlParameters(jdbc);
    }

    /**
     * Reads a URL, or libpq's pairs.
     *
     * @throws DatabaseRefused when it is neither; the message never holds any part of the value that may be secret
     */
    static PostgresUrl read(String url) {
        String text = unquoted(url.strip());
        if (PAIRS.matcher(text).lookingAt()) {
            return new PostgresUrlReader("", false).readPairs(text);
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
                return new PostgresUrlReader(text.substring(scheme.length()), jdbc).read();
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

    static DatabaseRefused refused(String why) {
        return new DatabaseRefused(
                "the value is no PostgreSQL URL: " + why
                        + " (the form is postgresql://user:password@host:5432/database, or host=… port=… dbname=… user=… password=…)");
    }

    private PostgresUrl read() {
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
    private PostgresUrl readPairs(String text) {
        int at = 0;
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            String name = equals < 0 ? "" : text.substring(at, equals).strip();
            if (!name.matches("[a-zA-Z_]+")) {
                throw refused("a name and \"=\" are expected where something else stands; put a value with a space into"
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
        return new PostgresUrl(hosts(), database, user, password, parameters.driver(), parameters.libpq(), schema);
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
            case "schema" -> schema = value;
            default -> parameters.read(name, value);
        }
    }

    private List<PostgresUrl.Host> hosts() {
        if (hostText.isEmpty()) {
            hostText = parameters.libpq().getOrDefault("PGHOSTADDR", "");
        }
        String[] names = hostText.split(",", -1);
        String[] ports = portText.split(",", -1);
        if (ports.length != 1 && ports.length != names.length) {
            throw refused("it names " + names.length + " hosts and " + ports.length
                    + " ports; give each host its port, or one for all");
        }
        List<PostgresUrl.Host> hosts = new ArrayList<>();
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
            hosts.add(
                    new PostgresUrl.Host(name.isEmpty() ? "localhost" : name, port(ports[ports.length == 1 ? 0 : i])));
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
