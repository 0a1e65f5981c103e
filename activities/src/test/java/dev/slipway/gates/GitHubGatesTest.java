package dev.slipway.gates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.http.HttpClients;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.reading.PlanSource;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.release.Dock;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.steps.StepObserver;
import dev.slipway.trust.Lane;
import dev.slipway.vendor.VendorDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GitHub's checks, reviews and branch protection at the commit that is released. */
class GitHubGatesTest {

    private static final String TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";

    @TempDir
    private Path folder;

    private Dock dock;
    private FakeGitHub github;

    @BeforeEach
    void open() throws Exception {
        dock = new Dock(folder);
        github = new FakeGitHub();
        dock.secret("GITHUB_TOKEN", TOKEN);
        dock.mayGo("GITHUB_TOKEN", github.host());
        dock.serve(Dock.NO_FLOOR);
    }

    @AfterEach
    void close() {
        dock.close();
        github.close();
    }

    private ReleasePlan plan(String gate) throws Exception {
        dock.files("    gates: [{" + gate.replace("}", ", token: $GITHUB_TOKEN, api: '" + github.address() + "'}")
                + "}]\n" + (branch.isEmpty() ? "" : "    branch: " + branch + "\n"));
        dock.edit("slipway.yaml", "source: {directory: .}", "source: {git: git@github.com:acme/shop.git}");
        return Dock.plan(PlanSource.directory(dock.source), "1.0.0", FakeGitHub.COMMIT);
    }

    /** Of the environment; empty for any. */
    private String branch = "";

    private Gates gates() throws Exception {
        return new Gates(HttpClients.standard(), new CommandRunner());
    }

    private String judged(String gate) throws Exception {
        Gates.Judged judged = gates().judgeAll(dock.served(), plan(gate), Lane.NORMAL, Pulse.unheard());
        return judged.waiting().isEmpty()
                ? "passed " + String.join("", judged.passed())
                : String.join("", judged.waiting());
    }

    private static final String CHECKS = "checks: {github: acme/shop, required: [test, lint]}, name: ci";

    @Test
    void checksPassWhenEachRequiredOneSucceeded() throws Exception {
        github.checkRun("test", "github-actions", "completed", "success");
        assertThat(judged(CHECKS)).isEqualTo("ci: lint is not there at 6dcb09b5b578 of acme/shop");

        github.status("lint", "success");
        assertThat(judged(CHECKS)).isEqualTo("passed ci: test, lint succeeded at 6dcb09b5b578 of acme/shop");
    }

    @ParameterizedTest
    @CsvSource({
        "in_progress, '', in_progress",
        "queued, '', queued",
        "completed, failure, failure",
        "completed, skipped, skipped",
        "completed, neutral, neutral",
        "completed, cancelled, cancelled",
        "completed, timed_out, timed_out",
        "completed, action_required, action_required",
        "completed, stale, stale",
        "completed, '', without conclusion"
    })
    void nothingButSuccessIsSuccess(String status, String conclusion, String said) throws Exception {
        github.checkRun("test", "github-actions", status, conclusion);
        github.checkRun("lint", "github-actions", "completed", "success");

        assertThat(judged(CHECKS)).isEqualTo("ci: test is " + said + " at 6dcb09b5b578 of acme/shop");
    }

    @Test
    void aCheckOfTheSameNameThatFailedIsNotHiddenByOneThatSucceeded() throws Exception {
        github.checkRun("lint", "github-actions", "completed", "success");
        github.checkRun("test", "github-actions", "completed", "success");
        github.checkRun("test", "github-actions", "completed", "failure");

        assertThat(judged(CHECKS)).startsWith("ci: test is failure");
    }

    @Test
    void onlyTheNamedAppCounts() throws Exception {
        String ofActions = "checks: {github: acme/shop, required: [test], app: github-actions}, name: ci";
        github.checkRun("test", "mallorys-app", "completed", "success");
        github.status("test", "success");
        assertThat(judged(ofActions)).startsWith("ci: test is not there");

        github.checkRun("test", "github-actions", "completed", "success");
        assertThat(judged(ofActions)).startsWith("passed");
    }

    @Test
    void checksBeyondTheFirstPageAreSeen() throws Exception {
        for (int i = 0; i < 150; i++) {
            github.checkRun("other-" + i, "github-actions", "completed", "success");
        }
        github.checkRun("test", "github-actions", "completed", "success");
        github.checkRun("lint", "github-actions", "completed", "failure");

        assertThat(judged(CHECKS)).startsWith("ci: lint is failure");
    }

    private static final String REVIEWS = "reviews: {github: acme/shop, approvals: 2}, name: reviewed";

