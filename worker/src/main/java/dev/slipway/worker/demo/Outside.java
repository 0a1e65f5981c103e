package dev.slipway.worker.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What is true, asked of the service, the database and the disk themselves: never of the tool that is being shown. */
final class Outside {

    private static final Pattern VERSION = Pattern.compile("\"version\"\\s*:\\s*\"([^\"]*)\"");

    private final String shop;
    private final String jdbc;
    private final Path backups;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** @param jdbc without user and password */
    Outside(String shop, String jdbc, Path backups) {
        this.shop = shop;
        this.jdbc = jdbc;
        this.backups = backups;
    }

    /** The version that answers; nothing where none does. */
    String serves() {
        try {
            Matcher version = VERSION.matcher(client.send(
                            HttpRequest.newBuilder(URI.create(shop + "/health"))
                                    .timeout(Duration.ofSeconds(3))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body());
            return version.find() ? version.group(1) : "nothing known";
        } catch (IOException e) {
            return "nothing";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "nothing";
        }
    }

    /** The migrations that the database itself knows as applied, in order. */
    List<String> migrations() {
        return column(
                "select version from flyway_schema_history where success and version is not null order by installed_rank");
    }

    /** Every table and column, to be compared. */
    List<String> schema() {
        return column("select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable"
                + " from information_schema.columns where table_schema = 'public' order by 1");
    }

    private List<String> column(String sql) {
        List<String> values = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(jdbc);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            return List.of();
        }
    }

    /** Dumps with something in them whose manifest lies beside them. */
    int dumps() throws IOException {
        if (!Files.isDirectory(backups)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(backups)) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            int count = 0;
            for (Path file : all) {
                String name = file.getFileName().toString();
                if (name.endsWith(".dump")
                        && Files.size(file) > 0
                        && all.stream().anyMatch(other -> manifestOf(other, file))) {
                    count++;
                }
            }
            return count;
        }
    }

    private static boolean manifestOf(Path other, Path dump) {
        String stem = dump.getFileName().toString().replaceAll("\\.dump$", "");
        String name = other.getFileName().toString();
        return !other.equals(dump) && name.startsWith(stem) && name.endsWith("json");
    }
}
