package dev.slipway.database.migrations;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code supabase db push}, the way of Supabase's command line to apply what is pending. */
final class SupabaseCommand implements OfficialMigrations.Official {

    private static final String FOLDER = "supabase/migrations";

    private final String program;

    /** @param program by path, or by name on the PATH */
    SupabaseCommand(String program) {
        this.program = program;
    }

    @Override
    public String needs() {
        return "Supabase: its command line, for instance the npm package `supabase`";
    }

    @Override
    public List<String> arguments(MigrationRequest request) {
        Map<String, String> libpq = request.url().libpqEnvironment();
        // the password comes by PGPASSWORD; everybody on the machine may read arguments
        String url = "postgresql://" + encoded(libpq.get("PGUSER")) + "@" + libpq.get("PGHOST") + ":"
                + libpq.get("PGPORT") + "/" + encoded(libpq.get("PGDATABASE"));
        return List.of(
                program, "db", "push", "--yes", "--workdir", directory(request).toString(), "--db-url", url);
    }

    @Override
    public Path directory(MigrationRequest request) {
        if (!request.folder().equals(FOLDER) && !request.folder().endsWith("/" + FOLDER)) {
            throw new MigrationFailed(
                    "nothing was migrated: Supabase's command line reads " + FOLDER + ", not \"" + request.folder()
                            + "\"; move the files there, or let `runner: own` migrate",
                    true);
        }
        return request.directory().resolve("../..").normalize();
    }

    @Override
    public Map<String, String> environment(MigrationRequest request) {
        Map<String, String> environment = new TreeMap<>(request.url().libpqEnvironment());
        String options = "-c lock_timeout=" + request.lockTimeout().toMillis()
                + (request.role().isEmpty() ? "" : " -c role=" + request.role());
        environment.merge("PGOPTIONS", options, (given, more) -> given + " " + more);
        environment.put("CI", "true");
        environment.put("DO_NOT_TRACK", "1");
        return environment;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
