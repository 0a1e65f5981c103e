package dev.slipway.trust;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What is known about a signed statement once it was held against the people and their keys: that the person it names
 * signed exactly this text, or why not. It says nothing about whether that person may, or whether it is still in time.
 */
public sealed interface SignatureCheck {

    /** The person named in {@code by} signed exactly this text with this key of theirs. */
    record Genuine(Statement statement, SshPublicKey key) implements SignatureCheck {}

    /** Not to be believed. @param problems at least one sentence, all that is wrong at once */
    record Refused(List<String> problems) implements SignatureCheck {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /** @param people the public key lines of each person, as the policy in force has them */
    static SignatureCheck of(SignedStatement signed, Map<String, List<String>> people) {
        Statement statement;
        try {
            statement = Statement.parse(signed.text());
        } catch (MalformedStatement e) {
            return new Refused(List.of(e.getMessage()));
        }
        String said = "the " + statement.kind().word() + " by '" + statement.by() + "'";
        Sshsig.Check check = Sshsig.verify(
                signed.signature(), Namespace.STATEMENT, signed.text().getBytes(StandardCharsets.UTF_8));
        if (check instanceof Sshsig.Check.Signed genuine) {
            List<String> problems = problems(statement, genuine.key(), people);
            return problems.isEmpty()
                    ? new Genuine(statement, genuine.key())
                    : new Refused(problems.stream()
                            .map(problem -> said + ": " + problem)
                            .toList());
        }
        List<String> problems = new ArrayList<>();
        if (!people.containsKey(statement.by())) {
            problems.add(said + ": " + unknown(statement.by(), people));
        }
        problems.add(said + ": " + ((Sshsig.Check.Refused) check).why());
        return new Refused(problems);
    }

    private static List<String> problems(Statement statement, SshPublicKey signer, Map<String, List<String>> people) {
        List<String> problems = new ArrayList<>();
        if (!statement.key().equals(signer.fingerprint())) {
            problems.add("its text names key " + statement.key() + " but it is signed with " + signer.fingerprint());
        }
        List<String> owners = people.keySet().stream()
                .filter(person -> owns(people.get(person), signer))
                .sorted()
                .toList();
        if (!people.containsKey(statement.by())) {
            problems.add(unknown(statement.by(), people));
        } else if (!owners.contains(statement.by())) {
            problems.add(
                    "key " + signer.fingerprint() + " is not one of theirs" + unusable(people.get(statement.by())));
        } else if (owners.size() > 1) {
            problems.add("key " + signer.fingerprint() + " is listed for " + String.join(" and ", owners)
                    + ": a key belongs to one person");
        }
        return problems;
    }

    private static boolean owns(List<String> lines, SshPublicKey signer) {
        return lines.stream()
                .anyMatch(line -> read(line).filter(signer::sameKey).isPresent());
    }

    /** Says so if a line of theirs cannot be read: it may be the very key that is missing. */
    private static String unusable(List<String> lines) {
        long unread = lines.stream().filter(line -> read(line).isEmpty()).count();
        return unread == 0 ? "" : " (" + unread + " of the keys listed for them cannot be read)";
    }

    private static String unknown(String person, Map<String, List<String>> people) {
        return "'" + person + "' is not among the people: " + String.join(", ", new TreeSet<>(people.keySet()));
    }

    private static Optional<SshPublicKey> read(String line) {
        try {
            return Optional.of(SshPublicKey.parse(line));
        } catch (UnusableKey e) {
            return Optional.empty();
        }
    }
}
