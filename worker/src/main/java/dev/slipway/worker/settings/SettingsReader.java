package dev.slipway.worker.settings;

import dev.slipway.deciding.Deciding;
import dev.slipway.ledger.RecordPlace;
import dev.slipway.ledger.RetiredKey;
import dev.slipway.plan.reading.PlanProblem;
import dev.slipway.process.CommandRunner;
import dev.slipway.record.Policy;
import dev.slipway.release.ReleaseName;
import dev.slipway.secrets.CommandSecret;
import dev.slipway.secrets.DotEnv;
import dev.slipway.secrets.EnvironmentVariable;
import dev.slipway.secrets.SecretFile;
import dev.slipway.secrets.SecretSource;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.trust.AllowedSigners;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Sha256;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.UnusableKey;
import dev.slipway.worker.RunningWorker;
import dev.slipway.worker.logs.Logs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads {@code slipway-worker.yaml}, and tells all that is wrong with it at once. */
public final class SettingsReader {

    /** The format that this version knows. */
    public static final int FORMAT = 1;

    private static final Settings.Address METRICS = new Settings.Address("127.0.0.1", 9464);
    private static final Map<String, String> LATER = Map.of(
            "policy",
            "a policy stands in the record, not here; `slipway policy` changes it, and `floor` is what holds besides");
    private static final Pattern S3_NAME = Pattern.compile(
            "s3://(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?<prefix>[A-Za-z0-9._/-]*[A-Za-z0-9._-]))?/?");

    private final Map<String, String> environment;

    /** @param environment the process's variables, for secrets that stand there */
    public SettingsReader(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    public SettingsReading read(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        String content;
        try {
            content = Files.readString(absolute);
        } catch (NoSuchFileException e) {
            return refused(
                    file,
                    "there is no file '" + file + "'",
                    "name it with --file; `slipway dev` makes one to start from");
        } catch (IOException e) {
            return refused(file, "the file '" + file + "' can't be read: " + e.getMessage(), "");
        }
        Findings findings = new Findings(file.toString(), content);
        Optional<Node> root = nodes(content, findings);
        Optional<Settings> settings =
                root.flatMap(node -> new OneFile(absolute, environment).settings(new Value(node, "", findings)));
        return new SettingsReading(findings.none() ? settings : Optional.empty(), findings.sorted());
    }

    private static SettingsReading refused(Path file, String what, String next) {
        return new SettingsReading(
                Optional.empty(), List.of(new PlanProblem(file.toString(), 0, 0, "", what, next, "")));
    }

    private static Optional<Node> nodes(String content, Findings findings) {
        try {
            Optional<Node> root = new Compose(LoadSettings.builder().build()).composeString(content);
            if (root.isEmpty()) {
                findings.add(1, 1, "", "the file is empty", "begin with `slipway-worker: 1`");
            }
            return root;
        } catch (MarkedYamlEngineException wrong) {
            findings.add(
                    wrong.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1),
                    wrong.getProblemMark().map(mark -> mark.getColumn() + 1).orElse(1),
                    "",
                    "is not YAML: " + wrong.getProblem(),
                    "look at the indentation and the quotes around it");
        } catch (YamlEngineException wrong) {
            findings.add(1, 1, "", "is not YAML: " + wrong.getMessage(), "");
        }
        return Optional.empty();
    }

    /** One reading of one file: its directory is what relative paths are relative to. */
    private record OneFile(Path file, Map<String, String> environment) {

