package dev.slipway.database;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.postgresql.PGProperty;
import org.postgresql.ssl.DefaultJavaSSLFactory;

/**
 * The parameters of a URL beside host, database and login, once as the Java driver's properties and once as what libpq's
 * programs read from their environment. What neither knows and another tool does is left out; anything else is refused.
 */
final class UrlParameters {

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

    private final boolean jdbc;
    private final Map<String, String> driver = new LinkedHashMap<>();
    private final Map<String, String> libpq = new LinkedHashMap<>();

    /** @param jdbc whether they stand in a URL of the Java driver, whose words they may be */
    UrlParameters(boolean jdbc) {
        this.jdbc = jdbc;
    }

    /** Property of the Java driver to its value. */
    Map<String, String> driver() {
        return driver;
    }

    /** Variable of libpq's environment to its value. */
    Map<String, String> libpq() {
        return libpq;
    }

    /** @throws DatabaseRefused where nothing here knows it, or it points to what the worker does not have */
    void read(String name, String value) {
        switch (name) {
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
            case "currentSchema" -> {
                driver.put(name, value);
                libpq.merge("PGOPTIONS", "-c search_path=" + escaped(value), (one, other) -> one + " " + other);
            }
            default -> {
                if (ELSEWHERE.containsKey(name)) {
                    throw PostgresUrlReader.refused("it holds \"" + name + "\": " + ELSEWHERE.get(name));
                }
                if (PARAMETERS.containsKey(name)) {
                    both(name, value);
                } else if (!OTHER_TOOLS.contains(name.toLowerCase(Locale.ROOT))) {
                    driverProperty(name, value);
                }
            }
        }
    }

    private void sslMode(String value) {
        if (!SSL_MODES.contains(value)) {
            throw PostgresUrlReader.refused(
                    "its sslmode is none of disable, allow, prefer, require, verify-ca and verify-full");
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

    private void driverProperty(String name, String value) {
        if (!jdbc || PGProperty.forName(name) == null) {
            throw PostgresUrlReader.refused("its parameter \"" + name + "\" is not known; remove it");
        }
        for (Map.Entry<String, List<String>> parameter : PARAMETERS.entrySet()) {
            if (parameter.getValue().get(1).equals(name) && !name.equals("targetServerType")) {
                libpq.put(parameter.getValue().get(0), value);
            }
        }
        driver.put(name, value);
    }
}
