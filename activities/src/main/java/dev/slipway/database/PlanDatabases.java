package dev.slipway.database;

import dev.slipway.plan.Database;
import dev.slipway.secrets.Secrets;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepRefused;

/** From the names in a plan to connection strings, at the moment of use. */
public final class PlanDatabases {

    private PlanDatabases() {}

    /** The database that a step is about. */
    public static Database of(StepContext context) {
        Database database = context.plan().databases().get(context.step().name());
        if (database == null) {
            throw new StepRefused("the plan has no database '" + context.step().name() + "'");
        }
        return database;
    }

    /** The connection without a pooler. */
    public static PostgresUrl direct(Database database, Secrets secrets) {
        return PostgresUrl.parse(secrets.resolve(database.directUrl()));
    }

    /** The connection of pg_dump, without a pooler either. */
    public static PostgresUrl backup(Database database, Secrets secrets) {
        return PostgresUrl.parse(secrets.resolve(database.backupLogin()));
    }
}
