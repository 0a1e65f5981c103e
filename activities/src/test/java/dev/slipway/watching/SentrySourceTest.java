package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.vendor.VendorDescription;
import dev.slipway.watch.Measurement.SourceDown;
import dev.slipway.watch.Measurement.Value;
import java.time.Duration;
import java.util.List;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class SentrySourceTest extends HttpSourceContract {

    private static final String EVENTS =
            "{\"data\":[{\"count()\":17}],\"meta\":{\"fields\":{\"count()\":\"integer\"},\"units\":{}}}";

    @Override
    MetricSource asking(MockWebServer server) {
        return asking(server, false, "shop", "production", "!level:info");
    }

    private MetricSource asking(
            MockWebServer server, boolean newIssues, String project, String environment, String query) {
        return new SentrySource(
                "errors",
                new SentrySource.Question(
                        "acme", project, environment, newIssues, "shop@1.4.0", query, Duration.ofMinutes(5)),
                new SentrySource.Access(server.url("/"), () -> SECRET, "the secret 'SENTRY_TOKEN'"),
                client,
                REDACT);
    }

    @Override
    List<String> good() {
        return List.of(EVENTS);
    }

    @Override
    double figure() {
        return 17;
    }

    @Override
    List<String> empty() {
        return List.of(
                "{\"data\":[]}",
                "{\"data\":[{}]}",
                "{\"data\":[{\"count()\":null}]}",
                "{\"data\":[{\"count()\":1},{\"count()\":2}]}");
    }

    @Test
    void countsNewIssues() throws Exception {
        server.enqueue(answer(200, "[]"));
        server.enqueue(answer(200, "[{\"id\":\"1\"},{\"id\":\"2\"}]"));
        MetricSource source = asking(server, true, "", "", "");
        assertThat(measured(source)).isEqualTo(new Value(0));
        assertThat(measured(source)).isEqualTo(new Value(2));
        RecordedRequest request = server.takeRequest();
        assertThat(request.getUrl().encodedPath()).isEqualTo("/api/0/organizations/acme/issues/");
        assertThat(request.getUrl().queryParameter("query")).isEqualTo("firstRelease:\"shop@1.4.0\"");
        server.enqueue(answer(200, "{\"detail\":\"moved\"}"));
        assertThat(measured(source)).isInstanceOf(SourceDown.class);
    }

    @Test
    void saysWhichSecretIsRefused() {
        server.enqueue(answer(401, "{\"detail\":\"Invalid token\"}"));
        assertThat(why(measured(asking(server))))
                .contains("Sentry does not accept the secret 'SENTRY_TOKEN'; it is wrong or has expired, renew it");
        server.enqueue(answer(429, ""));
        assertThat(why(measured(asking(server)))).contains("takes no more questions");
    }

    @Test
    void asksAsTheVendorDescribesIt() throws Exception {
        VendorDescription described = VendorDescription.find("sentry.json").orElse(null);
        Assumptions.assumeTrue(described != null, "Sentry's description is not on this machine");
        for (boolean newIssues : new boolean[] {false, true}) {
            server.enqueue(answer(200, newIssues ? "[]" : EVENTS));
            // the validator takes the slug of a project for JSON, and falls over it
            measured(asking(server, newIssues, "42", "production", "!level:info"));
            RecordedRequest request = server.takeRequest();
            assertThat(described.problems(request)).isEmpty();
            assertThat(described.problems(request, 200, newIssues ? "[]" : EVENTS))
                    .isEmpty();
            assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer " + SECRET);
            assertThat(request.getUrl().queryParameter("query")).contains("!level:info");
        }
    }
}
