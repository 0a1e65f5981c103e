package dev.slipway.gates;

import dev.slipway.plan.Check;
import dev.slipway.watching.HttpCheck;
import dev.slipway.watching.HttpCheckRequest;
import dev.slipway.watching.HttpCheckResult;
import java.util.LinkedHashMap;
import java.util.Map;
import okhttp3.OkHttpClient;

/**
 * An address answers as expected. No secret is ever sent, and nothing of an answer is told but its status: the plan may not
 * be approved yet, and the address may be one that only this worker reaches.
 */
final class HttpGate implements GateJudge {

    private final OkHttpClient client;

    HttpGate(OkHttpClient client) {
        this.client = client;
    }

    @Override
    public String kind() {
        return "http";
    }

    @Override
    public Finding judge(GateContext context) {
        Check wanted = context.gate().http().get(0);
        Map<String, String> json = new LinkedHashMap<>();
        wanted.json().forEach((pointer, value) -> json.put(pointer, context.fill(value)));
        HttpCheckResult result = new HttpCheck(client, context.served().secrets()::redact)
                .run(new HttpCheckRequest(
                        context.fill(wanted.http()), wanted.status(), json, wanted.within(), Map.of()));
        return result.ok()
                ? Finding.passed(context.fill(wanted.http()) + " answered as expected")
                : Finding.waits(context.fill(wanted.http()) + " does not answer as expected"
                        + (result.status() == 0 ? ": " + result.sentence() : " (status " + result.status() + ")"));
    }
}
