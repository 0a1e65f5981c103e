package dev.slipway.database;

import dev.slipway.process.Command;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What is done to a server's files while it is down. */
public final class ClusterFiles {

    private ClusterFiles() {}

    /** Turns a server into a standby, which follows nobody but takes no changes. */
    public static void makeStandby(ThrowAwayCluster cluster) {
        Path files = files(cluster);
        cluster.stop();
        run(
                "cp",
                "-a",
                files.resolve("PG_VERSION").toString(),
                files.resolve("standby.signal").toString());
        run("truncate", "-s", "0", files.resolve("standby.signal").toString());
        cluster.startAgain();
    }

    /** Another server with the same files, as a platform clones one, or restores a snapshot. */
    public static ThrowAwayCluster cloned(ThrowAwayCluster cluster) {
        ThrowAwayCluster clone = ThrowAwayCluster.start();
        Path from = files(cluster);
        Path to = files(clone);
        clone.stop();
        cluster.stop();
        run("rm", "-rf", to.toString());
        run("cp", "-a", from.toString(), to.toString());
        cluster.startAgain();
        clone.startAgain();
        return clone;
    }

    private static Path files(ThrowAwayCluster cluster) {
        try (Connection connection = Connections.standard().open(PostgresUrl.parse(cluster.url("postgres")))) {
            return Path.of(Connections.text(connection, "SHOW data_directory"));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(String... argv) {
        CommandResult result = new CommandRunner()
                .run(
                        new Command(
                                List.of(argv), Path.of("/"), Map.of(), Duration.ofMinutes(1), Duration.ofSeconds(5)),
                        Pulse.unheard());
        if (!result.succeeded()) {
            throw new IllegalStateException(argv[0] + ": " + String.join("\n", result.lastLines()));
        }
    }
}
