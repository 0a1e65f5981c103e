package dev.slipway.ledger;

import dev.slipway.served.Served;
import dev.slipway.served.ServedEnvironments;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Whether this worker's clock agrees with those of the workers that wrote the newest entries of its environments' records. */
public final class RecordClocks {

    private final ServedEnvironments environments;
    private final Consumer<String> say;

    /** Environment to what is wrong; as it was when it was looked at last. */
    private final Map<String, String> trouble = new ConcurrentHashMap<>();

    /** @param say is told once when a record and this clock do not agree, and once when they do again */
    public RecordClocks(ServedEnvironments environments, Consumer<String> say) {
        this.environments = environments;
        this.say = say;
    }

    /** Never throws: a record that can't be read is said by whoever needs it. */
    public void look() {
        for (Served served : environments.all()) {
            try {
                served.record()
                        .headIfAny()
                        .flatMap(head -> served.record().clockTrouble(head))
                        .ifPresentOrElse(what -> wrong(served.name(), what), () -> right(served.name()));
            } catch (RuntimeException unreadable) {
                trouble.remove(served.name());
            }
        }
    }

    private void wrong(String environment, String what) {
        if (trouble.put(environment, what) == null) {
            say.accept(environment + ": " + what);
        }
    }

    private void right(String environment) {
        if (trouble.remove(environment) != null) {
            say.accept(environment + ": the newest entry of the record is no longer in the future");
        }
    }

    /** A sentence for each environment where they do not agree. */
    public List<String> troubles() {
        return trouble.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(each -> each.getKey() + ": " + each.getValue())
                .toList();
    }

    /** By how many seconds the newest entry of a record is ahead of this clock; 0 where it is not, NaN where nobody knows. */
    public double ahead(String environment) {
        try {
            return environments.all().stream()
                    .filter(served -> served.name().equals(environment))
                    .flatMap(served -> served.record().headIfAny().stream()
                            .map(head -> Duration.between(
                                    served.record().now(), head.entry().time())))
                    .mapToDouble(Duration::toSeconds)
                    .map(seconds -> Math.max(0, seconds))
                    .findFirst()
                    .orElse(0);
        } catch (RuntimeException unreadable) {
            return Double.NaN;
        }
    }
}
