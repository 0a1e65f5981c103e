package dev.slipway.worker.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Script Fury's rules, one after the other: automatic tiers, two approvers who type CONFIRM, no way around them, three automatic
 * rollbacks, one by hand, a hotfix.
 */
final class FuryStory {

    private static final Duration COMMAND = Duration.ofMinutes(2);
    private static final Duration TO_SHOW = Duration.ofSeconds(20);
    private static final String PRODUCTION = "script-fury/production";

    /** Exit codes of the command line. */
    private static final int SUCCEEDED = 0;

    private static final int ROLLED_BACK = 12;
    private static final int CANCELLED = 15;
    private static final int STILL_WAITING = 16;
    private static final int NOT_ALLOWED = 17;

    private final FuryStage stage;
    private final Account account;
    private final List<List<String>> rows = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private final Map<String, CompletableFuture<Boolean>> earlier = new LinkedHashMap<>();
    private Optional<Versions> versions = Optional.empty();
    private String goodImage = "";
    private boolean reviewShown;

    /** What is released, by the names of the versions. */
    record Versions(String good, String thin, String errors, String health, String memory, String better, String fix) {

        List<String> all() {
            return List.of(good, thin, errors, health, memory, better, fix);
        }
    }

    /** How a command ended, and what it said. */
    private record Typed(int exit, List<String> lines) {
        boolean says(String words) {
            return lines.stream().anyMatch(line -> line.contains(words));
        }
    }

    FuryStory(FuryStage stage, Account account) {
        this.stage = stage;
        this.account = account;
    }