        Optional<Settings> settings(Value root) {
            Map<String, Value> keys = root.keys(
                    List.of(
                            "slipway-worker",
                            "state",
                            "record",
                            "stores",
                            "metrics",
                            "logs",
                            "environments",
                            "in-memory"),
                    LATER);
            root.wanted(keys, "slipway-worker", "" + FORMAT)
                    .flatMap(Value::text)
                    .filter(format -> !format.equals("" + FORMAT))
                    .ifPresent(format -> keys.get("slipway-worker")
                            .problem("the format '" + format + "' is not known", "this version knows " + FORMAT));
            Optional<Path> state =
                    root.wanted(keys, "state", "/var/lib/slipway").flatMap(this::path);
            Optional<RecordPlace> record =
                    root.wanted(keys, "record", "{directory: /var/lib/slipway}").flatMap(this::place);
            Map<String, RecordPlace> stores = stores(keys);
            Settings.Address metrics = metrics(keys);
            Logs.Form logs = Optional.ofNullable(keys.get("logs"))
                    .flatMap(value -> value.oneOf(List.of("plain", "json")))
                    .filter("json"::equals)
                    .map(json -> Logs.Form.JSON)
                    .orElse(Logs.Form.PLAIN);
            int inMemory = Optional.ofNullable(keys.get("in-memory"))
                    .flatMap(value -> value.number(1, 10_000))
                    .orElse(RunningWorker.CACHED);
            List<ServedEnvironment> environments = new ArrayList<>();
            root.wanted(keys, "environments", "").ifPresent(all -> all.entries()
                    .forEach((name, value) ->
                            environment(name, value, record, stores, state).ifPresent(environments::add)));
            if (keys.containsKey("environments") && environments.isEmpty()) {
                keys.get("environments")
                        .problem("names no environment that can be served", "add one such as shop/production");
            }
            return state.map(directory -> new Settings(file, directory, metrics, logs, environments, inMemory));
        }

        private Map<String, RecordPlace> stores(Map<String, Value> keys) {
            Map<String, RecordPlace> stores = new LinkedHashMap<>();
            if (keys.containsKey("stores")) {
                keys.get("stores").entries().forEach((name, value) -> {
                    if (!value.isText()) {
                        place(value).ifPresent(place -> stores.put(name, place));
                    } else if (value.text()
                            .filter(text -> text.startsWith("s3:"))
                            .isPresent()) {
                        value.problem(
                                "a bucket needs its region", "write {s3: 's3://bucket/prefix', region: eu-central-1}");
                    } else {
                        value.text().ifPresent(text -> stores.put(name, new RecordPlace.Directory(resolve(text))));
                    }
                });
            }
            return stores;
        }

        private static Settings.Address metrics(Map<String, Value> keys) {
            if (!keys.containsKey("metrics")) {
                return METRICS;
            }
            Map<String, Value> inside = keys.get("metrics").keys(List.of("address", "port"));
            return new Settings.Address(
                    Optional.ofNullable(inside.get("address"))
                            .flatMap(Value::text)
                            .orElse(METRICS.host()),
                    Optional.ofNullable(inside.get("port"))
                            .flatMap(value -> value.number(0, 65535))
                            .orElse(METRICS.port()));
        }

        private Optional<ServedEnvironment> environment(
                String name,
                Value value,
                Optional<RecordPlace> record,
                Map<String, RecordPlace> stores,
                Optional<Path> state) {
            String[] parts = name.split("/", -1);
            boolean wellFormed = parts.length == 2
                    && ReleaseName.PART.matcher(parts[0]).matches()
                    && ReleaseName.PART.matcher(parts[1]).matches();
            if (!wellFormed) {
                value.problem(
                        "'" + name + "' is not the name of an environment",
                        "write service/environment, such as shop/production");
            }
            Map<String, Value> keys = value.keys(
                    List.of("source", "key", "floor", "people", "secrets", "others", "recovery-key", "retired-keys"),
                    LATER);
            Optional<ServedEnvironment.Source> source =
                    value.wanted(keys, "source", "{git: …, branches: [main]}").flatMap(this::source);
            Optional<Path> key = value.wanted(keys, "key", "/etc/slipway/" + name.replace('/', '-') + ".key")
                    .flatMap(this::key);
            List<RetiredKey> retired =
                    retired(Optional.ofNullable(keys.get("retired-keys")), key.flatMap(OneFile::publicHalf));
            Policy floor = FloorReader.floor(Optional.ofNullable(keys.get("floor")))
                    .withPeople(people(Optional.ofNullable(keys.get("people"))));
            Map<String, SecretSource> secrets = secrets(Optional.ofNullable(keys.get("secrets")));
            Map<String, List<String>> hosts = hosts(Optional.ofNullable(keys.get("secrets")));
            Map<String, ServedEnvironment.Other> others = others(Optional.ofNullable(keys.get("others")));
            String recovery = Optional.ofNullable(keys.get("recovery-key"))
                    .flatMap(OneFile::publicKey)
                    .orElse("");
            if (!wellFormed || source.isEmpty() || key.isEmpty() || record.isEmpty() || state.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new ServedEnvironment(
                    parts[0],
                    parts[1],
                    source.get(),
                    new ServedEnvironment.Keys(key.get(), retired),
                    new ServedEnvironment.Floor(floor, recovery),
                    new ServedEnvironment.SecretPlaces(secrets, hosts),
                    new ServedEnvironment.Storage(record.get(), stores, state.get()),
                    others));
        }

