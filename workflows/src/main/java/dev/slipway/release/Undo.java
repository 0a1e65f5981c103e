package dev.slipway.release;

import io.temporal.failure.ActivityFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** What has to be undone, registered before the deed, undone in reverse order. */
public final class Undo {

    /** One compensation. */
    public interface Compensation {
        void run();
    }

    private final Deque<Compensation> compensations = new ArrayDeque<>();
    private final List<String> byHand = new ArrayList<>();

    public void add(Compensation compensation) {
        compensations.push(compensation);
    }

    /** The same undo as a command for a person's hands; the newest deed is undone first. */
    public void byHand(String command) {
        if (!command.isEmpty()) {
            byHand.add(0, command);
        }
    }

    public List<String> commands() {
        return List.copyOf(byHand);
    }

    public boolean nothing() {
        return compensations.isEmpty();
    }

    /**
     * Runs every compensation in reverse order. One that fails keeps no other from being tried: what can go back goes back.
     *
     * @throws RuntimeException the first failure, when all were tried
     */
    public void run() {
        Optional<RuntimeException> first = Optional.empty();
        while (!compensations.isEmpty()) {
            try {
                compensations.pop().run();
            } catch (ActivityFailure failure) {
                first = first.or(() -> Optional.of(failure));
            }
        }
        if (first.isPresent()) {
            throw first.get();
        }
    }

    public void undone() {
        byHand.clear();
    }
}
