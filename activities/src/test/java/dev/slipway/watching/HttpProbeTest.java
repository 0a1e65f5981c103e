package dev.slipway.watching;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import mockwebserver3.MockWebServer;

class HttpProbeTest extends HttpSourceContract {

    @Override
    boolean asksTheReleasedService() {
        return true;
    }

    @Override
    MetricSource asking(MockWebServer server) {
        HttpCheckRequest request = new HttpCheckRequest(
                server.url("/health").toString(), 200, Map.of("/status", "ok"), Duration.ZERO, Map.of());
        return new HttpProbe("health", request, new HttpCheck(client, REDACT));
    }

    @Override
    List<String> good() {
        return List.of("{\"status\":\"ok\"}");
    }

    @Override
    double figure() {
        return 1;
    }

    @Override
    List<String> empty() {
        // a service that answers otherwise than it should is failing, never without data
        return List.of();
    }
}
