package dev.slipway.opening;

import dev.slipway.database.migrations.SchemaPicture;
import dev.slipway.database.rehearsal.Rehearsed;
import dev.slipway.plan.Database.SameSchema;
import java.util.List;

/** The schema after the pending migrations, held against the one of another environment. */
final class RehearsedSchema {

    private RehearsedSchema() {}

    /** Whether the schema would be that of another environment: what is here now, with what the files did to the copy. */
    static void compare(RehearsalScene scene, Rehearsed rehearsed, List<String> notes, List<String> problems) {
        for (SameSchema wanted : scene.database().sameSchema()) {
            if (rehearsed.failed().isPresent()) {
                uncompared(scene, "a file fails in the rehearsal", notes, problems);
                return;
            }
            SchemaPicture wouldBe =
                    SchemaPicture.of(scene.request().url()).after(rehearsed.before(), rehearsed.after());
            OtherSchema.find(scene.served(), scene.name(), wanted)
                    .schema()
                    .filter(other -> !other.objects(wouldBe).isEmpty())
                    .ifPresent(other -> (wanted.stops() ? problems : notes)
                            .add("with the pending migrations " + other.sentence(other.objects(wouldBe))));
        }
    }

    static void uncompared(RehearsalScene scene, String why, List<String> notes, List<String> problems) {
        for (SameSchema wanted : scene.database().sameSchema()) {
            OtherSchema.find(scene.served(), scene.name(), wanted)
                    .schema()
                    .ifPresent(other -> (wanted.stops() ? problems : notes)
                            .add(OtherSchema.unjudged(
                                    wanted,
                                    "only a rehearsal shows it with the pending migrations, and " + why
                                            + "; `slipway run preflight` after the release compares it")));
        }
    }
}
