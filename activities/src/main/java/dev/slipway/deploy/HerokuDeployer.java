package dev.slipway.deploy;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Target;
import dev.slipway.plan.Target.HerokuTarget;
import dev.slipway.process.Pulse;
import dev.slipway.process.ShellText;
import dev.slipway.served.Served;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.Timeouts;
import dev.slipway.vendor.Heroku;
import dev.slipway.vendor.Heroku.Build;
import dev.slipway.vendor.Heroku.Release;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;

/**
 * An app at Heroku. The id is the release's: code and config vars together, for each change of either is a release. A
 * rollback is a release of its own at Heroku; it goes by the id of what it brought back.
 */
final class HerokuDeployer implements Deployer {

    /** Heroku's clock and ours are never quite the same. */
    private static final Duration SKEW = Duration.ofSeconds(30);

    private static final String SAFE_ID = "[A-Za-z0-9_-]+";

    private final Target target;
    private final HerokuTarget heroku;
    private final VendorAccess access;
    private final OkHttpClient client;
    private final VendorTimes times;

    HerokuDeployer(Target target, HerokuTarget heroku, OkHttpClient client, VendorTimes times) {
        this.target = target;
        this.heroku = heroku;
        this.access = new VendorAccess(heroku.api(), heroku.token(), Heroku.HOST);
        this.client = client;
        this.times = times;
    }

    @Override
    public String current(StepContext context, Pulse pulse) {
        Visit visit = visit(context, "preflight", pulse);
        List<Release> all = visit.releases();
        return current(all).map(now -> origin(now, all)).orElse("");
    }

    @Override
    public Deployed deploy(StepContext context, Pulse pulse) {
        String commit = context.plan().commit();
        Visit visit = visit(context, "deploy", pulse);
        Map<String, String> news =
                new TargetConfig(target).changed(context, visit.work().ask(visit.heroku()::configVars));
        List<Release> all = visit.releases();
        Optional<Release> now = current(all);
        if (news.isEmpty()
                && now.filter(each -> visit.commit(each).equals(commit)).isPresent()) {
            return new Deployed(origin(now.get(), all), true, List.of("commit " + commit));
        }
        Instant since = context.step().began().minus(SKEW);
        List<Build> builds = visit.builds();
        Predicate<Build> ours = each -> each.version().equals(commit)
                && !each.created().isBefore(since)
                && !each.failed()
                && all.stream()
                        .filter(release -> release.id().equals(each.release()))
                        .allMatch(release -> release.pending() || release.succeeded() && !release.current());
        Optional<String> begun = builds.stream().filter(ours).map(Build::id).findFirst();
        if (begun.isEmpty() && !news.isEmpty()) {
            visit.setConfig(news, all);
        }
        String build = begun.orElseGet(() -> visit.build(context.fill(heroku.source()), commit, builds, ours));
        visit.work().hasChanged();
        String release = visit.built(build);
        visit.released(release);
        return new Deployed(release, false, List.of("commit " + commit));
    }

    @Override
    public Deployed rollBack(StepContext context, String previous, Pulse pulse) {
        Visit visit = visit(context, "rollback", pulse);
        visit.stopBuilds(context.plan().commit(), context.step().began().minus(SKEW));
        List<Release> all = visit.releases();
        Release before = all.stream()
                .filter(each -> each.id().equals(previous))
                .findFirst()
                .orElseThrow(() -> visit.work()
                        .failed(
                                "Heroku has no release " + previous + " among its newest " + all.size()
                                        + ", so there is no way back to it; release its version anew",
                                List.of()));
        if (current(all)
                .filter(now -> origin(now, all).equals(origin(before, all)))
                .isPresent()) {
            return new Deployed(previous, true, List.of());
        }
        Predicate<Release> back = each -> each.version() > before.version()
                && each.returnsTo().orElse(-1) == before.version()
                && (each.pending() || each.succeeded());
        String id = all.stream()
                .filter(back)
                .filter(Release::pending)
                .map(Release::id)
                .findFirst()
                .orElseGet(() -> visit.rollBack(before, all, back));
        visit.work().hasChanged();
        visit.released(id);
        return new Deployed(
                previous, false, List.of("Heroku's release of it is " + id + "; its release phase has run again"));
    }

