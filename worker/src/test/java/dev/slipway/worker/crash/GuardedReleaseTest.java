package dev.slipway.worker.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cli.Typist;
import dev.slipway.temporal.Authority;
import dev.slipway.temporal.GuardedTemporal;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.SshKeygen;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A release from the command line to its confirmed end, by a Temporal that lets in nobody without a certificate and an API
 * key: the official development server, behind a door that asks for both.
 */
@Integration
final class GuardedReleaseTest {

    private static final String NAMESPACE = "guarded";
    private static final String API_KEY = "tmprl_key-that-nobody-may-read-4711";
    private static final String REFUSED = "worker-with-a-wrong-key";

    @TempDir
    private static Path folder;

    private static DevServer server;
    private static Authority authority;
    private static GuardedTemporal door;
    private static Path source;

    private final List<String> said = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        server = new DevServer(folder, List.of(NAMESPACE));
        authority = new Authority(folder, "authority");
        door = GuardedTemporal.before(server.address(), authority);
        door.letsIn(API_KEY);
        source = service();
    }

    @AfterAll
    static void stop() {
        door.close();
        server.close();
    }

    /** What the documentation names, and nothing else of this machine's. */
    private static Map<String, String> variables(String who, String apiKey) throws Exception {
        Map<String, String> variables = new HashMap<>();
        variables.put("HOME", folder.toString());
        variables.put("PATH", System.getenv("PATH"));
        variables.put("TEMPORAL_ADDRESS", door.address());
        variables.put("TEMPORAL_NAMESPACE", NAMESPACE);
        variables.put("TEMPORAL_API_KEY", apiKey);
        variables.put("TEMPORAL_TLS_CLIENT_CERT_PATH", authority.signed(who).toString());
        variables.put("TEMPORAL_TLS_CLIENT_KEY_PATH", authority.key(who).toString());
        variables.put(
                "TEMPORAL_TLS_SERVER_CA_CERT_PATH", authority.certificate().toString());
        return variables;
    }

    private static Path service() throws Exception {
        Path source = Files.createDirectories(folder.resolve("source"));
        Files.writeString(folder.resolve("live"), "0.9.0");
        Files.writeString(source.resolve("slipway.yaml"), """
                slipway: 1
                service: shop
                source: {directory: .}
                people: {ana: ["%s"]}
                environments:
                  production:
                    deploy:
                      - name: web
                        command:
                          deploy: [bash, -c, 'echo ${version} > %2$s']
                          current: [cat, %2$s]
                          roll-back: [bash, -c, 'echo ${previous} > %2$s']
                """.formatted(
                        new SshKeygen().generate(folder.resolve("ana"), "ana").line(), folder.resolve("live")));
        EnvironmentKey key = EnvironmentKey.generate("shop/production");
        key.write(folder.resolve("environment.key"));
        Files.writeString(folder.resolve("pinned"), key.publicKey().line());
        Files.writeString(folder.resolve("slipway-worker.yaml"), """
                slipway-worker: 1
                state: state
                record: {directory: record}
                metrics: {port: 0}
                environments:
                  shop/production:
                    source: {directory: source}
                    key: environment.key
                    floor: {commands: allowed, approval: {quorum: 0}}
                """);
        return source;
    }

    private int type(Map<String, String> variables, String... arguments) {
        return Typist.type(source, variables, said::add, arguments);
    }

    @Test
    void releasesByCertificateAndApiKeyAndTellsTheKeyToNobody() throws Exception {
        Map<String, String> ana = variables("ana", API_KEY);
        ana.put("SLIPWAY_KEY", folder.resolve("ana").toString());
        ana.put("SLIPWAY_ENVIRONMENT_KEY", Files.readString(folder.resolve("pinned")));
        try (StartedWorker worker = StartedWorker.start(
                folder.resolve("slipway-worker.yaml"),
                "",
                folder.resolve("happened"),
                folder.resolve("worker.log"),
                variables("worker", API_KEY))) {
            Patience.until(() -> worker.said().contains("serving shop/production"), worker::said);
            assertThat(type(ana, "release", "production", "--version", "1.0.0"))
                    .as(String.join("\n", said) + worker.said())
                    .isZero();
            assertThat(Files.readString(folder.resolve("live"))).isEqualToIgnoringNewLines("1.0.0");
            assertThat(type(ana, "status", "production")).isZero();
            assertThat(String.join("\n", said)).contains("1.0.0");
            assertThat(worker.stop()).isZero();
        }

        List<GuardedTemporal.Call> calls = door.calls().stream()
                .filter(call -> !call.peer().equals("CN=" + REFUSED))
                .toList();
        assertThat(calls).extracting(GuardedTemporal.Call::peer).containsOnly("CN=ana", "CN=worker");
        assertThat(calls).extracting(GuardedTemporal.Call::authorization).containsOnly("Bearer " + API_KEY);
        assertThat(calls)
                .extracting(GuardedTemporal.Call::method)
                .contains("StartWorkflowExecution", "RespondActivityTaskCompleted");
        assertThat(String.join("\n", said)).doesNotContain(API_KEY);
        assertThat(tellingTheKey()).isEmpty();
    }

    /** Whatever worker, record and server have written. */
    private static List<Path> tellingTheKey() throws Exception {
        List<Path> telling = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(API_KEY)) {
                    telling.add(file);
                }
            }
        }
        return telling;
    }

    @Test
    void aWorkerWithAWrongKeyEndsWithASentence() throws Exception {
        Path log = folder.resolve("refused.log");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.slipway.worker.Main",
                        "worker",
                        "--file",
                        folder.resolve("slipway-worker.yaml").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(variables(REFUSED, "a-wrong-key-0815"));

        assertThat(builder.start().waitFor()).as(Files.readString(log)).isEqualTo(18);

        assertThat(Files.readString(log))
                .contains("slipway: Temporal at " + door.address() + " does not let this worker in")
                .doesNotContain("Exception", "\tat ", "a-wrong-key-0815");
    }
}