        private Optional<ServedEnvironment.Source> source(Value value) {
            Map<String, Value> keys = value.keys(List.of("git", "branches", "directory"));
            boolean git = keys.containsKey("git");
            if (git == keys.containsKey("directory")) {
                value.problem(
                        "names " + (git ? "both git and a directory" : "neither git nor a directory"),
                        "give one of them");
                return Optional.empty();
            }
            List<String> branches =
                    keys.containsKey("branches") ? keys.get("branches").texts() : List.of();
            if (git) {
                return keys.get("git").text().map(address -> new ServedEnvironment.Source.Git(here(address), branches));
            }
            if (!branches.isEmpty()) {
                keys.get("branches").problem("a directory has no branches", "take them out, or give a git address");
            }
            Optional<Path> path = path(keys.get("directory"));
            path.filter(there -> !Files.isDirectory(there))
                    .ifPresent(missing -> keys.get("directory").problem("there is no directory '" + missing + "'", ""));
            return path.map(ServedEnvironment.Source.Directory::new);
        }

        /** A repository on this host is named relative to the file, too. */
        private String here(String address) {
            boolean path = address.startsWith("/") || address.startsWith(".");
            return path ? resolve(address).toString() : address;
        }

        private Optional<Path> key(Value value) {
            Optional<Path> file = path(value);
            file.ifPresent(path -> {
                try {
                    EnvironmentKey.load(path);
                } catch (UnusableKey e) {
                    value.problem(e.getMessage(), "");
                }
            });
            return file;
        }

        /** A key that can't be read is told of where it stands. */
        private static Optional<SshPublicKey> publicHalf(Path file) {
            try {
                return Optional.of(EnvironmentKey.load(file).publicKey());
            } catch (UnusableKey told) {
                return Optional.empty();
            }
        }

        private static Optional<SshPublicKey> parsed(String line) {
            try {
                return Optional.of(SshPublicKey.parse(line));
            } catch (UnusableKey told) {
                return Optional.empty();
            }
        }

        /** Former keys of an environment: each its own, and each further up the record than the one before. */
        private static List<RetiredKey> retired(Optional<Value> given, Optional<SshPublicKey> current) {
            List<RetiredKey> retired = new ArrayList<>();
            given.ifPresent(value -> value.list().forEach(one -> former(one).ifPresent(next -> {
                if (current.filter(next.key()::sameKey).isPresent()) {
                    one.problem(
                            "this is the environment's key of today, and not retired",
                            "name the new one under 'key', or take this out");
                }
                if (retired.stream().anyMatch(each -> each.key().sameKey(next.key()))) {
                    one.problem("a key is retired once", "make a new key each time");
                }
                if (retired.stream().anyMatch(each -> each.number() >= next.number())) {
                    one.problem(
                            "entry " + next.number() + " does not lie above that of the key before",
                            "put the key first that was retired first");
                }
                retired.add(next);
            })));
            return retired;
        }

