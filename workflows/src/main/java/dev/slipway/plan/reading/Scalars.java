package dev.slipway.plan.reading;

import dev.slipway.plan.Condition;
import dev.slipway.plan.Durations;
import dev.slipway.plan.Quoted;
import dev.slipway.plan.ReleaseWindow;
import dev.slipway.plan.Template;
import dev.slipway.watch.Misread;
import dev.slipway.watch.Selector;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Judges single values, each by its kind. */
final class Scalars {

    private static final int LONGEST_LINE = 500;
    private static final int LONGEST_TEXT = 20_000;
    private static final Pattern SECRET_INSIDE = Pattern.compile("\\$([A-Za-z_][A-Za-z0-9_]*)");
    private static final List<String> PLACES = List.of("version", "previous", "commit");
    private static final String GIT_ADDRESS =
            "(?:https?|ssh|git|file)://\\S+|[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^\\s:]+|/\\S+|\\.{1,2}/\\S+";

    /** Something wrong at a character of a value; at 0 where it is about the whole value. */
    record Fault(int index, String what, String next) {}

    private final Set<String> secrets;
    private final RuleSyntax rules;

    Scalars(Set<String> secrets, RuleSyntax rules) {
        this.secrets = secrets;
        this.rules = rules;
    }

    Optional<Fault> fault(Shape.Scalar shape, String text) {
        for (Map.Entry<String, Shape.Later> later : shape.later().entrySet()) {
            if (text.equals(later.getKey()) || later.getKey().endsWith("//") && text.startsWith(later.getKey())) {
                return fault(later.getValue().what(), later.getValue().next());
            }
        }
        Optional<Fault> dollar = dollar(shape.kind(), text);
        return dollar.isPresent() ? dollar : value(shape, text);
    }

    private Optional<Fault> value(Shape.Scalar shape, String text) {
        if (!shape.choices().isEmpty()) {
            return shape.choices().contains(text)
                    ? Optional.empty()
                    : fault(
                            Quoted.of(text) + " is not one of " + String.join(", ", shape.choices()),
                            Nearest.to(text, shape.choices())
                                    .map(near -> "did you mean `" + near + "`?")
                                    .orElse("write one of them"));
        }
        int longest = shape.kind().mayBeLong() ? LONGEST_TEXT : LONGEST_LINE;
        if (text.length() > longest) {
            return fault("is longer than " + longest + " characters", "shorten it");
        }
        boolean lines = shape.kind() == Kind.CONFIG
                || shape.kind() == Kind.ARGUMENT
                || shape.kind() == Kind.QUERY
                || shape.kind() == Kind.SELECTOR;
        for (int index = 0; index < text.length(); index = text.offsetByCodePoints(index, 1)) {
            int point = text.codePointAt(index);
            if (Quoted.hidden(point) && !(lines && (point == '\n' || point == '\t'))) {
                return Optional.of(new Fault(
                        index,
                        Quoted.of(text) + " holds a character that cannot be seen",
                        "take it out: a reviewer has to see what stands here"));
            }
        }
        return byKind(shape, text);
    }

