package dev.slipway.watching;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.vendor.GraphqlDescription;
import dev.slipway.vendor.Railway;
import dev.slipway.watch.Measurement.SourceDown;
import java.util.List;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RailwaySourceTest extends HttpSourceContract {

    private static final String ID = "11111111-aaaa-4aaa-8aaa-111111111111";

    @Override
    MetricSource asking(MockWebServer server) {
        return new RailwaySource(
                "memory",
                new RailwaySource.Question(ID, ID, ID, "memory"),
                () -> new Railway.Access(server.url("/graphql/v2"), SECRET, false, "the secret 'RAILWAY_TOKEN'"),
                client,
                REDACT);
    }

    private static String used(long secondsAgo, double value) {
        return "{\"measurement\":\"MEMORY_USAGE_GB\",\"values\":[{\"ts\":" + (NOW.getEpochSecond() - secondsAgo - 60)
                + ",\"value\":0.1},{\"ts\":" + (NOW.getEpochSecond() - secondsAgo) + ",\"value\":" + value + "}]}";
    }

    private static String limit(double value) {
        return "{\"measurement\":\"MEMORY_LIMIT_GB\",\"values\":[{\"ts\":" + NOW.getEpochSecond() + ",\"value\":"
                + value + "}]}";
    }

    private static String metrics(String... results) {
        return "{\"data\":{\"metrics\":[" + String.join(",", results) + "]}}";
    }

    @Override
    List<String> good() {
        return List.of(metrics(used(30, 7.5), limit(8)));
    }

    @Override
    double figure() {
        return 0.9375;
    }

    @Override
    List<String> empty() {
        return List.of(
                metrics(),
                metrics(used(30, 7.5)),
                metrics(limit(8)),
                metrics(used(600, 7.5), limit(8)),
                metrics(used(-600, 7.5), limit(8)),
                metrics(used(30, 7.5), limit(0)),
                metrics("{\"measurement\":\"MEMORY_USAGE_GB\",\"values\":[]}", limit(8)));
    }

    @Test
    void anErrorUnder200IsNoNumberAndNamesTheSecret() throws Exception {
        server.enqueue(answer(200, "{\"data\":null,\"errors\":[{\"message\":\"Not Authorized\"}]}"));

        assertThat(measured(asking(server))).isInstanceOfSatisfying(SourceDown.class, down -> assertThat(down.why())
                .contains("the secret 'RAILWAY_TOKEN'"));
    }

    @Test
    void asksAsTheVendorDescribes() throws Exception {
        measured(well());

        JsonNode asked =
                new ObjectMapper().readTree(server.takeRequest().getBody().utf8());
        GraphqlDescription description =
                GraphqlDescription.find("railway.schema.graphql").orElse(null);
        Assumptions.assumeTrue(description != null, "Railway's schema is not on this machine");
        assertThat(description.problems(asked)).isEmpty();
    }
}