        private static Optional<RetiredKey> former(Value value) {
            Map<String, Value> keys = value.keys(List.of("key", "entry", "hash"));
            Optional<SshPublicKey> key = value.wanted(keys, "key", "ssh-ed25519 AAAA…")
                    .flatMap(OneFile::publicKey)
                    .flatMap(OneFile::parsed);
            Optional<Integer> entry =
                    value.wanted(keys, "entry", "42").flatMap(number -> number.number(1, Integer.MAX_VALUE));
            Optional<String> hash = value.wanted(keys, "hash", "3f…")
                    .flatMap(Value::text)
                    .filter(text -> {
                        if (!Sha256.isHex(text)) {
                            keys.get("hash")
                                    .problem(
                                            "'" + text + "' is no SHA-256",
                                            "take the line that `slipway worker --check` printed with the former key");
                        }
                        return Sha256.isHex(text);
                    });
            return key.flatMap(
                    former -> entry.flatMap(number -> hash.map(text -> new RetiredKey(former, number, text))));
        }

        private static Optional<String> publicKey(Value line) {
            return line.text().flatMap(text -> {
                try {
                    return Optional.of(SshPublicKey.parse(text).line());
                } catch (UnusableKey e) {
                    line.problem(e.getMessage(), "give the line of the .pub file");
                    return Optional.empty();
                }
            });
        }

        private Map<String, List<String>> people(Optional<Value> given) {
            Map<String, List<String>> people = new LinkedHashMap<>();
            if (given.isEmpty()) {
                return people;
            }
            Map<String, Value> names = given.get().entries();
            if (names.containsKey("allowed-signers")) {
                Value file = names.get("allowed-signers");
                if (names.size() > 1) {
                    file.problem("people stand in this file or in that one, not in both", "take one away");
                }
                return path(file).map(path -> allowedSigners(file, path)).orElse(people);
            }
            names.forEach((name, keys) -> {
                if (name.equals(Deciding.RECOVERY)) {
                    keys.problem(
                            "'" + name + "' is how the recovery key speaks, and nobody's name", "call them otherwise");
                }
                List<String> lines = new ArrayList<>();
                keys.list().forEach(line -> publicKey(line).ifPresent(lines::add));
                people.put(name, lines);
            });
            return people;
        }

        private static Map<String, List<String>> allowedSigners(Value place, Path file) {
            try {
                return AllowedSigners.read(file);
            } catch (UnusableKey e) {
                place.problem(e.getMessage(), "");
                return Map.of();
            }
        }

        /** Who else's record may be read: for gates. */
        private Map<String, ServedEnvironment.Other> others(Optional<Value> given) {
            Map<String, ServedEnvironment.Other> others = new LinkedHashMap<>();
            given.ifPresent(value -> value.entries().forEach((name, other) -> {
                Map<String, Value> keys = other.keys(List.of("record", "key", "retired-keys"));
                Optional<RecordPlace> record = other.wanted(keys, "record", "{directory: /srv/staging}")
                        .flatMap(this::place);
                Optional<String> key =
                        other.wanted(keys, "key", "ssh-ed25519 AAAA…").flatMap(OneFile::publicKey);
                List<RetiredKey> retired =
                        retired(Optional.ofNullable(keys.get("retired-keys")), key.flatMap(OneFile::parsed));
                if (record.isPresent() && key.isPresent()) {
                    others.put(name, new ServedEnvironment.Other(record.get(), key.get(), retired));
                }
            }));
            return others;
        }

