package dev.slipway.database.backup;

import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.process.CommandRunner;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests of dumps: each has a database of its own, on a server that the tests of a class share, and a place for the dumps. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DumpedDatabase {

    final PgDump pgDump = new PgDump(PostgresBinaries.find(), new CommandRunner(), Clock.systemUTC());
    ThrowAwayCluster cluster;
    String database;
    PostgresUrl url;
    private int databases;

    @TempDir
    Path directory;

    /** What every test's database holds. */
    abstract List<String> contents();

    @BeforeAll
    void startCluster() {
        cluster = ThrowAwayCluster.start();
    }

    @AfterAll
    void closeCluster() {
        cluster.close();
    }

    @BeforeEach
    void createDatabase() {
        database = "shop" + ++databases;
        url = PostgresUrl.parse(cluster.createDatabase(database));
        contents().forEach(sql -> cluster.execute(database, sql));
    }
}
