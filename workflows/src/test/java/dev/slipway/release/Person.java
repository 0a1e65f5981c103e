package dev.slipway.release;

import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Namespace;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Somebody with real ed25519 keys. */
public final class Person {

    private final String name;
    private final List<EnvironmentKey> keys = new ArrayList<>();

    public Person(String name, int howManyKeys) {
        this.name = name;
        for (int key = 0; key < howManyKeys; key++) {
            keys.add(EnvironmentKey.generate(name + "-" + key));
        }
    }

    public String name() {
        return name;
    }

    List<String> publicKeys() {
        return keys.stream().map(key -> key.publicKey().line()).toList();
    }

    String fingerprint(int key) {
        return keys.get(key).publicKey().fingerprint();
    }

    SignedStatement sign(Statement statement, int key) {
        return new SignedStatement(
                statement.text(),
                keys.get(key).sign(statement.text().getBytes(StandardCharsets.UTF_8), Namespace.STATEMENT));
    }
}
