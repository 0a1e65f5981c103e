package dev.slipway.environment;

import dev.slipway.environment.EnvironmentWorkflow.Proposal;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Words about an environment that count only when several people say the same. They wait here for each other; the worker
 * judges all of them together, each time anew.
 */
final class Proposals {

    /** Nobody has more open at once, and nobody can fill a history with them. */
    private static final int MOST = 20;

    private static final int MOST_SIGNED = 20;

    private final Map<String, List<SignedStatement>> open = new LinkedHashMap<>();

    Proposals(List<Proposal> earlier) {
        earlier.forEach(proposal -> proposal.signed().stream()
                .findFirst()
                .flatMap(Proposals::key)
                .ifPresent(key -> open.put(key, List.copyOf(proposal.signed()))));
    }

    /** What says the same: kind, what it is about, what is to be. */
    private static Optional<String> key(SignedStatement signed) {
        return signed.statement()
                .map(statement -> statement.kind().word() + "\n" + statement.version() + "\n" + statement.about() + "\n"
                        + statement.what());
    }

    /** The new word with those that were said before, the new one last. */
    List<SignedStatement> with(SignedStatement signed) {
        String by = signed.statement().map(Statement::by).orElse("");
        List<SignedStatement> all = new ArrayList<>(
                key(signed).map(key -> open.getOrDefault(key, List.of())).orElse(List.of()));
        // one person counts once, and their last word is the one
        all.removeIf(each -> each.statement().map(Statement::by).orElse("").equals(by));
        all.add(signed);
        return all;
    }

    /** They count, and wait for more. */
    void keep(List<SignedStatement> counting) {
        if (counting.isEmpty()) {
            return;
        }
        key(counting.get(0)).ifPresent(key -> {
            open.remove(key);
            open.put(key, List.copyOf(counting.subList(Math.max(0, counting.size() - MOST_SIGNED), counting.size())));
        });
        while (open.size() > MOST) {
            open.remove(open.keySet().iterator().next());
        }
    }

    /** What is about a state that is no more, or has expired, can never count. */
    void forgetWhatIsOver(Mirror now, Instant time) {
        open.values().removeIf(signed -> signed.stream()
                .flatMap(each -> each.statement().stream())
                .noneMatch(each -> time.isBefore(each.expires()) && stillMeant(each, now)));
    }

    private static boolean stillMeant(Statement said, Mirror now) {
        return switch (said.kind()) {
            case POLICY -> said.about().equals(now.policy());
            case RECONCILE, ADOPT -> said.about().equals(now.base());
            default -> true;
        };
    }

    /** It is done, or refused for all. */
    void forget(SignedStatement signed) {
        key(signed).ifPresent(open::remove);
    }

    List<Proposal> all() {
        return open.values().stream().map(Proposal::new).toList();
    }
}
