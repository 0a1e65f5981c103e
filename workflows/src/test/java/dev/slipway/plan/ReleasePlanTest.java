package dev.slipway.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.trust.CanonicalJson;
import dev.slipway.trust.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReleasePlanTest {

    private final ObjectMapper mapper = Json.mapper();

    /** Approvals bind this digest: if this test fails, every plan that waits for its approval would be refused. */
    @Test
    void keepsTheDigestOfAFullPlan() {
        assertThat(Shop.production().digest())
                .isEqualTo("69714893e85c1aeec8549a007dcd31df59da25b76ebe88d9c0a67fa6af6bb436");
    }

    @Test
    void keepsItsDigestOnTheWire() throws IOException {
        ReleasePlan plan = Shop.production();

        ReleasePlan travelled = mapper.readValue(mapper.writeValueAsBytes(plan), ReleasePlan.class);
        ReleasePlan shortened = mapper.readValue(CanonicalJson.text(plan), ReleasePlan.class);

        assertThat(travelled).isEqualTo(plan);
        assertThat(List.copyOf(travelled.databases().keySet()))
                .isEqualTo(List.copyOf(plan.databases().keySet()));
        assertThat(shortened.digest()).isEqualTo(plan.digest());
    }

    /** A plan with one more component, as a later version may have it. */
    private record Extended(ReleasePlan plan, List<String> gates) {}

    @Test
    void keepsItsDigestWhenAnAbsentComponentIsAdded() {
        ReleasePlan plan = Shop.production();
        record Plain(ReleasePlan plan) {}

        assertThat(CanonicalJson.sha256(new Extended(plan, List.of())))
                .isEqualTo(CanonicalJson.sha256(new Plain(plan)));
        assertThat(CanonicalJson.sha256(new Extended(plan, List.of("checks"))))
                .isNotEqualTo(CanonicalJson.sha256(new Plain(plan)));
    }

    @Test
    void leavesOutWhatIsAbsentAndWritesDurationsAsIsoText() {
        assertThat(CanonicalJson.text(Shop.production()))
                .doesNotContain("null")
                .doesNotContain("\"command\":[]")
                .contains("\"backup\":\"PT40M\"")
                .contains("\"keep\":\"PT720H\"");
    }

    @Test
    void neverThrowsOverWhatAStrangerSends() throws IOException {
        ReleasePlan empty = mapper.readValue("{}", ReleasePlan.class);
        assertThat(empty.phases()).contains(Phase.DONE);
        assertThat(empty.digest()).hasSize(64);
        assertThat(PlanText.lines(empty)).isNotEmpty();

        ObjectNode odd = mapper.valueToTree(Shop.production());
        odd.putArray("deploy").addNull();
        odd.putObject("people").putNull("ana").putArray("ben").addNull();
        odd.putNull("watch");
        ReleasePlan plan = mapper.treeToValue(odd, ReleasePlan.class);
        assertThat(plan.deploy()).isEmpty();
        assertThat(plan.people()).isEqualTo(Map.of("ben", List.of()));
        assertThat(plan.watch()).isEqualTo(Watch.none());
    }

    @Test
    void copiesWhatItIsGiven() {
        List<String> from = new ArrayList<>(Arrays.asList("ana", null));
        Map<String, String> config = new LinkedHashMap<>();
        config.put("B", "1");
        config.put("A", "2");
        var approval = new Approval(from, 1, null, null, null, false, null, null, false);
        var target = new Target("web", null, config);
        from.add("ben");
        config.clear();

        assertThat(approval.from()).containsExactly("ana");
        assertThat(target.config().keySet()).containsExactly("B", "A");
        assertThatThrownBy(() -> target.config().put("C", "3")).isInstanceOf(UnsupportedOperationException.class);
    }
}
