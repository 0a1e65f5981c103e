package dev.slipway.shop;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * Where the database is and who asks: a {@code jdbc:postgresql:} URL with user and password apart from it, because pgjdbc
 * takes them as properties only.
 */
record DatabaseUrl(String jdbc, String user, String password) {

    /** Takes {@code postgres://user:password@host:port/name?options}, {@code postgresql://…} or a JDBC URL. */
    static DatabaseUrl parse(String url) {
        if (url.startsWith("jdbc:postgresql:")) {
            return new DatabaseUrl(url, "", "");
        }
        if (!url.startsWith("postgres://") && !url.startsWith("postgresql://")) {
            throw new IllegalArgumentException(
                    "DATABASE_URL starts with neither 'postgres://' nor 'jdbc:postgresql:'; give it as one of the two");
        }
        String rest = url.substring(url.indexOf("://") + 3);
        int path = rest.indexOf('/', rest.lastIndexOf('@') + 1);
        String authority = path < 0 ? rest : rest.substring(0, path);
        String database = path < 0 ? "/" : rest.substring(path);
        int at = authority.lastIndexOf('@');
        String credentials = at < 0 ? "" : authority.substring(0, at);
        int colon = credentials.indexOf(':');
        return new DatabaseUrl(
                "jdbc:postgresql://" + authority.substring(at + 1) + database,
                decode(colon < 0 ? credentials : credentials.substring(0, colon)),
                decode(colon < 0 ? "" : credentials.substring(colon + 1)));
    }

    Properties properties() {
        Properties properties = new Properties();
        if (!user.isEmpty()) {
            properties.setProperty("user", user);
        }
        if (!password.isEmpty()) {
            properties.setProperty("password", password);
        }
        return properties;
    }

    /** Never the password: this ends up in logs. */
    @Override
    public String toString() {
        return jdbc.replaceAll("[?].*", "");
    }

    private static String decode(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8); // a plus stands for itself here
    }
}