    @Override
    public String undoByHand(StepContext context, String previous) {
        String id = previous.matches(SAFE_ID) ? previous : "<the id of the release to go back to>";
        String base = heroku.api().replaceAll("/+$", "");
        return "curl -sS " + ShellText.quoted(base + "/apps/" + heroku.app() + "/releases")
                + " -H 'Accept: application/vnd.heroku+json; version=3' -H 'Content-Type: application/json'"
                + " -H \"Authorization: Bearer " + heroku.token() + "\" -d '{\"release\":\"" + id
                + "\"}' # the release phase runs again";
    }

    @Override
    public Look look(Served served, ReleasePlan plan, Pulse pulse) {
        List<String> problems = access.problemsBeforeApproval(served).stream()
                .map(problem -> target.name() + ": " + problem)
                .toList();
        if (!problems.isEmpty()) {
            return new Look(problems, List.of());
        }
        VendorWork work = new VendorWork(target.name(), Timeouts.of(plan, "preflight"), times, pulse);
        try {
            work.ask(asked(served, pulse)::releases);
            return new Look(
                    List.of(),
                    List.of(target.name() + ": a rollback at Heroku runs the release phase again, with the old code"));
        } catch (StepFailed failed) {
            return new Look(List.of(failed.getMessage()), List.of());
        }
    }

    private static Optional<Release> current(List<Release> all) {
        return all.stream().filter(Release::current).filter(Release::succeeded).findFirst();
    }

    /** The id that a release goes by: a rollback goes by that of what it brought back. */
    private static String origin(Release release, List<Release> all) {
        return release.returnsTo().isEmpty()
                ? release.id()
                : all.stream()
                        .filter(each -> each.version() == release.returnsTo().getAsInt())
                        .filter(each -> each.version() < release.version())
                        .map(each -> origin(each, all))
                        .findFirst()
                        .orElse(release.id());
    }

    private Heroku asked(Served served, Pulse pulse) {
        return Heroku.of(
                client,
                new Heroku.Access(access.base(), served.secrets().resolve(heroku.token()), access.credential()),
                heroku.app(),
                times.limits(),
                served.secrets()::redact,
                Clock.systemUTC(),
                pulse);
    }

    private Visit visit(StepContext context, String step, Pulse pulse) {
        VendorWork work = new VendorWork(target.name(), Timeouts.of(context.plan(), step), times, pulse);
        access.problems().stream().findFirst().ifPresent(problem -> {
            throw work.failed(problem, List.of());
        });
        return new Visit(asked(context.served(), pulse), work);
    }

    /** One piece of work at Heroku. */
    private record Visit(Heroku heroku, VendorWork work) {

        List<Release> releases() {
            return work.ask(heroku::releases);
        }

        List<Build> builds() {
            return work.ask(heroku::builds);
        }

        String commit(Release release) {
            return release.slug().isEmpty() ? "" : work.ask(() -> heroku.commit(release.slug()));
        }

        /** Config vars are a release of their own, which has to be done before code is released on top of it. */
        void setConfig(Map<String, String> news, List<Release> before) {
            work.ask(() -> {
                heroku.setConfigVars(news);
                return true;
            });
            work.hasChanged();
            int newest = before.stream().mapToInt(Release::version).max().orElse(0);
            Release made = work.follow(
                    work.limit(),
                    () -> heroku.releases().stream()
                            .filter(each -> each.version() > newest)
                            .findFirst()
                            .filter(each -> !each.pending()),
                    () -> "the release of the config vars at Heroku",
                    () -> work.failed("the release of the config vars does not end at Heroku", List.of()));
            if (!made.succeeded()) {
                throw work.failed(
                        "release v" + made.version() + " of the config vars at Heroku " + made.status(), List.of());
            }
        }

