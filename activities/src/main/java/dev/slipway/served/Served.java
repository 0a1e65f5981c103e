package dev.slipway.served;

import dev.slipway.ledger.EnvironmentRecord;
import dev.slipway.ledger.OtherRecord;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.secrets.Secrets;
import dev.slipway.source.Source;
import dev.slipway.source.SourceTree;
import dev.slipway.trust.CanonicalJson;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Json;
import dev.slipway.trust.Sha256;
import dev.slipway.trust.SignedStatement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * One served environment with everything that its activities work with.
 *
 * @param others records of other environments of the same service, by name: those that this worker serves, and those
 *     that its file names
 */
public record Served(
        ServedEnvironment settings,
        EnvironmentKey key,
        EnvironmentRecord record,
        Secrets secrets,
        Source source,
        Map<String, OtherRecord> others) {

    public Served {
        others = Map.copyOf(others);
    }

    public String name() {
        return settings.name();
    }

    /** The same, beside others. */
    Served besides(Map<String, OtherRecord> records) {
        return new Served(settings, key, record, secrets, source, records);
    }

    /** Keeps a plan beside the record, to be found by its digest. */
    public void keep(ReleasePlan plan) {
        record.keep(CanonicalJson.text(plan));
    }

    public Optional<ReleasePlan> plan(String digest) {
        return record.kept(digest).map(text -> parse(text, ReleasePlan.class));
    }

    /** Keeps a signed statement, to be found by its id; its signature lies beside it as {@code <id>.sig}. */
    public void keep(SignedStatement statement) {
        record.keep(statement.text(), statement.signature());
    }

    /** Keeps the files that a plan names: a rollback must not depend on a source that is away, or has moved on. */
    public void keepFiles(ReleasePlan plan, SourceTree tree) {
        plan.files().forEach((path, hash) -> tree.read(path)
                .filter(content -> Sha256.hex(content).equals(hash))
                .ifPresent(content -> record.keepFile(hash, content)));
    }

    public Path working(String grant) {
        return settings.storage()
                .state()
                .resolve("work")
                .resolve(settings.service() + "@" + settings.environment())
                .resolve(grant);
    }

    public Path childMark(String grant, int step) {
        return settings.storage().state().resolve("children").resolve(grant + "-" + step);
    }

    private static <T> T parse(String text, Class<T> type) {
        try {
            return Json.mapper().readValue(text, type);
        } catch (IOException e) {
            throw new IllegalStateException("a kept text can't be read: " + e.getMessage(), e);
        }
    }
}