    /** What was not as announced; empty where all was. */
    List<String> play() throws IOException {
        rows.add(List.of("version", "brings", "announced", "ended", "took", "production serves"));
        ExecutorService beside = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "ci");
            thread.setDaemon(true);
            return thread;
        });
        try {
            for (Act act : List.<Act>of(
                    this::push,
                    this::automatic,
                    () -> goOn(beside),
                    this::twoPeople,
                    this::noWayAround,
                    this::errors,
                    this::health,
                    this::memory,
                    this::byHand,
                    this::hotfix)) {
                // what comes after rests on what came before
                if (wrong.isEmpty()) {
                    act.play();
                }
            }
        } catch (NotEarlier notEarlier) {
            account.say("What comes now would wait for that, so it ends here.");
        } finally {
            beside.shutdownNow();
        }
        account.title("What happened");
        account.table(rows);
        return List.copyOf(wrong);
    }

    /** A version is not in staging, so that production would wait for it for ever. */
    private static final class NotEarlier extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private interface Act {
        void play() throws IOException;
    }

    Versions versions() {
        return versions.orElseThrow();
    }

    private void push() throws IOException {
        FuryRepository repository = stage.repository();
        Manners good = Manners.good();
        versions = Optional.of(new Versions(
                repository.commit("storyboards", good),
                repository.commit("a style without tests", good.coverage(89)),
                repository.commit("longer scripts", good.errors(0.2)),
                repository.commit("a scene cache", good.failingHealth()),
                repository.commit("bigger images", good.memory(0.95)),
                repository.commit("better characters", good),
                repository.commit("hotfix: a leaking prompt", good)));
        repository.push();
        account.say("Commits      " + String.join(" ", versions().all()));
    }

    private void automatic() {
        String version = versions().good();
        account.title("A push to preview and staging goes there by itself, past the gates of each");
        fact(release("preview", version).exit() == SUCCEEDED, "preview serves " + stage.serves("preview"));
        fact(release("staging", version).exit() == SUCCEEDED, "staging serves " + stage.serves("staging"));
        fact(
                stage.serves("preview").equals(version)
                        && stage.serves("staging").equals(version),
                "both are " + version + ", as Railway says");
        fact(stage.serves("production").equals("–"), "production serves nothing: nothing goes there by itself");
        Map<String, String> variables = stage.outside().railway().variables("staging");
        fact(
                "staging".equals(variables.get("FLASK_ENV")) && "o3-mini".equals(variables.get("SANITIZATION_MODEL")),
                "staging runs with FLASK_ENV=" + variables.get("FLASK_ENV") + ", SANITIZATION_MODEL="
                        + variables.get("SANITIZATION_MODEL"));
    }

    private Typed release(String tier, String version) {
        return type("ci", "release", tier, "--version", version, "--commit", commit(version));
    }

    /** CI does not wait for production: the next commits go through preview and staging meanwhile. */
    private void goOn(ExecutorService beside) {
        for (String version : versions().all().subList(1, versions().all().size())) {
            earlier.put(
                    version,
                    CompletableFuture.supplyAsync(
                            () -> List.of("preview", "staging").stream()
                                    .allMatch(tier -> quietly(
                                                            "ci",
                                                            "release",
                                                            tier,
                                                            "--version",
                                                            version,
                                                            "--commit",
                                                            commit(version))
                                                    .exit()
                                            == SUCCEEDED),
                            beside));
        }
        account.say("From here on CI releases the other commits to preview and staging, beside what you see.");
    }

    private void twoPeople() {
        String version = versions().good();
        account.title("Production takes two people, CONFIRM and a reason");
        long began = System.nanoTime();
        ask(version, "demo for the client");
        Typed lowerCase = approve("ana", version, "confirm", "demo for the client");
        fact(lowerCase.exit() == NOT_ALLOWED, "'confirm' is not CONFIRM: exit code " + lowerCase.exit());
        Typed noReason =
                type("ana", "approve", PRODUCTION + "@" + version, "--confirm", "CONFIRM", "--tick-all", "--yes");
        fact(noReason.exit() != SUCCEEDED, "no reason, no approval: exit code " + noReason.exit());
        Typed ci = approve("ci", version, "CONFIRM", "the build is green");
        fact(ci.exit() == NOT_ALLOWED, "ci may ask, not approve: exit code " + ci.exit());
        approve("ana", version, "CONFIRM", "demo for the client");
        Typed waiting = type("cem", "waiting", PRODUCTION);
        fact(
                waiting.says(version) && stage.serves("production").equals("–"),
                "one approval is one too few: production still serves nothing");
        approve("ben", version, "CONFIRM", "looked at it on staging");
        int exit = end(version, "storyboards", "SUCCEEDED", SUCCEEDED, began);
        goodImage = stage.outside().railway().image("production");
        fact(exit == SUCCEEDED && stage.serves("production").equals(version), "production serves " + version);
    }

    private void noWayAround() {
        String version = versions().thin();
        account.title("89 % coverage does not get in, whoever wants it");
        early(version);
        long began = System.nanoTime();
        String before = stage.serves("production");
        Typed asked = type(
                "ci",
                "release",
                "production",
                "--version",
                version,
                "--commit",
                commit(version),
                "--reason",
                "it is urgent",
                "--wait",
                "accepted");
        fact(asked.exit() == STILL_WAITING, "accepted, and waits: exit code " + asked.exit());
        Typed shown = until(() -> quietly("ana", "show", PRODUCTION + "@" + version), typed -> typed.says("> 90"));
        shown.lines().stream().filter(line -> line.contains("> 90")).findFirst().ifPresent(account::answer);
        fact(shown.says("is 89"), "it waits at the gate 'coverage'");
        Typed approval = approve("ana", version, "CONFIRM", "just this once");
        fact(approval.exit() != SUCCEEDED, "it can't be approved past the gate: exit code " + approval.exit());
        type("ana", "cancel", PRODUCTION + "@" + version);
        int exit = end(version, "89 % coverage", "CANCELLED", CANCELLED, began);
        fact(
                exit == CANCELLED
                        && stage.serves("production").equals(before)
                        && stage.outside().railway().deployments("production", commit(version)) == 0,
                "production serves " + stage.serves("production") + ", and nobody asked Railway for anything else");
    }

    private void errors() {
        goesBack(versions().errors(), "20 % errors", "error-rate [0-9.]+ % > 5 %", "errors above 5 % for 2 minutes");
    }

    private void health() {
        goesBack(versions().health(), "failing health", "health .*fail", "a health check that fails for 3 minutes");
    }

    private void memory() {
        goesBack(versions().memory(), "95 % memory", "memory [0-9.]+ % > 90 %", "memory above 90 % for 5 minutes");
    }

    private void goesBack(String version, String brings, String rule, String what) {
        account.title("By itself: " + what + " (a hundred times as fast) roll back");
        early(version);
        long began = System.nanoTime();
        int told = stage.outside().pagerDuty().size();
        ask(version, brings);
        approve("ana", version, "CONFIRM", "planned for today");
        approve("ben", version, "CONFIRM", "planned for today");
        int exit = end(version, brings, "ROLLED_BACK", ROLLED_BACK, began);
        Pattern decided = Pattern.compile(rule);
        Optional<String> verdict = quietly("ana", "logs", PRODUCTION + "@" + version).lines().stream()
                .filter(line -> decided.matcher(line).find())
                .map(line -> line.replaceFirst(".*?(?=" + rule + ")", ""))
                .findFirst();
        fact(exit == ROLLED_BACK && verdict.isPresent(), "what decided: " + verdict.orElse("not " + rule));
        servesTheFirst();
        fact(
                stage.outside().pagerDuty().size() > told
                        && stage.outside().slack().stream()
                                .anyMatch(message -> message.contains(version) && message.contains("rolled back")),
                "PagerDuty and Slack were told at once");
        Typed unlocked =
                type("cem", "unlock", PRODUCTION, "--yes", "--reason", "looked at it: " + brings + " in " + version);
        fact(unlocked.exit() == SUCCEEDED, "locked until somebody has looked: cem has");
    }

    private void servesTheFirst() {
        fact(
                stage.serves("production").equals(versions().good())
                        && stage.outside().railway().image("production").equals(goodImage),
                "production serves " + stage.serves("production") + " again: the same image as before");
    }

    private void byHand() {
        String version = versions().better();
        String to = versions().good();
        account.title("By hand: a good release, and then an emergency");
        early(version);
        long began = System.nanoTime();
        ask(version, "better characters");
        approve("ben", version, "CONFIRM", "asked for by the client");
        approve("cem", version, "CONFIRM", "asked for by the client");
        end(version, "better characters", "SUCCEEDED", SUCCEEDED, began);
        fact(stage.serves("production").equals(version), "production serves " + stage.serves("production"));
        Typed without = type("ana", "rollback", PRODUCTION, "--to", to, "--reason", "Emergency rollback to " + to);
        fact(without.exit() != SUCCEEDED, "not without CONFIRM: exit code " + without.exit());
        began = System.nanoTime();
        Typed back = type(
                "ana",
                "rollback",
                PRODUCTION,
                "--to",
                to,
                "--confirm",
                "CONFIRM",
                "--reason",
                "Emergency rollback to " + to,
                "--yes");
        row(to, "emergency rollback", "SUCCEEDED", back.exit(), began);
        fact(back.exit() == SUCCEEDED, "rolled back as asked: exit code " + back.exit());
        servesTheFirst();
        Typed unlocked =
                type("ben", "unlock", PRODUCTION, "--yes", "--reason", "the client did not like the characters");
        fact(unlocked.exit() == SUCCEEDED, "unlocked");
    }

    private void hotfix() {
        String version = versions().fix();
        account.title("A hotfix goes through a freeze, not past gates and people");
        early(version);
        Typed frozen = type("ana", "freeze", PRODUCTION, "--for", "1h", "--yes", "--reason", "the demo is on");
        fact(frozen.exit() == SUCCEEDED, "frozen");
        long began = System.nanoTime();
        Typed asked = type(
                "ci",
                "release",
                "production",
                "--version",
                version,
                "--commit",
                commit(version),
                "--hotfix",
                "--reason",
                "prompts leak into the log",
                "--wait",
                "approval");
        fact(asked.exit() == STILL_WAITING, "it waits for two people as well: exit code " + asked.exit());
        approve("ana", version, "CONFIRM", "prompts leak into the log");
        approve("cem", version, "CONFIRM", "prompts leak into the log");
        int exit = end(version, "hotfix", "SUCCEEDED", SUCCEEDED, began);
        fact(exit == SUCCEEDED && stage.serves("production").equals(version), "production serves " + version);
    }

    private void early(String version) {
        boolean there = earlier.get(version)
                .orTimeout(COMMAND.toSeconds(), TimeUnit.SECONDS)
                .join();
        fact(there, "ci has released " + version + " to preview and staging");
        if (!there) {
            throw new NotEarlier();
        }
    }

    private void ask(String version, String why) {
        type(
                "ci",
                "release",
                "production",
                "--version",
                version,
                "--commit",
                commit(version),
                "--reason",
                why,
                "--wait",
                "approval");
    }

    private Typed approve(String who, String version, String word, String why) {
        return type(
                who, "approve", PRODUCTION + "@" + version, "--confirm", word, "--reason", why, "--tick-all", "--yes");
    }

    /** Follows a release to its end. */
    private int end(String version, String brings, String announced, int wanted, long began) {
        Typed watched = type("ci", "watch", PRODUCTION + "@" + version);
        fact(
                watched.exit() == wanted,
                "exit code " + watched.exit()
                        + (watched.exit() == wanted ? " means " + announced : "; announced was " + announced));
        row(version, brings, announced, watched.exit(), began);
        return watched.exit();
    }

    private void row(String version, String brings, String announced, int exit, long began) {
        rows.add(List.of(
                version,
                brings,
                announced,
                meaning(exit),
                Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s",
                stage.serves("production")));
    }

    private static String meaning(int exit) {
        return switch (exit) {
            case SUCCEEDED -> "SUCCEEDED";
            case ROLLED_BACK -> "ROLLED_BACK";
            case CANCELLED -> "CANCELLED";
            default -> "exit code " + exit;
        };
    }

    private interface Looking {
        Typed look();
    }

    /** Looks until it sees something, or for long enough. */
    private static Typed until(Looking looking, Predicate<Typed> seen) {
        long end = System.nanoTime() + TO_SHOW.toNanos();
        Typed typed = looking.look();
        while (!seen.test(typed) && System.nanoTime() < end) {
            typed = looking.look();
        }
        return typed;
    }

    private String commit(String version) {
        return stage.repository().commit(version);
    }

    private Typed type(String who, String... arguments) {
        List<String> shown = new ArrayList<>(List.of("slipway"));
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--commit")) {
                i++; // forty digits that say what the version says
            } else {
                shown.add(arguments[i].contains(" ") ? "'" + arguments[i] + "'" : arguments[i]);
            }
        }
        account.command(who, String.join(" ", shown));
        // a review is long, and looks the same each time
        boolean again = arguments[0].equals("approve") && reviewShown;
        reviewShown |= arguments[0].equals("approve");
        Typed typed = typed(who, arguments, !again);
        if (again && !typed.lines().isEmpty()) {
            account.answer(typed.lines().get(typed.lines().size() - 1));
        }
        return typed;
    }

    private Typed quietly(String who, String... arguments) {
        return typed(who, arguments, false);
    }

    private Typed typed(String who, String[] arguments, boolean heard) {
        List<String> lines = new ArrayList<>();
        // only who asks for a release needs what is released; the others need no checkout
        boolean asks = arguments[0].equals("release");
        int exit = stage.ground()
                .hands()
                .type(
                        List.of(arguments),
                        asks ? stage.repository().checkout() : stage.ground().folder(),
                        stage.ground().commandLine(who),
                        COMMAND,
                        line -> {
                            lines.add(line);
                            if (heard) {
                                account.answer(line);
                            }
                        });
        return new Typed(exit, List.copyOf(lines));
    }

    private void fact(boolean holds, String text) {
        if (!holds) {
            wrong.add(text);
        }
        account.fact(holds, text);
    }
}