        private Optional<RecordPlace> place(Value value) {
            Map<String, Value> inside = value.keys(List.of("directory", "s3", "region", "endpoint"));
            if (!inside.containsKey("s3")) {
                List.of("region", "endpoint").stream()
                        .filter(inside::containsKey)
                        .forEach(key -> inside.get(key).problem("'" + key + "' belongs to s3", "take it out"));
                return value.wanted(inside, "directory", "/var/lib/slipway")
                        .flatMap(this::path)
                        .map(RecordPlace.Directory::new);
            }
            if (inside.containsKey("directory")) {
                inside.get("directory").problem("it lies in a directory or in s3, not in both", "take one away");
            }
            Optional<String> region =
                    value.wanted(inside, "region", "eu-central-1").flatMap(Value::text);
            Optional<String> endpoint = Optional.ofNullable(inside.get("endpoint"))
                    .flatMap(Value::text)
                    .filter(text -> {
                        boolean address = text.matches("https?://[^/\\s]+/?");
                        if (!address) {
                            inside.get("endpoint")
                                    .problem("'" + text + "' is no address of a store", "write https://s3.example.com");
                        }
                        return address;
                    });
            Optional<Matcher> name = inside.get("s3")
                    .text()
                    .map(S3_NAME::matcher)
                    .filter(found -> {
                        if (!found.matches()) {
                            inside.get("s3").problem("this is no bucket", "write s3://bucket or s3://bucket/prefix");
                        }
                        return found.matches();
                    });
            return name.flatMap(found -> region.map(where -> new RecordPlace.S3(
                    found.group("bucket"),
                    found.group("prefix") == null ? "" : found.group("prefix"),
                    where,
                    endpoint.orElse(""))));
        }

        private static Map<String, List<String>> hosts(Optional<Value> secrets) {
            Map<String, List<String>> hosts = new LinkedHashMap<>();
            secrets.ifPresent(value -> value.entries().forEach((name, place) -> {
                if (!place.isText() && place.entries().containsKey("hosts")) {
                    hosts.put(name, place.entries().get("hosts").texts());
                }
            }));
            return hosts;
        }

        private Map<String, SecretSource> secrets(Optional<Value> given) {
            Map<String, SecretSource> secrets = new LinkedHashMap<>();
            given.ifPresent(value -> value.entries().forEach((name, place) -> {
                if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                    place.problem("'" + name + "' is no name of a secret", "use letters, digits and '_'");
                }
                if (place.isText()) {
                    place.problem(
                            "a secret's value must not stand in this file",
                            "write where it is, such as {env: " + name + "} or {file: /run/secrets/…}");
                } else {
                    secret(name, place).ifPresent(source -> secrets.put(name, source));
                }
            }));
            return secrets;
        }

        private Optional<SecretSource> secret(String name, Value place) {
            Map<String, Value> keys = place.keys(List.of("env", "file", "dotenv", "name", "command", "hosts"));
            List<String> given = List.of("env", "file", "dotenv", "command").stream()
                    .filter(keys::containsKey)
                    .toList();
            if (given.size() != 1) {
                place.problem(
                        given.isEmpty() ? "says nowhere to look" : "names " + String.join(" and ", given),
                        "give one of env, file, dotenv, command");
                return Optional.empty();
            }
            if (keys.containsKey("name") && !given.contains("dotenv")) {
                keys.get("name").problem("a name belongs to dotenv only", "take it out");
            }
            Value value = keys.get(given.get(0));
            return switch (given.get(0)) {
                case "env" -> value.text().map(variable -> new EnvironmentVariable(variable, environment));
                case "file" -> path(value).map(SecretFile::new);
                case "dotenv" ->
                    path(value)
                            .map(dotenv -> new DotEnv(
                                    dotenv,
                                    Optional.ofNullable(keys.get("name"))
                                            .flatMap(Value::text)
                                            .orElse(name)));
                default -> {
                    List<String> argv = value.texts();
                    if (argv.isEmpty() && value.isList()) {
                        value.problem("names no program", "write [program, argument]");
                    }
                    // the tools find their own sign-in in variables such as OP_SERVICE_ACCOUNT_TOKEN and VAULT_ADDR
                    yield argv.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new CommandSecret(argv, passable(), new CommandRunner()));
                }
            };
        }

        /** Shells leave variables whose names no command may be given. */
        private Map<String, String> passable() {
            Map<String, String> passable = new LinkedHashMap<>(environment);
            passable.keySet().removeIf(name -> !name.matches("[A-Za-z_][A-Za-z0-9_]*"));
            return passable;
        }

        private Optional<Path> path(Value value) {
            return value.text().map(this::resolve);
        }

        private Path resolve(String text) {
            return file.getParent().resolve(text).normalize();
        }
    }
}
