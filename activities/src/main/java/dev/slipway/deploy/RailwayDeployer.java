package dev.slipway.deploy;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Target;
import dev.slipway.plan.Target.RailwayTarget;
import dev.slipway.process.Pulse;
import dev.slipway.process.ShellText;
import dev.slipway.served.Served;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.Timeouts;
import dev.slipway.vendor.Railway;
import dev.slipway.vendor.Railway.Deployment;
import dev.slipway.vendor.Railway.Place;
import dev.slipway.vendor.VendorFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;

/**
 * A service at Railway. The id is the deployment's. A rollback makes a deployment of its own at Railway, with the image and
 * the variables of the old one; it goes by the old one's id here, for that is what serves.
 */
final class RailwayDeployer implements Deployer {

    /** Railway's clock and ours are never quite the same. */
    private static final Duration SKEW = Duration.ofSeconds(30);

    private static final int LOG_LINES = 50;
    private static final String SAFE_ID = "[A-Za-z0-9_-]+";

    private final Target target;
    private final RailwayTarget railway;
    private final VendorAccess access;
    private final OkHttpClient client;
    private final VendorTimes times;

    RailwayDeployer(Target target, RailwayTarget railway, OkHttpClient client, VendorTimes times) {
        this.target = target;
        this.railway = railway;
        this.access = new VendorAccess(railway.api(), railway.token(), Railway.HOST);
        this.client = client;
        this.times = times;
    }

    @Override
    public String current(StepContext context, Pulse pulse) {
        Visit visit = visit(context, "preflight", pulse);
        return visit.serving().map(visit::origin).orElse("");
    }

    @Override
    public Deployed deploy(StepContext context, Pulse pulse) {
        String commit = context.plan().commit();
        if (commit.isEmpty()) {
            throw new StepFailed(
                    target.name() + ": Railway deploys a commit, and this release has none", List.of(), false);
        }
        Visit visit = visit(context, "deploy", pulse);
        Map<String, String> news = new TargetConfig(target).changed(context, visit.variables());
        List<Deployment> before = visit.deployments();
        Optional<Deployment> serving = visit.serving();
        if (news.isEmpty() && serving.filter(now -> now.commit().equals(commit)).isPresent()) {
            return new Deployed(visit.origin(serving.get()), true, List.of("commit " + commit));
        }
        Instant since =
                railway.autoDeploy() ? Instant.EPOCH : context.step().began().minus(SKEW);
        Predicate<Deployment> ours = each -> each.commit().equals(commit)
                && !each.reason().equals("rollback")
                && !each.created().isBefore(since)
                && !each.bad();
        Optional<Deployment> begun = before.stream()
                .filter(ours)
                .filter(any -> news.isEmpty() || !railway.autoDeploy() && !serves(serving, any))
                .findFirst();
        String id = begun.map(Deployment::id).orElseGet(() -> visit.deploy(commit, news, before, ours));
        visit.work().hasChanged();
        visit.followed(id);
        return new Deployed(id, false, List.of("commit " + commit, visit.place().page(id)));
    }

    private static boolean serves(Optional<Deployment> serving, Deployment any) {
        return serving.filter(now -> now.id().equals(any.id())).isPresent();
    }

    @Override
    public Deployed rollBack(StepContext context, String previous, Pulse pulse) {
        Visit visit = visit(context, "rollback", pulse);
        Deployment before = visit.known(previous);
        Instant since = context.step().began().minus(SKEW);
        visit.stopOthers(context.plan().commit(), since);
        Optional<Deployment> serving = visit.serving();
        if (serving.filter(now -> now.id().equals(previous) || now.returnsTo(before))
                .isPresent()) {
            return new Deployed(previous, true, List.of());
        }
        if (!before.canRollBack()) {
            return rebuilt(visit, before, since);
        }
        List<Deployment> all = visit.deployments();
        String id = all.stream()
                .filter(each -> each.returnsTo(before) && !each.bad() && !each.good())
                .filter(each -> !each.created().isBefore(since))
                .findFirst()
                .map(Deployment::id)
                .orElseGet(() -> visit.rollBack(before, all));
        visit.work().hasChanged();
        visit.followed(id);
        return new Deployed(
                previous,
                false,
                List.of("Railway's deployment of it is " + id, visit.place().page(id)));
    }