    @Test
    void reviewsCountOnceForEachPersonAtTheLastCommit() throws Exception {
        assertThat(judged(REVIEWS)).isEqualTo("reviewed: no pull request of acme/shop ends with 6dcb09b5b578");
        github.pull(7, "dora", FakeGitHub.COMMIT, true);
        github.review(7, "ana", "APPROVED", FakeGitHub.HEAD, "MEMBER");
        github.review(7, "ana", "APPROVED", FakeGitHub.HEAD, "MEMBER");
        assertThat(judged(REVIEWS)).isEqualTo("reviewed: pull request #7 has 1 of 2 approvals at its last commit");

        github.review(7, "ben", "APPROVED", FakeGitHub.HEAD, "COLLABORATOR");
        github.review(7, "ben", "COMMENTED", FakeGitHub.HEAD, "COLLABORATOR");
        assertThat(judged(REVIEWS))
                .isEqualTo("passed reviewed: pull request #7 was approved at its last commit by ana, ben");
    }

    @ParameterizedTest
    @CsvSource({
        "dora, APPROVED, a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d, MEMBER",
        "eve, APPROVED, 0000000000000000000000000000000000000000, MEMBER",
        "eve, APPROVED, a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d, CONTRIBUTOR",
        "eve, DISMISSED, a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d, MEMBER",
        "eve, COMMENTED, a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d, MEMBER",
    })
    void neitherTheAuthorsNorAnOldNorAStrangersReviewCounts(String who, String state, String at, String association)
            throws Exception {
        github.pull(7, "dora", FakeGitHub.COMMIT, true);
        github.review(7, "ana", "APPROVED", FakeGitHub.HEAD, "OWNER");
        github.review(7, who, state, at, association);

        assertThat(judged(REVIEWS)).isEqualTo("reviewed: pull request #7 has 1 of 2 approvals at its last commit");
    }

    @Test
    void whoAskedForChangesHasToSayYesFirst() throws Exception {
        github.pull(7, "dora", FakeGitHub.COMMIT, true);
        github.review(7, "ana", "APPROVED", FakeGitHub.HEAD, "MEMBER");
        github.review(7, "ben", "APPROVED", FakeGitHub.HEAD, "MEMBER");
        github.review(7, "cleo", "CHANGES_REQUESTED", "0000000000000000000000000000000000000000", "MEMBER");
        assertThat(judged(REVIEWS)).isEqualTo("reviewed: cleo asked for changes in pull request #7");

        github.review(7, "cleo", "APPROVED", FakeGitHub.HEAD, "MEMBER");
        assertThat(judged(REVIEWS)).startsWith("passed");
    }

    @Test
    void aPullRequestThatWasNotMergedAsThisCommitIsNoReviewOfIt() throws Exception {
        github.pull(7, "dora", FakeGitHub.COMMIT, false);
        github.pull(8, "dora", "1111111111111111111111111111111111111111", true);
        github.review(7, "ana", "APPROVED", FakeGitHub.HEAD, "MEMBER");
        github.review(7, "ben", "APPROVED", FakeGitHub.HEAD, "MEMBER");

        assertThat(judged(REVIEWS)).startsWith("reviewed: no pull request");
    }

    @Test
    void aPullRequestIntoAnotherBranchOrThatWasGivenUpIsNoReviewOfThisOne() throws Exception {
        String open =
                "{'number':7,'user':{'login':'dora'},'state':'STATE','base':{'ref':'BASE'},'merged_at':null,'head':{'sha':'"
                        + FakeGitHub.COMMIT + "'}}";
        github.review(7, "ana", "APPROVED", FakeGitHub.COMMIT, "MEMBER");
        github.review(7, "ben", "APPROVED", FakeGitHub.COMMIT, "MEMBER");
        branch = "main";
        github.pulls.add(github.read(open.replace("STATE", "open").replace("BASE", "playground")));
        github.pulls.add(github.read(open.replace("STATE", "closed").replace("BASE", "main")));
        assertThat(judged(REVIEWS)).startsWith("reviewed: no pull request");

        github.pulls.add(github.read(open.replace("STATE", "open").replace("BASE", "main")));
        assertThat(judged(REVIEWS)).startsWith("passed");
    }

    private static final String PROTECTION =
            "protection: {github: acme/shop, branch: main, reviews: 1, required: [test]}, name: branch";

    private String classic(String admins) {
        return "{'enforce_admins':{'enabled':" + admins + "},'allow_force_pushes':{'enabled':false},"
                + "'allow_deletions':{'enabled':false},'required_pull_request_reviews':"
                + "{'required_approving_review_count':1},'required_status_checks':{'contexts':['test']}}";
    }

    @Test
    void aBranchIsProtectedByItsClassicProtection() throws Exception {
        assertThat(judged(PROTECTION))
                .isEqualTo("branch: acme/shop, branch main: it can be pushed to with force, it can be deleted,"
                        + " it asks for 0 of 1 reviews, it does not ask for the check test");
        github.protection.put("main", github.read(classic("false")));
        assertThat(judged(PROTECTION)).endsWith("its protection does not hold for administrators");

        github.protection.put("main", github.read(classic("true")));
        assertThat(judged(PROTECTION)).isEqualTo("passed branch: acme/shop, branch main is protected");
    }

