package dev.slipway.worker.demo;

import dev.slipway.worker.Stopped;
import java.io.IOException;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of examples/script-fury, brought to this machine: other addresses and keys, watches a hundred times as fast,
 * nothing else. What is to be replaced has to be there, so that the example can't become another one unnoticed.
 */
final class FuryFiles {

    private static final int FASTER = 100;

    /** A time of the watch: {@code for: 10m}, {@code every: 30s}, {@code … for 3m}. */
    private static final Pattern WATCHED = Pattern.compile("(\\bfor:? |\\bevery: )(\\d+)(m|s)\\b");

    private String text;

    private FuryFiles(String text) {
        this.text = text;
    }

    /** Keys of the people by their names. */
    interface Keys {
        String of(String who) throws IOException;
    }

    /**
     * The plan.
     *
     * @param here address of the stand-ins
     */
    static String plan(String example, String repository, String here, Keys keys) throws IOException {
        FuryFiles plan = new FuryFiles(example);
        plan.put("git@github.com:acme/script-fury.git", repository);
        plan.put("https://script-fury-preview.railway.app", here + "/preview");
        plan.put("https://script-fury-staging.railway.app", here + "/staging");
        plan.put("https://scriptfuryproduction-production.up.railway.app", here + "/production");
        plan.put("https://acme.github.io/script-fury", here + "/pages");
        plan.put("project: script-fury,", "project: script-fury, api: '" + here + "/railway',");
        plan.put("github: acme/script-fury,", "github: acme/script-fury, api: '" + here + "/github',");
        plan.put("routing-key: $PAGERDUTY_KEY", "routing-key: $PAGERDUTY_KEY, api: '" + here + "/pagerduty'");
        for (String who : FuryStage.PEOPLE) {
            plan.putFor("(?m)^  " + who + ": ssh-ed25519 \\S+ " + who + "\\b", "  " + who + ": " + keys.of(who));
        }
        plan.text = WATCHED.matcher(plan.text).replaceAll(FuryFiles::faster);
        return plan.text;
    }

    /** The worker's own file. */
    static String worker(String example, String repository, int metricsPort, Keys keys) throws IOException {
        FuryFiles file = new FuryFiles(example);
        for (String who : FuryStage.PEOPLE) {
            file.putFor(
                    "(?m)^      " + who + ": \\[ssh-ed25519 \\S+ " + who + "\\]",
                    "      " + who + ": [" + keys.of(who) + "]");
        }
        file.put("git@github.com:acme/script-fury.git", repository);
        file.put("state: /var/lib/slipway", "state: state");
        file.put(
                "record: {directory: /var/lib/slipway}",
                "record: {directory: .}\nmetrics: {port: " + metricsPort + "}");
        file.put("key: script-fury-", "key: keys/script-fury-");
        file.put("/run/secrets/", "secrets/");
        file.putFor("hosts: \\[[a-z.]+\\]", "hosts: [127.0.0.1]");
        return file.text;
    }

    private static String faster(MatchResult time) {
        int seconds = Integer.parseInt(time.group(2)) * (time.group(3).equals("m") ? 60 : 1);
        return time.group(1) + seconds * 1000 / FASTER + "ms";
    }

    private void put(String what, String instead) {
        putFor(Pattern.quote(what), instead);
    }

    private void putFor(String pattern, String instead) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        if (!found.find()) {
            throw new Stopped(Stopped.FAILED, "examples/script-fury has no '" + pattern + "' any more");
        }
        text = found.replaceAll(Matcher.quoteReplacement(instead));
    }
}