    private Optional<Fault> byKind(Shape.Scalar shape, String text) {
        return switch (shape.kind()) {
            case NAME,
                    VARIABLE,
                    BRANCH,
                    SCHEMA,
                    TABLE,
                    COLUMN,
                    ROLE,
                    SIZE,
                    COMPRESSION,
                    POINTER,
                    REPOSITORY,
                    LIMIT,
                    EMAIL,
                    LOGIN,
                    TIME -> pattern(shape.kind(), text);
            case SECRET ->
                text.matches(shape.kind().pattern())
                        ? Optional.empty()
                        : fault(
                                text.contains("://")
                                        ? "a connection string holds a password and must not stand in a plan"
                                        : "a secret's value must not stand in a plan",
                                "declare a secret in `secrets` and write its name, such as `$DATABASE_URL`");
            case WHOLE -> whole(shape, text);
            case YES_NO ->
                text.equals("true") || text.equals("false")
                        ? Optional.empty()
                        : fault(Quoted.of(text) + " is neither true nor false", "write `true` or `false`");
            case DURATION -> duration(shape, text);
            case ZONE -> zone(text);
            case OPEN ->
                ReleaseWindow.problemOfOpen(text).map(what -> new Fault(0, what, "write days and hours, as 24 hours"));
            case CLOSED ->
                ReleaseWindow.problemOfClosed(text).map(what -> new Fault(0, what, "write year, month and day"));
            case GIT -> git(text);
            case PATH ->
                Paths.problem(text).map(what -> new Fault(0, what, "write a path below the folder of the plan file"));
            case ADDRESS -> address(text);
            case WEBHOOK -> text.startsWith("$") ? Optional.empty() : address(text);
            case RULE ->
                rules.problem(text)
                        .map(problem -> new Fault(
                                Math.max(0, Math.min(text.length(), problem.column() - 1)),
                                "rule " + Quoted.of(text) + " cannot be read",
                                problem.sentence()));
            case SELECTOR -> selector(text);
            case CONDITION ->
                Condition.problem(text)
                        .map(problem -> new Fault(
                                0,
                                "condition " + Quoted.of(text) + " " + problem,
                                "write one such as `active AND region IN (1, 2)`"));
            case PUBLIC_KEY ->
                PublicKeys.problem(text).map(problem -> new Fault(0, problem, "`ssh-keygen -t ed25519` makes a key"));
            case LINE, ARGUMENT, UNDO_ARGUMENT, RESTORE_ARGUMENT, QUERY, ANY_PATH, WORD ->
                text.isBlank() ? fault("is empty", "write something, or leave it out") : Optional.empty();
            case TEXT, CONFIG, EXPECTED -> Optional.empty();
        };
    }

    private static Optional<Fault> selector(String text) {
        try {
            Selector.parse(text);
            return Optional.empty();
        } catch (Misread misread) {
            return Optional.of(new Fault(
                    Math.max(0, Math.min(text.length(), misread.column() - 1)),
                    "selector " + Quoted.of(text) + " cannot be read",
                    "there should stand " + misread.expected()));
        }
    }

    /** Secrets and places to fill in: where they may stand, and which there are. */
    private Optional<Fault> dollar(Kind kind, String text) {
        if (kind.foreign() || text.indexOf('$') < 0) {
            return Optional.empty();
        }
        Matcher place = Template.PLACE.matcher(text);
        while (place.find()) {
            Optional<Fault> fault = place(kind, place);
            if (fault.isPresent()) {
                return fault;
            }
        }
        Matcher secret = SECRET_INSIDE.matcher(text);
        if (!secret.find()) {
            return Optional.empty();
        }
        String name = secret.group(1);
        if (!kind.takesSecrets()) {
            return Optional.of(
                    new Fault(
                            secret.start(),
                            "`$" + name + "` is a secret's name, and no secret may stand here",
                            kind == Kind.ARGUMENT || kind == Kind.UNDO_ARGUMENT || kind == Kind.RESTORE_ARGUMENT
                                    ? "arguments are not shell text; give it in the target's `config`, as an environment variable"
                                    : "secrets stand in `url`, `direct-url`, `backup-url`, `from`, `config`, `token` and `webhook` only"));
        }
        if (!secret.group().equals(text)) {
            return Optional.of(new Fault(
                    secret.start(),
                    Quoted.of(text) + " mixes a secret into text: a secret is a whole value",
                    "put the whole value into one secret and write its name alone"));
        }
        return secrets.contains(name)
                ? Optional.empty()
                : fault(
                        "`$" + name + "` is not declared",
                        Nearest.to(name, secrets)
                                .map(near -> "did you mean `$" + near + "`?")
                                .orElse("add " + name + " to `secrets:` at the top of the file, such as `secrets: ["
                                        + name + "]`"));
    }

    private static Optional<Fault> place(Kind kind, Matcher place) {
        String name = place.group(1);
        if (place.group(2).isEmpty()) {
            return Optional.of(new Fault(place.start(), "`${` is not closed", "write `}` after the name"));
        }
        if (kind == Kind.RESTORE_ARGUMENT) {
            return name.equals("restored")
                    ? Optional.empty()
                    : Optional.of(new Fault(
                            place.start(),
                            Quoted.of(place.group()) + " is not filled in here",
                            "`${restored}` is: the name of the database that was restored"));
        }
        if (!PLACES.contains(name)) {
            return Optional.of(new Fault(
                    place.start(),
                    Quoted.of(place.group()) + " is not known",
                    "known are `${version}`, `${previous}` and `${commit}`; a secret is written `$NAME`"));
        }
        if (!kind.takesTemplates()) {
            return Optional.of(new Fault(
                    place.start(),
                    "`" + place.group() + "` is not filled in here",
                    "it stands in commands, http addresses, expected JSON and `config` only"));
        }
        if (name.equals("previous") && kind != Kind.UNDO_ARGUMENT) {
            return Optional.of(
                    new Fault(place.start(), "`${previous}` is known in `roll-back` only", "write `${version}` here"));
        }
        return Optional.empty();
    }