    @Test
    void aProtectionThatDoesNotSayNoToForceSaysYes() throws Exception {
        github.protection.put(
                "main", github.read(classic("true").replace("'allow_force_pushes':{'enabled':false},", "")));

        assertThat(judged(PROTECTION)).isEqualTo("branch: acme/shop, branch main: it can be pushed to with force");
    }

    @Test
    void ruleSetsCountWhenNobodyCanGoPastThem() throws Exception {
        for (String type : List.of("non_fast_forward", "deletion")) {
            github.rules.add(github.read("{'type':'" + type + "','ruleset_id':5}"));
        }
        github.rules.add(github.read(
                "{'type':'pull_request','ruleset_id':5,'parameters':{'required_approving_review_count':2}}"));
        github.rules.add(github.read("{'type':'required_status_checks','ruleset_id':5,'parameters':"
                + "{'required_status_checks':[{'context':'test'}]}}"));
        assertThat(judged(PROTECTION)).endsWith("rule set 5 can be bypassed, or this token may not see who can");

        github.ruleSets.put(5L, github.read("{'id':5,'bypass_actors':[{'actor_id':1}]}"));
        assertThat(judged(PROTECTION)).endsWith("rule set 5 can be bypassed, or this token may not see who can");
        github.ruleSets.put(5L, github.read("{'id':5,'bypass_actors':[]}"));
        assertThat(judged(PROTECTION)).startsWith("passed");
    }

    @Test
    void theTokenGoesOnlyWhereTheWorkersFileLetsIt() throws Exception {
        ReleasePlan plan = plan(CHECKS);
        dock.mayGo("GITHUB_TOKEN", "api.github.com");
        dock.serve(Dock.NO_FLOOR);
        Gates gates = gates();

        assertThat(gates.problems(dock.served(), plan, Lane.NORMAL))
                .singleElement()
                .asString()
                .contains("the secret 'GITHUB_TOKEN' may not be sent to " + github.host());
        assertThat(gates.judgeAll(dock.served(), plan, Lane.NORMAL, Pulse.unheard())
                        .waiting())
                .singleElement()
                .asString()
                .contains("may not be sent");
        assertThat(github.requests).isEmpty();
    }

    @Test
    void theGreenChecksOfAForkAreNotAskedFor() throws Exception {
        ReleasePlan plan = plan("checks: {github: mallory/shop, required: [test]}, name: ci");
        dock.serve(
                Dock.NO_FLOOR,
                new ServedEnvironment.Source.Git("git@github.com:acme/shop.git", List.of()),
                Map.of(),
                StepObserver.nobody());

        assertThat(gates().problems(dock.served(), plan, Lane.NORMAL))
                .containsExactly("gate ci: it asks about mallory/shop, and this worker releases from acme/shop");
    }

    @ParameterizedTest
    @CsvSource({
        "git@github.com:acme/shop.git, acme/shop",
        "https://github.com/acme/shop, acme/shop",
        "https://x@github.com/acme/shop.git/, acme/shop",
        "ssh://git@github.com:22/acme/shop.git, acme/shop",
        "/srv/git/shop.git, ''",
        "file:///srv/git/shop.git, ''"
    })
    void theRepositoryIsReadOutOfTheAddress(String address, String repository) {
        assertThat(AtGitHub.repository(address))
                .isEqualTo(Optional.of(repository).filter(each -> !each.isEmpty()));
    }

    @Test
    void theTokenIsInNoMessage() throws Exception {
        github.close();

        assertThat(judged(CHECKS))
                .startsWith("ci: could not be judged: GitHub could not be reached")
                .doesNotContain(TOKEN);
    }

    @Test
    void everyRequestIsAsGitHubDescribesIt() throws Exception {
        VendorDescription described = VendorDescription.find("github.json").orElse(null);
        Assumptions.assumeTrue(described != null, "GitHub's description is not on this machine");
        github.pull(7, "dora", FakeGitHub.COMMIT, true);
        github.rules.add(github.read("{'type':'deletion','ruleset_id':5}"));
        judged(CHECKS);
        judged(REVIEWS);
        judged(PROTECTION.replace("main", "'release/1.x'"));

        assertThat(github.requests).hasSizeGreaterThanOrEqualTo(6);
        for (RecordedRequest request : github.requests) {
            assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer " + TOKEN);
            assertThat(request.getHeaders().get("X-GitHub-Api-Version")).isEqualTo("2022-11-28");
            // the description at hand has no rule sets
            if (!request.getUrl().encodedPath().contains("/rulesets/")) {
                assertThat(described.problems(request))
                        .as(request.getUrl().toString())
                        .isEmpty();
            }
        }
    }
}