    /** The image is gone: the commit is built again, which takes its time, and takes the variables of now. */
    private Deployed rebuilt(Visit visit, Deployment before, Instant since) {
        if (before.commit().isEmpty()) {
            throw visit.work()
                    .failed(
                            "Railway can't roll back to deployment " + before.id()
                                    + " any more, and it is of no commit that could be built again",
                            List.of());
        }
        List<Deployment> all = visit.deployments();
        Predicate<Deployment> ours =
                each -> each.commit().equals(before.commit()) && !each.created().isBefore(since) && !each.bad();
        Optional<Deployment> begun = all.stream().filter(ours).findFirst();
        String id = begun.map(Deployment::id).orElseGet(() -> visit.deploy(before.commit(), Map.of(), all, ours));
        visit.work().hasChanged();
        visit.followed(id);
        return new Deployed(
                id,
                false,
                List.of(
                        "Railway no longer has the image of deployment " + before.id() + ": its commit "
                                + before.commit() + " was built again as deployment " + id
                                + ", with the variables of now",
                        visit.place().page(id)));
    }

    @Override
    public String undoByHand(StepContext context, String previous) {
        String header = railway.projectToken() ? "Project-Access-Token: " : "Authorization: Bearer ";
        String id = previous.matches(SAFE_ID) ? previous : "<the id of the deployment to go back to>";
        return "curl -sS " + ShellText.quoted(railway.api()) + " -H 'Content-Type: application/json' -H \"" + header
                + railway.token() + "\" -d '{\"query\":\"mutation { deploymentRollback(id: \\\"" + id + "\\\") }\"}'";
    }

    @Override
    public Look look(Served served, ReleasePlan plan, Pulse pulse) {
        List<String> problems = new ArrayList<>(access.problemsBeforeApproval(served));
        if (!problems.isEmpty()) {
            return new Look(named(problems), List.of());
        }
        List<String> notes = new ArrayList<>();
        VendorWork work = new VendorWork(target.name(), Timeouts.of(plan, "preflight"), times, pulse);
        try {
            Railway asked = asked(served, pulse);
            Place place = work.ask(() -> asked.find(railway.project(), railway.service(), railway.environment()));
            List<String> triggers = work.ask(() -> asked.triggers(place));
            if (!railway.autoDeploy() && !triggers.isEmpty()) {
                problems.add(target.name() + ": Railway deploys what is pushed to " + String.join(", ", triggers)
                        + " by itself, past every approval; turn that off in the service's settings (Source), or write"
                        + " `auto-deploy: allowed`");
            }
            String good = served.record().head().state().live().targets().getOrDefault(target.name(), "");
            goBack(work, asked, place, good).ifPresent(notes::add);
        } catch (StepFailed failed) {
            problems.add(failed.getMessage());
        }
        return new Look(problems, notes);
    }

    private Optional<String> goBack(VendorWork work, Railway asked, Place place, String good) {
        boolean serves = work.ask(() -> asked.active(place)).stream()
                .anyMatch(each -> each.id().equals(good));
        if (good.isEmpty() || serves) {
            return Optional.empty();
        }
        boolean can = work.ask(() -> {
            try {
                return asked.deployment(good).canRollBack();
            } catch (VendorFailure failure) {
                if (failure.type() == VendorFailure.Type.VENDOR_NOT_FOUND) {
                    return false;
                }
                throw failure;
            }
        });
        return can
                ? Optional.empty()
                : Optional.of(target.name() + ": Railway can't roll back to deployment " + good
                        + " any more, which the record has as live; its commit would have to be built again");
    }

    private List<String> named(List<String> problems) {
        return problems.stream().map(problem -> target.name() + ": " + problem).toList();
    }

