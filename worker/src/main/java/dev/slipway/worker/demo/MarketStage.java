package dev.slipway.worker.demo;

import dev.slipway.database.Connections;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.worker.Ending;
import dev.slipway.worker.Stopped;
import dev.slipway.worker.dev.DevTemporal;
import dev.slipway.worker.dev.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that the production workflow is played on: real databases for production and development, everything of Slipway,
 * and a stand-in for the application.
 */
final class MarketStage implements ExampleStage {

    static final List<String> PEOPLE = List.of("ana", "ci");

    private static final String SERVICE = "marketplace";
    private static final String PRODUCTION = "production";
    private static final String DEVELOPMENT = "development";

    private final Installation installation;
    private final Ending ending;
    private final Account account;
    private final Ground ground;
    private final MarketRepository repository;
    private Optional<ThrowAwayCluster> cluster = Optional.empty();
    private Optional<MarketService> service = Optional.empty();

    MarketStage(Installation installation, Map<String, String> shell, Ending ending, Account account, Hands hands)
            throws IOException {
        this.installation = installation;
        this.ending = ending;
        this.account = account;
        this.ground = new Ground(shell, ending, account, hands, Optional.empty());
        this.repository = new MarketRepository(installation.productionWorkflow(), ground.folder(), shell);
    }

    @Override
    public void set() throws IOException {
        PEOPLE.forEach(ground::person);
        ground.environment(SERVICE, PRODUCTION, SERVICE + "-production.key");
        account.say("Keys         ci asks for releases; nobody has to approve them; the environment's key is pinned");
        makeDatabases();
        List<Integer> ports = Ports.free(3);
        ground.startTemporal(ports.get(0), ports.get(1));
        repository.begin(MarketFiles.plan(
                example("slipway.yaml"),
                repository.address().toString(),
                service().address(),
                home().toString(),
                ground::publicKey));
        account.say("Repository   " + repository.checkout() + ", with the files of examples/production-workflow");
        Path file = ground.folder().resolve("slipway-worker.yaml");
        Files.writeString(
                file,
                MarketFiles.worker(
                        example("slipway-worker.yaml"),
                        repository.address().toString(),
                        ports.get(2),
                        ground::publicKey));
        ground.startWorker(file, ports.get(2));
        account.say("Worker       serves marketplace/production");
    }

    private void makeDatabases() throws IOException {
        ThrowAwayCluster made = ending.add(ThrowAwayCluster.start());
        cluster = Optional.of(made);
        String password = random();
        made.execute("postgres", "CREATE ROLE marketplace LOGIN CREATEDB PASSWORD '" + password + "'");
        made.execute("postgres", "CREATE DATABASE production OWNER marketplace");
        made.execute("postgres", "CREATE DATABASE development OWNER marketplace");
        String production = url(password, PRODUCTION);
        ground.secret("database_url", production);
        ground.secret("direct_url", production);
        ground.secret("prod_database_url", production);
        ground.secret("dev_database_url", url(password, DEVELOPMENT));
        ground.secret("nextauth_secret", random());
        Files.createDirectories(home());
        service = Optional.of(ending.add(new MarketService(home(), PostgresUrl.parse(production))));
        ground.secret("summary_url", service().address() + "/summary/" + random());
        account.say("PostgreSQL   a throw-away server on port " + made.port()
                + " with production and development; passwords stand in files that only the worker reads");
        account.say("Application  " + service().address()
                + "/api/health: a stand-in that asks production's database what its live version needs");
    }

    private String url(String password, String database) {
        return "postgresql://marketplace:" + password + "@127.0.0.1:"
                + cluster.orElseThrow().port() + "/" + database;
    }

    static String random() {
        return HexFormat.of().formatHex(new SecureRandom().generateSeed(20));
    }

    private Path home() {
        return ground.folder().resolve("home");
    }

    private String example(String file) throws IOException {
        return Files.readString(installation.productionWorkflow().resolve(file));
    }

    /** A secret is put where the worker looks for it. */
    void secret(String name, String value) throws IOException {
        ground.secret(name, value);
    }

    /** A secret is taken away; what it was. */
    String withoutSecret(String name) throws IOException {
        Path file = ground.folder().resolve("secrets").resolve(name);
        String value = Files.readString(file).strip();
        Files.delete(file);
        return value;
    }

    /** By the database's superuser, who may do more than the application's login. */
    void production(String sql) {
        cluster.orElseThrow().execute(PRODUCTION, sql);
    }

    void development(String sql) {
        cluster.orElseThrow().execute(DEVELOPMENT, "SET ROLE marketplace; " + sql);
    }

    /** What production's database answers. */
    String asked(String sql) {
        try (Connection connection = Connections.standard()
                        .open(PostgresUrl.parse(cluster.orElseThrow().url(PRODUCTION)));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        } catch (SQLException e) {
            throw new Stopped(Stopped.FAILED, "production can't be asked: " + e.getMessage());
        }
    }

    /** Dumps that are whole. */
    long backups() throws IOException {
        Path folder = ground.folder().resolve("backups");
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".dump")).count();
        }
    }

    MarketRepository repository() {
        return repository;
    }

    MarketService service() {
        return service.orElseThrow();
    }

    Ground ground() {
        return ground;
    }

    @Override
    public DevTemporal dev() {
        return ground.dev();
    }
}
