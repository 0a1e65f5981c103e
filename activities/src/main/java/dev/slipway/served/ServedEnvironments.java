package dev.slipway.served;

import dev.slipway.ledger.EnvironmentRecord;
import dev.slipway.ledger.ForeignRecord;
import dev.slipway.ledger.LocalMark;
import dev.slipway.ledger.OtherRecord;
import dev.slipway.ledger.RecordStore;
import dev.slipway.record.State;
import dev.slipway.secrets.Redaction;
import dev.slipway.secrets.Secrets;
import dev.slipway.source.DirectoryFiles;
import dev.slipway.source.GitRepository;
import dev.slipway.source.Source;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Sha256;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.UnusableKey;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The environments that this worker serves. */
public final class ServedEnvironments {

    /** How far back the chain of a record is proved when a worker starts; `worker --check` proves all of it. */
    private static final long LOOKED_AT = 2000;

    private final Map<String, Served> served;
    private final Redaction redaction;

    private ServedEnvironments(Map<String, Served> served, Redaction redaction) {
        this.served = served;
        this.redaction = redaction;
    }

    /**
     * @throws UnusableKey where an environment's key can't be used; the message names the file
     * @throws dev.slipway.ledger.RecordRefused where a store would let two workers take one number
     * @throws dev.slipway.ledger.StoreUnavailable where a store does not answer
     */
    public static ServedEnvironments open(List<ServedEnvironment> settings, Redaction redaction, Clock clock)
            throws UnusableKey {
        Map<String, Served> served = new LinkedHashMap<>();
        Map<String, EnvironmentRecord> records = new LinkedHashMap<>();
        // environments with one address and one state directory share the copy
        Map<Path, Object> turns = new HashMap<>();
        for (ServedEnvironment each : settings) {
            EnvironmentKey key = EnvironmentKey.load(each.keys().file());
            EnvironmentRecord record = new EnvironmentRecord(
                    each.service(),
                    each.environment(),
                    store(each),
                    key,
                    each.keys().retired(),
                    new LocalMark(each.storage().state().resolve("marks")),
                    clock);
            record.proveChain(LOOKED_AT);
            records.put(each.name(), record);
            served.put(
                    each.name(),
                    new Served(
                            each,
                            key,
                            record,
                            new Secrets(
                                    each.name(),
                                    each.secrets().sources(),
                                    each.secrets().hosts(),
                                    redaction),
                            source(each, turns),
                            Map.of()));
        }
        for (ServedEnvironment each : settings) {
            served.put(each.name(), served.get(each.name()).besides(others(each, settings, records)));
        }
        return new ServedEnvironments(served, redaction);
    }

    private static RecordStore store(ServedEnvironment settings) {
        RecordStore store = settings.storage().record().open();
        store.prove();
        return store;
    }

    private static Map<String, OtherRecord> others(
            ServedEnvironment settings, List<ServedEnvironment> all, Map<String, EnvironmentRecord> records)
            throws UnusableKey {
        Map<String, OtherRecord> others = new LinkedHashMap<>();
        for (Map.Entry<String, ServedEnvironment.Other> other :
                settings.others().entrySet()) {
            others.put(
                    other.getKey(),
                    new ForeignRecord(
                            settings.service(),
                            other.getKey(),
                            other.getValue().record().open(),
                            SshPublicKey.parse(other.getValue().key()),
                            other.getValue().retired(),
                            new LocalMark(settings.storage().state().resolve("others"))));
        }
        all.stream()
                .filter(each -> each.service().equals(settings.service())
                        && !each.environment().equals(settings.environment()))
                .forEach(each -> others.put(each.environment(), new ServedRecord(records.get(each.name()))));
        return others;
    }

    /** The record of an environment that is served here, too. */
    private record ServedRecord(EnvironmentRecord record) implements OtherRecord {
        @Override
        public Optional<State> state() {
            return Optional.of(record.head().state());
        }

        @Override
        public Optional<String> kept(String hash) {
            return record.kept(hash);
        }
    }

    private static Source source(ServedEnvironment settings, Map<Path, Object> turns) {
        if (settings.source() instanceof ServedEnvironment.Source.Git git) {
            Path copy = settings.storage()
                    .state()
                    .resolve("git")
                    .resolve(Sha256.hex(git.address()).substring(0, 16));
            Object turn = turns.computeIfAbsent(copy.toAbsolutePath().normalize(), path -> new Object());
            return new GitRepository(git.address(), git.branches(), copy, turn);
        }
        return new DirectoryFiles(((ServedEnvironment.Source.Directory) settings.source()).path());
    }

    public Optional<Served> find(String service, String environment) {
        return Optional.ofNullable(served.get(service + "/" + environment));
    }

    public Collection<Served> all() {
        return served.values();
    }

    public Redaction redaction() {
        return redaction;
    }
}