        String build(String source, String commit, List<Build> before, Predicate<Build> ours) {
            Set<String> known = before.stream().map(Build::id).collect(Collectors.toSet());
            return work.change(() -> heroku.startBuild(source, commit).id())
                    .orElseGet(() -> work.follow(
                            work.moment(),
                            () -> heroku.builds().stream()
                                    .filter(each -> !known.contains(each.id()))
                                    .filter(ours)
                                    .map(Build::id)
                                    .findFirst(),
                            () -> "looks for the build of " + commit + " at Heroku",
                            () -> notShown("a build of " + commit)));
        }

        String rollBack(Release to, List<Release> before, Predicate<Release> back) {
            Set<String> known = before.stream().map(Release::id).collect(Collectors.toSet());
            return work.change(() -> heroku.rollBack(to.id()).id())
                    .orElseGet(() -> work.follow(
                            work.moment(),
                            () -> heroku.releases().stream()
                                    .filter(each -> !known.contains(each.id()))
                                    .filter(back)
                                    .map(Release::id)
                                    .findFirst(),
                            () -> "looks for the rollback to v" + to.version() + " at Heroku",
                            () -> notShown("a rollback to v" + to.version())));
        }

        private RuntimeException notShown(String what) {
            return work.unavailable("asked Heroku for " + what
                    + ", and nothing of it shows; it is looked for again before it is asked for again");
        }

        /** A build that is not done would be released after the rollback. */
        void stopBuilds(String commit, Instant since) {
            List<Build> running = builds().stream()
                    .filter(each -> each.version().equals(commit)
                            && each.status().equals("pending")
                            && !each.created().isBefore(since))
                    .toList();
            for (Build each : running) {
                work.ask(() -> {
                    heroku.cancelBuild(each.id());
                    return true;
                });
                work.follow(
                        work.moment(),
                        () -> Optional.of(heroku.build(each.id()))
                                .filter(now -> !now.status().equals("pending")),
                        () -> "stops build " + each.id() + " at Heroku",
                        () -> work.unavailable("build " + each.id() + " does not stop at Heroku"));
            }
            // nothing stops a release phase; what it ends with is taken back afterwards
            work.follow(
                    work.limit(),
                    () -> Optional.of(heroku.releases()).filter(all -> all.stream()
                            .noneMatch(each -> each.pending()
                                    && each.returnsTo().isEmpty()
                                    && !each.created().isBefore(since))),
                    () -> "waits for a release phase at Heroku",
                    () -> work.failed("a release phase does not end at Heroku", List.of()));
        }

        /** @return the id of the release that came of the build */
        String built(String id) {
            Build done = work.follow(
                    work.limit(),
                    () -> Optional.of(heroku.build(id))
                            .filter(now -> now.failed()
                                    || now.status().equals("succeeded")
                                            && !now.release().isEmpty()),
                    () -> "build " + id + " at Heroku",
                    () -> work.failed("build " + id + " at Heroku does not end", List.of()));
            if (done.failed()) {
                throw work.failed("build " + id + " at Heroku failed; see the app's activity page", List.of());
            }
            return done.release();
        }

        /** Follows a release until it serves. */
        void released(String id) {
            Release done = work.follow(
                    work.limit(),
                    () -> Optional.of(heroku.release(id)).filter(now -> List.of("succeeded", "failed", "expired")
                            .contains(now.status())),
                    () -> "release " + id + " at Heroku: its release phase",
                    () -> work.failed("release " + id + " at Heroku does not end", List.of()));
            if (!done.succeeded()) {
                throw work.failed(
                        "release v" + done.version() + " at Heroku " + done.status() + "; see `heroku releases:output v"
                                + done.version() + "`",
                        List.of());
            }
            work.follow(
                    work.moment(),
                    () -> current(heroku.releases()).filter(now -> now.id().equals(id)),
                    () -> "release v" + done.version() + " at Heroku is done and is not the current one yet",
                    () -> work.failed(
                            "release v" + done.version() + " is done at Heroku, but another one is current",
                            List.of()));
        }
    }
}
