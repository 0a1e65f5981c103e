package dev.slipway.cli;

import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A statement before it is signed: what is said about a release or an environment, without who says it and when.
 *
 * @param version the version that it is about, or the one to go to
 * @param plan the plan's digest, empty where none is bound
 * @param about see {@link Statement#about}
 * @param what see {@link Statement#what}
 * @param steps what of a release it is for: all, or a phase
 */
record Draft(
        Kind kind,
        EnvironmentName environment,
        String version,
        String plan,
        String about,
        String what,
        String confirm,
        String reason,
        List<String> ticked,
        Lane lane,
        String steps) {

    /** For all steps, where it is about any. */
    Draft(
            Kind kind,
            EnvironmentName environment,
            String version,
            String plan,
            String about,
            String what,
            String confirm,
            String reason,
            List<String> ticked,
            Lane lane) {
        this(kind, environment, version, plan, about, what, confirm, reason, ticked, lane, "all");
    }

    /** The same for other steps. */
    Draft forSteps(String others) {
        return new Draft(kind, environment, version, plan, about, what, confirm, reason, ticked, lane, others);
    }

    /** In the normal lane, where there is one. */
    Draft(
            Kind kind,
            EnvironmentName environment,
            String version,
            String plan,
            String about,
            String what,
            String confirm,
            String reason,
            List<String> ticked) {
        this(kind, environment, version, plan, about, what, confirm, reason, ticked, Lane.NORMAL);
    }

    Statement by(SigningKey key, Instant now, Duration holds) {
        Instant time = now.truncatedTo(ChronoUnit.SECONDS);
        boolean ofARelease = kind == Kind.REQUEST
                || kind == Kind.RUN
                || kind == Kind.APPROVE
                || kind == Kind.REJECT
                || kind == Kind.REVOKE;
        try {
            return new Statement(
                    kind,
                    environment.service(),
                    environment.environment(),
                    version,
                    plan,
                    ofARelease ? lane : Lane.NONE,
                    ofARelease ? steps : "",
                    about,
                    what,
                    key.by(),
                    key.key().fingerprint(),
                    time,
                    time.plus(holds).truncatedTo(ChronoUnit.SECONDS),
                    Statement.newNonce(),
                    confirm,
                    reason,
                    ticked);
        } catch (IllegalArgumentException e) {
            throw new CommandStopped(ExitCode.USAGE, "this cannot be signed: " + e.getMessage(), e);
        }
    }
}
