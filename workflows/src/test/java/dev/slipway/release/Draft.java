package dev.slipway.release;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** A statement that a test is about to sign: right in every line, until the test says otherwise. */
public final class Draft {

    private final Kind kind;
    private String service;
    private String environment;
    private String version;
    private String plan;
    private String about = "";
    private String what = "";
    private Instant time;
    private Duration lifetime = Duration.ofHours(36);
    private String confirm = "";
    private String reason = "because of the test";
    private List<String> ticked;
    private Lane lane = Lane.NORMAL;
    private String steps = "all";

    public Draft(Kind kind, ReleasePlan of, Instant now) {
        this.kind = kind;
        service = of.service();
        environment = of.environment();
        version = of.version();
        plan = of.digest();
        time = now.truncatedTo(ChronoUnit.SECONDS);
        confirm = kind == Kind.APPROVE
                ? of.approval().confirm()
                : kind == Kind.ROLLBACK ? of.rollback().confirm() : "";
        ticked = kind == Kind.APPROVE ? of.approval().checklist() : List.of();
    }

    Draft service(String text) {
        service = text;
        return this;
    }

    Draft environment(String text) {
        environment = text;
        return this;
    }

    Draft steps(String which) {
        steps = which;
        return this;
    }

    Draft lane(Lane which) {
        lane = which;
        return this;
    }

    public Draft version(String text) {
        version = text;
        return this;
    }

    Draft plan(String digest) {
        plan = digest;
        return this;
    }

    public Draft about(String hash) {
        about = hash;
        return this;
    }

    public Draft what(String details) {
        what = details;
        return this;
    }

    Draft time(Instant when) {
        time = when;
        return this;
    }

    Draft lifetime(Duration most) {
        lifetime = most;
        return this;
    }

    public Draft confirm(String word) {
        confirm = word;
        return this;
    }

    public Draft reason(String text) {
        reason = text;
        return this;
    }

    Draft ticked(List<String> items) {
        ticked = items;
        return this;
    }

    public SignedStatement by(Person person) {
        return by(person, 0);
    }

    SignedStatement by(Person person, int key) {
        return signed(person.name(), person, key);
    }

    /** Says that it is by one person, and is signed by another. */
    SignedStatement inTheNameOf(String name, Person signer) {
        return signed(name, signer, 0);
    }

    private SignedStatement signed(String name, Person signer, int key) {
        boolean ofARelease = kind == Kind.REQUEST
                || kind == Kind.RUN
                || kind == Kind.APPROVE
                || kind == Kind.REJECT
                || kind == Kind.REVOKE;
        return signer.sign(
                new Statement(
                        kind,
                        service,
                        environment,
                        version,
                        plan,
                        ofARelease ? lane : Lane.NONE,
                        ofARelease ? steps : "",
                        about,
                        what,
                        name,
                        signer.fingerprint(key),
                        time,
                        time.plus(lifetime),
                        Statement.newNonce(),
                        confirm,
                        reason,
                        ticked),
                key);
    }
}