    private static Optional<Fault> pattern(Kind kind, String text) {
        return text.matches(kind.pattern())
                ? Optional.empty()
                : fault(Quoted.of(text) + " is not " + kind.words(), advice(kind));
    }

    private static String advice(Kind kind) {
        return switch (kind) {
            case NAME -> "write at most 64 of these characters, a letter or digit first";
            case POINTER -> "start it with a slash";
            case BRANCH -> "use letters, digits and `_`, and `-`, `.` and `/` between them";
            case REPOSITORY -> "write owner and name, as they stand in its address";
            case LIMIT -> "write `>`, `>=`, `<` or `<=`, and a number as the document has it, without `%`";
            case EMAIL -> "write it as it stands in the commits";
            case LOGIN -> "write it as it stands in the address of their page, without `@`";
            default -> "use letters, digits and `_`";
        };
    }

    private static Optional<Fault> whole(Shape.Scalar shape, String text) {
        if (!text.matches("-?[0-9]{1,18}")) {
            return fault(Quoted.of(text) + " is not a whole number", "write a number without quotes or unit");
        }
        long number = Long.parseLong(text);
        if (number < shape.least() || number > shape.most()) {
            return fault(
                    text + " is not between " + shape.least() + " and " + shape.most(),
                    "choose a number "
                            + (number < shape.least() ? "of at least " + shape.least() : "of at most " + shape.most()));
        }
        return Optional.empty();
    }

    private static Optional<Fault> duration(Shape.Scalar shape, String text) {
        Optional<Duration> duration = Durations.parse(text);
        if (duration.isEmpty()) {
            return fault(Quoted.of(text) + " is not a duration", "write one such as 250ms, 10s, 5m, 2h, 30d or 1h30m");
        }
        long millis = duration.get().toMillis();
        if (millis < shape.least() || millis > shape.most()) {
            return fault(
                    Quoted.of(text) + " is not between " + Durations.text(Duration.ofMillis(shape.least())) + " and "
                            + Durations.text(Duration.ofMillis(shape.most())),
                    "choose a " + (millis < shape.least() ? "longer" : "shorter") + " one");
        }
        return Optional.empty();
    }

    private static Optional<Fault> zone(String text) {
        try {
            ZoneId.of(text);
            return Optional.empty();
        } catch (DateTimeException unknown) {
            return fault(
                    "time zone " + Quoted.of(text) + " is not known",
                    Nearest.to(text, ZoneId.getAvailableZoneIds())
                            .map(near -> "did you mean `" + near + "`?")
                            .orElse("write one such as Europe/Berlin or UTC"));
        }
    }

    private static Optional<Fault> git(String text) {
        if (!text.matches(GIT_ADDRESS)) {
            return fault(
                    Quoted.of(text) + " is not the address of a git repository",
                    "write one such as git@example.com:acme/shop.git or https://example.com/acme/shop.git");
        }
        return text.matches("https?://[^/]*@.*") ? password() : Optional.empty();
    }

    private static Optional<Fault> address(String text) {
        String filled = Template.fill(text, "1", "1", "1");
        try {
            URI address = new URI(filled);
            if (address.getRawUserInfo() != null) {
                return password();
            }
            boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            if (http && address.getHost() != null) {
                return Optional.empty();
            }
        } catch (URISyntaxException wrong) {
            return fault(
                    Quoted.of(text) + " is not an http or https address",
                    "write one such as https://shop.example.com/health");
        }
        return fault(
                Quoted.of(text) + " is not an http or https address",
                "write one such as https://shop.example.com/health");
    }

    private static Optional<Fault> password() {
        return fault(
                "the address carries a user or password, which must not stand in a plan", "take it out of the address");
    }

    private static Optional<Fault> fault(String what, String next) {
        return Optional.of(new Fault(0, what, next));
    }
}
