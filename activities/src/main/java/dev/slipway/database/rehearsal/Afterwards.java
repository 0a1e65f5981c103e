package dev.slipway.database.rehearsal;

import dev.slipway.database.PostgresUrl;
import java.util.List;

/** What a release does next, tried on the copy once every pending file has run in it, and before any is taken back. */
public interface Afterwards {

    /**
     * Looks, and changes nothing.
     *
     * @param notes gets what people should know
     * @return what would stop the release
     */
    List<String> look(PostgresUrl copy, List<String> notes);

    static Afterwards nothing() {
        return (copy, notes) -> List.of();
    }
}