    private Railway asked(Served served, Pulse pulse) {
        return Railway.of(
                client,
                new Railway.Access(
                        access.base(),
                        served.secrets().resolve(railway.token()),
                        railway.projectToken(),
                        access.credential()),
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
        Railway asked = asked(context.served(), pulse);
        return new Visit(
                asked, work.ask(() -> asked.find(railway.project(), railway.service(), railway.environment())), work);
    }

    /** One piece of work at Railway. */
    private record Visit(Railway railway, Place place, VendorWork work) {

        List<Deployment> deployments() {
            return work.ask(() -> railway.deployments(place));
        }

        Map<String, String> variables() {
            return work.ask(() -> railway.variables(place));
        }

        Optional<Deployment> serving() {
            return work.ask(() -> railway.active(place)).stream()
                    .filter(Deployment::good)
                    .findFirst();
        }

        /** The id that something goes by: a rollback goes by that of what it brought back. */
        String origin(Deployment serving) {
            if (!serving.reason().equals("rollback") && !serving.reason().isEmpty()) {
                return serving.id();
            }
            List<String> broughtBack = deployments().stream()
                    .filter(each -> !each.reason().equals("rollback") && serving.returnsTo(each))
                    .map(Deployment::id)
                    .toList();
            if (broughtBack.isEmpty()) {
                return serving.id();
            }
            // newest first; where Railway does not say which are rollbacks, only the oldest is surely none
            return broughtBack.get(serving.reason().isEmpty() ? broughtBack.size() - 1 : 0);
        }

        Deployment known(String id) {
            return work.ask(() -> {
                        try {
                            return Optional.of(railway.deployment(id));
                        } catch (VendorFailure failure) {
                            if (failure.type() == VendorFailure.Type.VENDOR_NOT_FOUND) {
                                return Optional.<Deployment>empty();
                            }
                            throw failure;
                        }
                    })
                    .orElseThrow(() -> work.failed(
                            "Railway has no deployment " + id + " any more, so there is no way back to it; release its"
                                    + " version anew",
                            List.of()));
        }

        String deploy(String commit, Map<String, String> news, List<Deployment> before, Predicate<Deployment> ours) {
            if (!news.isEmpty()) {
                work.ask(() -> {
                    railway.setVariables(place, news);
                    return true;
                });
                work.hasChanged();
            }
            return work.change(() -> railway.deploy(place, commit))
                    .orElseGet(() -> appeared(before, ours, "a deployment of " + commit));
        }

        String rollBack(Deployment to, List<Deployment> before) {
            work.change(() -> {
                railway.rollBack(to.id());
                return true;
            });
            return appeared(
                    before,
                    each -> each.commit().equals(to.commit()) || each.commit().isEmpty(),
                    "a rollback to " + to.id());
        }

        private String appeared(List<Deployment> before, Predicate<Deployment> wanted, String what) {
            Set<String> known = before.stream().map(Deployment::id).collect(Collectors.toSet());
            return work.follow(
                    work.moment(),
                    () -> railway.deployments(place).stream()
                            .filter(each -> !known.contains(each.id()))
                            .filter(wanted)
                            .map(Deployment::id)
                            .findFirst(),
                    () -> "looks for " + what + " at Railway",
                    () -> work.unavailable("asked Railway for " + what
                            + ", and nothing of it shows; it is looked for again before it is asked for again"));
        }

        /** What this release has started and is not done would come live after the rollback. */
        void stopOthers(String commit, Instant since) {
            List<Deployment> running = deployments().stream()
                    .filter(each ->
                            each.commit().equals(commit) && !each.created().isBefore(since))
                    .filter(each ->
                            !each.good() && !each.bad() && !each.reason().equals("rollback"))
                    .toList();
            for (Deployment each : running) {
                work.ask(() -> {
                    railway.cancel(each.id());
                    return true;
                });
                work.follow(
                        work.moment(),
                        () -> Optional.of(railway.deployment(each.id())).filter(now -> now.good() || now.bad()),
                        () -> "stops deployment " + each.id() + " at Railway",
                        () -> work.unavailable("deployment " + each.id() + " does not stop at Railway"));
            }
        }

        /** Follows a deployment until it serves. */
        void followed(String id) {
            String[] status = {""};
            Deployment ended = work.follow(
                    work.limit(),
                    () -> {
                        Deployment now = railway.deployment(id);
                        status[0] = now.status();
                        return Optional.of(now).filter(each -> each.good() || each.bad());
                    },
                    () -> "deployment " + id + " at Railway: " + words(status[0]),
                    () -> work.failed(
                            "deployment " + id + " at Railway is not done after "
                                    + work.limit().toSeconds() + " s: " + words(status[0]) + "; see " + place.page(id),
                            List.of()));
            if (ended.bad()) {
                throw ended(ended);
            }
            work.follow(
                    work.moment(),
                    () -> {
                        List<Deployment> active = railway.active(place);
                        active.stream()
                                .filter(each -> each.id().equals(id) && each.bad())
                                .findFirst()
                                .ifPresent(each -> {
                                    throw ended(each);
                                });
                        return active.stream()
                                .filter(Deployment::good)
                                .findFirst()
                                .filter(each -> each.id().equals(id));
                    },
                    () -> "deployment " + id + " at Railway is done and does not serve yet",
                    () -> notServing(id));
        }

        private RuntimeException notServing(String id) {
            Deployment now = work.ask(() -> railway.deployment(id));
            return now.bad()
                    ? ended(now)
                    : work.failed(
                            "deployment " + id + " is done at Railway, but something else serves; see "
                                    + place.page(id),
                            List.of());
        }

        private StepFailed ended(Deployment bad) {
            return work.failed(
                    "deployment " + bad.id() + " at Railway " + words(bad.status()) + "; see " + place.page(bad.id()),
                    log(bad.id()));
        }

        private List<String> log(String id) {
            try {
                return railway.buildLog(id, LOG_LINES);
            } catch (VendorFailure notThere) {
                return List.of();
            }
        }

        private static String words(String status) {
            return switch (status) {
                case "FAILED" -> "failed";
                case "CRASHED" -> "crashed after it had started";
                case "SKIPPED" -> "was skipped";
                case "REMOVED", "REMOVING" -> "was removed";
                case "NEEDS_APPROVAL" -> "waits until a person approves it at Railway";
                case "" -> "nothing is known of it";
                default -> "is " + status;
            };
        }
    }
}
