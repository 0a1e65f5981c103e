package dev.slipway.worker.settings;

import dev.slipway.plan.Durations;
import dev.slipway.record.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a floor: the least that holds whatever a plan says. */
final class FloorReader {

    private static final List<String> GATES =
            List.of("released", "checks", "reviews", "protection", "command", "http", "number");

    private FloorReader() {}

    /** Where nothing is said: somebody else has to say yes, and no command of a plan runs. */
    static Policy floor(Optional<Value> given) {
        if (given.isEmpty()) {
            return Policy.floor(1, true, false);
        }
        Map<String, Value> keys = given.get().keys(List.of("approval", "gates", "hotfix", "commands", "keep"));
        Optional<Map<String, Value>> approval = Optional.ofNullable(keys.get("approval"))
                .map(value -> value.keys(List.of("from", "quorum", "not", "unsigned")));
        return new Policy(
                Policy.FORMAT,
                Map.of(),
                approval.flatMap(rules -> Optional.ofNullable(rules.get("from")))
                        .map(Value::texts)
                        .orElse(List.of()),
                approval.flatMap(rules -> Optional.ofNullable(rules.get("quorum")))
                        .flatMap(value -> value.number(0, 20))
                        .orElse(1),
                approval.map(rules -> words(Optional.ofNullable(rules.get("not")), List.of("requester", "authors")))
                        .orElse(List.of("requester")),
                words(Optional.ofNullable(keys.get("gates")), GATES),
                allowed(Optional.ofNullable(keys.get("hotfix"))),
                allowed(approval.flatMap(rules -> Optional.ofNullable(rules.get("unsigned")))),
                allowed(Optional.ofNullable(keys.get("commands"))),
                Optional.ofNullable(keys.get("keep"))
                        .flatMap(FloorReader::duration)
                        .orElse(Duration.ZERO));
    }

    private static boolean allowed(Optional<Value> value) {
        return value.flatMap(each -> each.oneOf(List.of("allowed", "refused")))
                .filter("allowed"::equals)
                .isPresent();
    }

    private static List<String> words(Optional<Value> list, List<String> known) {
        return list.map(value -> value.list().stream()
                        .map(each -> each.oneOf(known))
                        .flatMap(Optional::stream)
                        .toList())
                .orElse(List.of());
    }

    private static Optional<Duration> duration(Value value) {
        return value.text().flatMap(text -> {
            Optional<Duration> duration = Durations.parse(text);
            if (duration.isEmpty()) {
                value.problem("'" + text + "' is not a duration", "write one such as 30d");
            }
            return duration;
        });
    }
}
