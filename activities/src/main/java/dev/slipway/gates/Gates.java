package dev.slipway.gates;

import dev.slipway.plan.Gate;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import dev.slipway.served.Served;
import dev.slipway.trust.Lane;
import dev.slipway.vendor.VendorFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okhttp3.OkHttpClient;

/** All kinds of gates; a new one is one class and one line here. */
public final class Gates {

    private final Map<String, GateJudge> judges = new LinkedHashMap<>();

    public Gates(OkHttpClient client, CommandRunner runner) {
        for (GateJudge judge : List.of(
                new ReleasedGate(),
                new ChecksGate(client),
                new ReviewsGate(client),
                new ProtectionGate(client),
                new HttpGate(client),
                new NumberGate(client),
                new CommandGate(runner))) {
            judges.put(judge.kind(), judge);
        }
    }

    /**
     * What was found.
     *
     * @param passed in words, each with the gate's name
     * @param waiting in words; empty where all are passed
     */
    public record Judged(List<String> passed, List<String> waiting) {}

    /** What would keep a gate of this plan from ever being judged here. */
    public List<String> problems(Served served, ReleasePlan plan, Lane lane) {
        List<String> problems = new ArrayList<>();
        for (Gate gate : plan.gates(lane)) {
            GateJudge judge = judges.get(gate.kind());
            if (judge == null) {
                problems.add("gate " + gate.name() + ": this worker knows no gates of kind '" + gate.kind() + "'");
            } else {
                judge.problems(new GateContext(served, plan, gate, Pulse.unheard()))
                        .forEach(problem -> problems.add("gate " + gate.name() + ": " + problem));
            }
        }
        return problems;
    }

    /** Judges those that need nothing of the plan to run: before anybody has approved it. */
    public Judged look(Served served, ReleasePlan plan, Lane lane, Pulse pulse) {
        return judge(served, plan, lane, pulse, false);
    }

    /** Judges all: only for a plan that is approved. */
    public Judged judgeAll(Served served, ReleasePlan plan, Lane lane, Pulse pulse) {
        return judge(served, plan, lane, pulse, true);
    }

    private Judged judge(Served served, ReleasePlan plan, Lane lane, Pulse pulse, boolean approved) {
        List<String> passed = new ArrayList<>();
        List<String> waiting = new ArrayList<>();
        for (Gate gate : plan.gates(lane)) {
            GateJudge judge = judges.get(gate.kind());
            if (judge == null) {
                waiting.add(gate.name() + ": this worker knows no gates of kind '" + gate.kind() + "'");
            } else if (approved || !judge.onlyWhenApproved()) {
                pulse.beat("gate " + gate.name());
                Finding finding = judged(judge, new GateContext(served, plan, gate, pulse));
                (finding.passed() ? passed : waiting).add(served.secrets().redact(gate.name() + ": " + finding.text()));
            }
        }
        return new Judged(passed, waiting);
    }

    /** Whatever goes wrong with a gate, it is not passed, and says so; it is nothing that ends a release. */
    private static Finding judged(GateJudge judge, GateContext context) {
        try {
            return judge.judge(context);
        } catch (WorkInterrupted interrupted) {
            throw interrupted;
        } catch (VendorFailure unjudged) {
            return Finding.waits("could not be judged: " + unjudged.sentence());
        } catch (RuntimeException unjudged) {
            return Finding.waits("could not be judged: " + unjudged.getMessage());
        }
    }
}
