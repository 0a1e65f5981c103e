package dev.slipway.cli;

import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.SigningFailed;
import dev.slipway.trust.SshKeygen;
import dev.slipway.trust.SshPublicKey;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Where somebody sits and types: a checkout with a plan, keys of people, a home of their own. */
final class Desk {

    final Path checkout;
    final Path home;
    final EnvironmentKey environmentKey = EnvironmentKey.generate("shop/production");
    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, SshPublicKey> people = new HashMap<>();
    private String terminal = "";
    private String answers = "";

    Desk(Path folder, String address) {
        try {
            home = Files.createDirectories(folder.resolve("home"));
            checkout = Files.createDirectories(folder.resolve("shop"));
            for (String person : new String[] {"ana", "ben", "mallory"}) {
                people.put(person, new SshKeygen().generate(folder.resolve(person), person));
            }
            Files.writeString(checkout.resolve("switch"), "#!/bin/sh\n");
            writePlan("");
        } catch (IOException | SigningFailed e) {
            throw new IllegalStateException(e);
        }
        variables.put("HOME", home.toString());
        variables.put("PATH", System.getenv("PATH"));
        variables.put("TEMPORAL_ADDRESS", address);
        variables.put(SigningKey.VARIABLE, folder.resolve("ana").toString());
        trustsEnvironment();
    }

    /** @param approval lines that go into the approval of production */
    void writePlan(String approval) {
        String plan = """
                slipway: 1
                service: shop
                source: {directory: .}
                people:
                  ana: [%s]
                  ben: [%s]
                environments:
                  production:
                    approval: {from: [ana, ben], quorum: 1, not: [requester], expires: 1h%s}
                    deploy:
                      - name: web
                        command: {deploy: [./switch, '${version}'], current: [./switch, --current], roll-back: [./switch, '${previous}']}
                    rollback: {within: 1m, by: [ana, ben]}
                """.formatted(people.get("ana").line(), people.get("ben").line(), approval);
        try {
            Files.writeString(checkout.resolve("slipway.yaml"), plan);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Desk as(String person) {
        variables.put(SigningKey.VARIABLE, checkout.resolveSibling(person).toString());
        return this;
    }

    Desk with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    Desk trustsEnvironment() {
        return with(PinnedKeys.KEY, environmentKey.publicKey().line());
    }

    Desk trustsNobody() {
        variables.remove(PinnedKeys.KEY);
        return this;
    }

    /** At a terminal, where these lines are typed. */
    Desk answering(String... lines) {
        terminal = "ie";
        answers = String.join("\n", lines) + "\n";
        return this;
    }

    Desk atTerminal() {
        terminal = "ioe";
        return this;
    }

    Typed type(String... arguments) {
        return typeIn(checkout, arguments);
    }

    Typed typeIn(Path folder, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Shell shell = new Shell(
                Map.copyOf(variables),
                folder,
                new BufferedReader(new StringReader(answers)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal,
                Clock.systemUTC(),
                Duration.ofMillis(50));
        int code = Main.run(shell, arguments);
        return new Typed(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
