package dev.slipway.database.backup;

import dev.slipway.database.BeatingWork;
import dev.slipway.process.Pulse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The counts and digests of tables, taken in a thread of their own while the tables are dumped. */
final class Counting {

    private final SourceSession session;
    private final CompletableFuture<List<Manifest.TableRows>> rows = new CompletableFuture<>();

    private Counting(SourceSession session) {
        this.session = session;
    }

    static Counting start(SourceSession session, List<SourceSession.Table> tables) {
        Counting counting = new Counting(session);
        Thread thread = new Thread(() -> counting.count(tables), "slipway: digests of tables");
        thread.setDaemon(true);
        thread.start();
        return counting;
    }

    private void count(List<SourceSession.Table> tables) {
        try {
            List<Manifest.TableRows> all = new ArrayList<>();
            tables.forEach(table -> all.add(session.rowsOf(table)));
            rows.complete(all);
        } catch (Throwable e) {
            rows.completeExceptionally(e);
        }
    }

    /** Waits for all of them. */
    List<Manifest.TableRows> await(Pulse pulse) {
        return new BeatingWork("digests of the tables", pulse).run(this::joined, thread -> session.cancel());
    }

    private List<Manifest.TableRows> joined() {
        try {
            return rows.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Returns when they are done, well or not. */
    void awaitEnd() {
        rows.handle((done, failure) -> true).join();
    }

    /** They are not wanted any more. */
    void stop() {
        session.cancel();
    }
}
