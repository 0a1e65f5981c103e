package dev.slipway.plan;

import static dev.slipway.plan.Absent.duration;
import static dev.slipway.plan.Absent.list;
import static dev.slipway.plan.Absent.text;

import java.time.Duration;
import java.util.List;

/**
 * Something that has to be true. Exactly one of the seven kinds is set.
 *
 * @param name unique in the environment
 * @param command argv, judged only when the approvals are there
 * @param files files or folders that the command needs, beside its own {@code ./} paths
 */
public record Gate(
        String name,
        List<Released> released,
        List<Checks> checks,
        List<Reviews> reviews,
        List<Protection> protection,
        List<String> command,
        List<String> files,
        List<Check> http,
        List<NumberGate> number) {
    public Gate {
        name = text(name);
        released = list(released);
        checks = list(checks);
        reviews = list(reviews);
        protection = list(protection);
        command = list(command);
        files = list(files);
        http = list(http);
        number = list(number);
    }

    /** As the plan names it: {@code released}, {@code checks}, …; empty for a gate of no kind. */
    public String kind() {
        if (!released.isEmpty()) {
            return "released";
        }
        if (!checks.isEmpty()) {
            return "checks";
        }
        if (!reviews.isEmpty()) {
            return "reviews";
        }
        if (!protection.isEmpty()) {
            return "protection";
        }
        if (!command.isEmpty()) {
            return "command";
        }
        if (!http.isEmpty()) {
            return "http";
        }
        return number.isEmpty() ? "" : "number";
    }

    /**
     * The version succeeded in another environment of this service.
     *
     * @param time how long it has to have been live there ({@code for}), zero for any time
     */
    public record Released(String in, Duration time) {
        public Released {
            in = text(in);
            time = duration(time);
        }
    }

    /**
     * GitHub's checks at the very commit.
     *
     * @param github {@code owner/name}
     * @param app slug of the app that has to have made them, empty for any
     * @param token {@code $NAME} of a secret, empty for none
     * @param api address of the API
     */
    public record Checks(String github, List<String> required, String app, String token, String api) {
        public Checks {
            github = text(github);
            required = list(required);
            app = text(app);
            token = text(token);
            api = text(api);
        }
    }

    /** The pull request that the commit came by was approved by so many people at its last commit. */
    public record Reviews(String github, int approvals, String token, String api) {
        public Reviews {
            github = text(github);
            token = text(token);
            api = text(api);
        }
    }

    /** The branch is protected as it should be. */
    public record Protection(
            String github, String branch, int reviews, List<String> required, String token, String api) {
        public Protection {
            github = text(github);
            branch = text(branch);
            required = list(required);
            token = text(token);
            api = text(api);
        }
    }

    /**
     * A number in a JSON document. Exactly one of {@code file} and {@code url} is set.
     *
     * @param file path relative to the plan file
     * @param at JSON pointer
     * @param is for instance {@code > 90}
     */
    public record NumberGate(String file, String url, String at, String is) {
        public NumberGate {
            file = text(file);
            url = text(url);
            at = text(at);
            is = text(is);
        }
    }
}
