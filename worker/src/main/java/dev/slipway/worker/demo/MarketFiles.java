package dev.slipway.worker.demo;

import dev.slipway.worker.Stopped;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of examples/production-workflow, brought to this machine: other addresses and keys, less patience with
 * verification, nothing else. What is to be
 * replaced has to be there, so that the example can't become another one unnoticed.
 */
final class MarketFiles {

    private String text;

    private MarketFiles(String text) {
        this.text = text;
    }

    /**
     * The plan.
     *
     * @param here address of the application
     * @param home where its versions are kept
     */
    static String plan(String example, String repository, String here, String home, FuryFiles.Keys keys)
            throws IOException {
        MarketFiles plan = new MarketFiles(example);
        plan.put("git@github.com:acme/marketplace.git", repository);
        plan.put("https://marketplace.example.com", here);
        plan.put("/srv/marketplace", home);
        // a verification is tried again until its time is over
        plan.put("verify: 2m", "verify: 3s");
        for (String who : MarketStage.PEOPLE) {
            plan.putFor("(?m)^  " + who + ": ssh-ed25519 \\S+ " + who + "\\b", "  " + who + ": " + keys.of(who));
        }
        return plan.text;
    }

    /** The worker's own file. */
    static String worker(String example, String repository, int metricsPort, FuryFiles.Keys keys) throws IOException {
        MarketFiles file = new MarketFiles(example);
        for (String who : MarketStage.PEOPLE) {
            file.putFor(
                    "(?m)^      " + who + ": \\[ssh-ed25519 \\S+ " + who + "\\]",
                    "      " + who + ": [" + keys.of(who) + "]");
        }
        file.put("git@github.com:acme/marketplace.git", repository);
        file.put("state: /var/lib/slipway", "state: state");
        file.put(
                "record: {directory: /var/lib/slipway}",
                "record: {directory: .}\nmetrics: {port: " + metricsPort + "}");
        file.put("/var/backups/marketplace", "backups");
        file.put("key: marketplace-", "key: keys/marketplace-");
        file.put("/run/secrets/", "secrets/");
        return file.text;
    }

    private void put(String what, String instead) {
        putFor(Pattern.quote(what), instead);
    }

    private void putFor(String pattern, String instead) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        if (!found.find()) {
            throw new Stopped(Stopped.FAILED, "examples/production-workflow has no '" + pattern + "' any more");
        }
        text = found.replaceAll(Matcher.quoteReplacement(instead));
    }
}
