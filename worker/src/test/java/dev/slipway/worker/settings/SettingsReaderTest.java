package dev.slipway.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.ledger.RecordPlace;
import dev.slipway.ledger.RetiredKey;
import dev.slipway.plan.reading.PlanProblem;
import dev.slipway.record.Policy;
import dev.slipway.secrets.DotEnv;
import dev.slipway.secrets.EnvironmentVariable;
import dev.slipway.secrets.SecretFile;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.worker.RunningWorker;
import dev.slipway.worker.logs.Logs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsReaderTest {

    private static final String SOUND = """
            slipway-worker: 1
            state: state
            record: {directory: record}
            stores: {backups: backups}
            environments:
              shop/production:
                source: {git: git@example.com:acme/shop.git, branches: [main]}
                key: production.key
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void makeKey() throws IOException {
        EnvironmentKey.generate("shop/production").write(folder.resolve("production.key"));
    }

    @Test
    void readsAWholeFileRelativeToItself() throws IOException {
        SettingsReading reading = read("""
                slipway-worker: 1
                state: state
                record: {directory: record}
                stores: {backups: /var/backups/slipway}
                metrics: {address: 0.0.0.0, port: 9999}
                logs: json
                in-memory: 50
                environments:
                  shop/production:
                    source: {git: git@example.com:acme/shop.git, branches: [main, release]}
                    key: production.key
                    floor: {approval: {quorum: 2, not: [requester]}, commands: allowed}
                    people: {ana: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIuNypj+GvK5eCZ4gRRJCQ5zF0/mPhpZO9VlbaoM5X/f ana]}
                    secrets:
                      DATABASE_URL: {env: SHOP_DATABASE_URL}
                      TOKEN: {file: secrets/token}
                      OTHER: {dotenv: shop.env}
                      NAMED: {dotenv: shop.env, name: X}
                      THIRD: {command: [op, read, "op://vault/shop"]}
                """);

        assertThat(reading.problems()).isEmpty();
        Settings settings = reading.settings().orElseThrow();
        assertThat(settings.state()).isEqualTo(folder.resolve("state"));
        assertThat(settings.metrics()).isEqualTo(new Settings.Address("0.0.0.0", 9999));
        assertThat(settings.logs()).isEqualTo(Logs.Form.JSON);
        assertThat(settings.inMemory()).isEqualTo(50);
        ServedEnvironment production = settings.environments().get(0);
        assertThat(production.name()).isEqualTo("shop/production");
        assertThat(production.source())
                .isEqualTo(
                        new ServedEnvironment.Source.Git("git@example.com:acme/shop.git", List.of("main", "release")));
        assertThat(production.floor().policy())
                .isEqualTo(Policy.floor(2, true, true)
                        .withPeople(production.floor().people()));
        assertThat(production.floor().people()).containsOnlyKeys("ana");
        assertThat(production.storage().record()).isEqualTo(new RecordPlace.Directory(folder.resolve("record")));
        assertThat(production.storage().stores())
                .isEqualTo(Map.of("backups", new RecordPlace.Directory(Path.of("/var/backups/slipway"))));
        assertThat(production.secrets().sources())
                .containsEntry("TOKEN", new SecretFile(folder.resolve("secrets/token")))
                .containsEntry("OTHER", new DotEnv(folder.resolve("shop.env"), "OTHER"))
                .containsEntry("NAMED", new DotEnv(folder.resolve("shop.env"), "X"))
                .containsKey("THIRD");
        assertThat(((EnvironmentVariable) production.secrets().sources().get("DATABASE_URL")).variable())
                .isEqualTo("SHOP_DATABASE_URL");
    }

    @Test
    void takesTheSaferSideWhereNothingIsSaid() throws IOException {
        Settings settings = read(SOUND).settings().orElseThrow();

        assertThat(settings.environments().get(0).floor().policy()).isEqualTo(Policy.floor(1, true, false));
        assertThat(settings.metrics()).isEqualTo(new Settings.Address("127.0.0.1", 9464));
        assertThat(settings.logs()).isEqualTo(Logs.Form.PLAIN);
        assertThat(settings.inMemory()).isEqualTo(RunningWorker.CACHED);
    }

    @Test
    void tellsAllProblemsAtOnceWithTheirPlaces() throws IOException {
        SettingsReading reading = read("""
                slipway-worker: 2
                state: state
                record: {directory: record}
                metrics: {port: many}
                environments:
                  shop:
                    sorce: {git: git@example.com:acme/shop.git}
                    key: missing.key
                    secrets:
                      DATABASE_URL: postgres://shop:hunter2@db/shop
                      TOKEN: {env: A, file: b}
                """);

        assertThat(reading.settings()).isEmpty();
        assertThat(texts(reading)).anySatisfy(one -> assertThat(one).contains(":1:17: slipway-worker: the format '2'"));
        assertThat(texts(reading)).anySatisfy(one -> assertThat(one).contains(":4:17: metrics.port: 'many'"));
        assertThat(texts(reading))
                .anySatisfy(one -> assertThat(one).contains("'shop' is not the name of an environment"));
        assertThat(texts(reading))
                .anySatisfy(one ->
                        assertThat(one).contains(":7:5: ").contains("unknown key 'sorce'; did you mean 'source'?"));
        assertThat(texts(reading)).anySatisfy(one -> assertThat(one).contains("'source' is missing"));
        assertThat(texts(reading)).anySatisfy(one -> assertThat(one).contains("missing.key' does not exist"));
        assertThat(texts(reading)).anySatisfy(one -> assertThat(one)
                .contains("a secret's value must not stand in this file")
                .doesNotContain("hunter2"));
        assertThat(texts(reading)).anySatisfy(one -> assertThat(one).contains("names env and file"));
    }

    @Test
    void refusesWhatIsReservedBySentencesOfTheirOwn() throws IOException {
        SettingsReading reading = read("""
                slipway-worker: 1
                state: state
                record: {directory: record}
                stores: {backups: "s3://acme-backups"}
                environments:
                  shop/production:
                    source: {git: git@example.com:acme/shop.git}
                    key: production.key
                    policy: strict
                """);

        assertThat(texts(reading))
                .anySatisfy(one -> assertThat(one).contains("stores.backups: a bucket needs its region"))
                .anySatisfy(one -> assertThat(one).contains("a policy stands in the record"))
                .noneSatisfy(one -> assertThat(one).contains("unknown key"));
    }

    @Test
    void aRecordMayLieInABucket() throws IOException {
        String s3 = SOUND.replace(
                "{directory: record}",
                "{s3: 's3://acme-records/slipway', region: eu-central-1," + " endpoint: 'https://s3.example.com'}");

        assertThat(read(s3).settings()
                        .orElseThrow()
                        .environments()
                        .get(0)
                        .storage()
                        .record())
                .isEqualTo(new RecordPlace.S3("acme-records", "slipway", "eu-central-1", "https://s3.example.com"));
    }

    @Test
    void backupsMayLieInABucket() throws IOException {
        String s3 = SOUND.replace(
                "{backups: backups}", "{backups: {s3: 's3://acme-backups/shop', region: eu-central-1}, here: kept}");

        assertThat(read(s3).settings()
                        .orElseThrow()
                        .environments()
                        .get(0)
                        .storage()
                        .stores())
                .containsEntry("backups", new RecordPlace.S3("acme-backups", "shop", "eu-central-1", ""))
                .hasEntrySatisfying("here", place -> assertThat(place).isInstanceOf(RecordPlace.Directory.class));
    }

    @Test
    void saysWhatABucketLacks() throws IOException {
        assertThat(texts(read(SOUND.replace("{directory: record}", "{s3: acme, directory: x, endpoint: here}"))))
                .anySatisfy(one -> assertThat(one).contains("write s3://bucket or s3://bucket/prefix"))
                .anySatisfy(one -> assertThat(one).contains("not in both"))
                .anySatisfy(one -> assertThat(one).contains("'here' is no address of a store"))
                .anySatisfy(one -> assertThat(one).contains("region"));
        assertThat(texts(read(SOUND.replace("{directory: record}", "{directory: record, region: x}"))))
                .singleElement()
                .asString()
                .contains("'region' belongs to s3");
    }

    @Test
    void refusesAKeyThatOthersCanRead() throws IOException {
        Files.setPosixFilePermissions(folder.resolve("production.key"), PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(texts(read(SOUND)))
                .singleElement()
                .satisfies(one -> assertThat(one).contains("production.key").contains("chmod 600"));
    }

    @Test
    void saysWhatIsNotYaml() throws IOException {
        assertThat(texts(read("slipway-worker: [1"))).singleElement().satisfies(one -> assertThat(one)
                .contains("is not YAML"));
        assertThat(texts(read(""))).singleElement().satisfies(one -> assertThat(one)
                .contains("the file is empty"));
    }

    @Test
    void saysThatThereIsNoFile() {
        assertThat(texts(new SettingsReader(Map.of()).read(folder.resolve("none.yaml"))))
                .singleElement()
                .satisfies(one -> assertThat(one).contains("there is no file").contains("none.yaml"));
    }

    private SettingsReading read(String content) throws IOException {
        Path file = folder.resolve("slipway-worker.yaml");
        Files.writeString(file, content);
        return new SettingsReader(Map.of()).read(file);
    }

    private static List<String> texts(SettingsReading reading) {
        return reading.problems().stream().map(PlanProblem::text).toList();
    }

    @Test
    void readsAFloorWithEverything() throws IOException {
        SettingsReading reading = read(SOUND + """
                    floor:
                      approval: {from: [ana, ben], quorum: 2, not: [requester, authors], unsigned: allowed}
                      gates: [released, checks]
                      hotfix: allowed
                      commands: allowed
                      keep: 30d
                    recovery-key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIuNypj+GvK5eCZ4gRRJCQ5zF0/mPhpZO9VlbaoM5X/f spare
                    others:
                      staging: {record: {directory: staging}, key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIuNypj+GvK5eCZ4gRRJCQ5zF0/mPhpZO9VlbaoM5X/f}
                    secrets:
                      GITHUB_TOKEN: {env: GITHUB_TOKEN, hosts: [api.github.com]}
                """);

        assertThat(reading.problems()).isEmpty();
        ServedEnvironment production =
                reading.settings().orElseThrow().environments().get(0);
        assertThat(production.floor().policy())
                .isEqualTo(new Policy(
                        Policy.FORMAT,
                        Map.of(),
                        List.of("ana", "ben"),
                        2,
                        List.of("requester", "authors"),
                        List.of("released", "checks"),
                        true,
                        true,
                        true,
                        Duration.ofDays(30)));
        assertThat(production.floor().recoveryKey()).endsWith(" spare");
        assertThat(production.others()).containsOnlyKeys("staging");
        assertThat(production.secrets().hosts()).containsEntry("GITHUB_TOKEN", List.of("api.github.com"));
    }

    private static final String OLDER =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILH9DUEVzxt5134qnaTJCGgF7VLFD2YO6cHDH1pLdsrz";
    private static final String FORMER =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIuNypj+GvK5eCZ4gRRJCQ5zF0/mPhpZO9VlbaoM5X/f";

    @Test
    void readsFormerKeysOfAnEnvironmentAndOfItsNeighbours() throws Exception {
        SettingsReading reading = read(SOUND
                + """
                    retired-keys:
                      - {key: OLDER, entry: 12, hash: AA}
                      - {key: FORMER, entry: 42, hash: 11}
                    others:
                      staging: {record: {directory: staging}, key: OLDER, retired-keys: [{key: FORMER, entry: 7, hash: AA}]}
                """.replace("OLDER", OLDER)
                        .replace("FORMER", FORMER)
                        .replace("hash: AA", "hash: " + "a".repeat(64))
                        .replace("hash: 11", "hash: " + "1".repeat(64)));

        assertThat(reading.problems()).isEmpty();
        ServedEnvironment production =
                reading.settings().orElseThrow().environments().get(0);
        assertThat(production.keys().retired())
                .containsExactly(
                        new RetiredKey(SshPublicKey.parse(OLDER), 12, "a".repeat(64)),
                        new RetiredKey(SshPublicKey.parse(FORMER), 42, "1".repeat(64)));
        assertThat(production.others().get("staging").retired())
                .containsExactly(new RetiredKey(SshPublicKey.parse(FORMER), 7, "a".repeat(64)));
    }

    @Test
    void saysWhatCannotBeAFormerKey() throws Exception {
        SshPublicKey today =
                EnvironmentKey.load(folder.resolve("production.key")).publicKey();
        SettingsReading reading = read(SOUND
                + """
                    retired-keys:
                      - {key: FORMER, entry: 42, hash: AA}
                      - {key: FORMER, entry: 12, hash: AA}
                      - {key: TODAY, entry: 50, hash: AA}
                      - {key: OLDER, entry: 0, hash: short}
                      - {key: OLDER}
                """.replace("OLDER", OLDER)
                        .replace("FORMER", FORMER)
                        .replace("TODAY", today.line())
                        .replace("hash: AA", "hash: " + "a".repeat(64)));

        assertThat(reading.problems())
                .extracting(PlanProblem::text)
                .anySatisfy(text -> assertThat(text).contains("entry 12 does not lie above that of the key before"))
                .anySatisfy(text -> assertThat(text).contains("a key is retired once"))
                .anySatisfy(text -> assertThat(text).contains("this is the environment's key of today"))
                .anySatisfy(text -> assertThat(text).contains("'0' is not a whole number"))
                .anySatisfy(text -> assertThat(text).contains("'short' is no SHA-256"))
                .anySatisfy(text -> assertThat(text).contains("'entry' is missing"))
                .anySatisfy(text -> assertThat(text).contains("'hash' is missing"));
    }

    @Test
    void takesPeopleFromAFileOfAllowedSigners() throws IOException {
        Files.writeString(
                folder.resolve("signers"),
                "# who may sign\nana namespaces=\"slipway,git\" ssh-ed25519"
                        + " AAAAC3NzaC1lZDI1NTE5AAAAIIuNypj+GvK5eCZ4gRRJCQ5zF0/mPhpZO9VlbaoM5X/f ana\n"
                        + "ben namespaces=\"git\" ssh-ed25519"
                        + " AAAAC3NzaC1lZDI1NTE5AAAAILH9DUEVzxt5134qnaTJCGgF7VLFD2YO6cHDH1pLdsrz ben\n");
        SettingsReading reading = read(SOUND + "    people: {allowed-signers: signers}\n");

        assertThat(reading.problems()).isEmpty();
        assertThat(reading.settings()
                        .orElseThrow()
                        .environments()
                        .get(0)
                        .floor()
                        .people())
                .as("ben may sign commits, and nothing else")
                .containsOnlyKeys("ana");

        Files.writeString(folder.resolve("signers"), "*@acme.com ssh-ed25519 AAAA\n");
        assertThat(texts(read(SOUND + "    people: {allowed-signers: signers}\n")))
                .singleElement()
                .asString()
                .contains("line 1 of");
    }
}
