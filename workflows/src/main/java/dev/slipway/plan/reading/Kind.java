package dev.slipway.plan.reading;

import dev.slipway.plan.Durations;
import dev.slipway.plan.ReleaseWindow;

/** What a single value of a plan can be. */
enum Kind {
    NAME("a name (letters, digits, `.`, `_`, `+`, `-`)", "[A-Za-z0-9][A-Za-z0-9._+-]{0,63}"),
    VARIABLE("the name of a variable, such as DATABASE_URL", "[A-Za-z_][A-Za-z0-9_]{0,127}"),
    SECRET("a secret's name, such as $DATABASE_URL", "\\$[A-Za-z_][A-Za-z0-9_]{0,127}"),
    WORD("one word", ""),
    LINE("a line of text", ""),
    TEXT("a text", ""),
    WHOLE("a whole number", ""),
    YES_NO("true or false", ""),
    DURATION("a duration such as 250ms, 10s, 5m, 2h, 30d or 1h30m", Durations.PATTERN),
    SIZE("a size such as 512kB, 20MB, 1GiB", "[1-9][0-9]{0,14}(?:B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)"),
    COMPRESSION(
            "`gzip`, `gzip:1` to `gzip:9`, `zstd`, `zstd:1` to `zstd:19`, or `none`",
            "none|gzip(?::[1-9])?|zstd(?::(?:[1-9]|1[0-9]))?"),
    ZONE("a time zone such as Europe/Berlin or UTC", ""),
    OPEN("a time of the week such as `tue-thu 09:00-16:00`", ReleaseWindow.OPEN_PATTERN),
    TIME("a time of the day such as 09:00", "(?:[01][0-9]|2[0-3]):[0-5][0-9]"),
    CLOSED("a date or a range of dates such as 2026-12-18..2027-01-06", ReleaseWindow.CLOSED_PATTERN),
    GIT("the address of a git repository", ""),
    BRANCH("the name of a branch", "[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}"),
    PATH("a path below the folder of the plan file, such as db/migration", ""),
    ANY_PATH("the path of a directory", ""),
    ADDRESS("an http or https address", "https?://.+"),
    WEBHOOK("a secret's name such as $WEBHOOK_URL, or an http or https address", "(?:https?://|\\$).+"),
    ARGUMENT("an argument", ""),
    UNDO_ARGUMENT("an argument", ""),
    RESTORE_ARGUMENT("an argument", ""),
    CONFIG("a text or a secret's name", ""),
    EXPECTED("the expected text", ""),
    POINTER("a JSON pointer such as /status", "(?:/(?:[^~/]|~[01])*)*"),
    QUERY("a query", ""),
    SELECTOR("a selector such as `http_requests_total{code=\"500\"}`", ""),
    RULE("a rule such as `error-rate > 5% for 2m`", ""),
    SCHEMA("a schema such as public", "[A-Za-z_][A-Za-z0-9_$-]{0,62}"),
    TABLE("a table such as categories or public.categories", "[A-Za-z_][A-Za-z0-9_$]*(?:\\.[A-Za-z_][A-Za-z0-9_$]*)?"),
    ROLE("a role of the database such as shop_owner", "[A-Za-z_][A-Za-z0-9_$-]{0,62}"),
    COLUMN("the name of a column", "[A-Za-z_][A-Za-z0-9_]*"),
    CONDITION("a condition of columns, literals and operators, such as `active AND region IN (1, 2)`", ""),
    REPOSITORY("a repository such as acme/shop", "[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}"),
    LIMIT("a limit such as `> 90`", "(?:>|>=|<|<=) ?-?[0-9]{1,15}(?:\\.[0-9]{1,9})?"),
    EMAIL("an e-mail address", "[^\\s@<>]{1,64}@[^\\s@<>]{1,190}"),
    LOGIN("a login", "[A-Za-z0-9][A-Za-z0-9-]{0,38}"),
    PUBLIC_KEY("a public key as the .pub file has it, such as `ssh-ed25519 AAAA… laptop`", "");

    private final String words;
    private final String pattern;

    Kind(String words, String pattern) {
        this.words = words;
        this.pattern = pattern;
    }

    String words() {
        return words;
    }

    /** A regular expression for the whole value, for Java and JSON Schema alike; empty where there is none. */
    String pattern() {
        return pattern;
    }

    /** Others are kept short, also because a regular expression would overflow the stack on a long one. */
    boolean mayBeLong() {
        return takesTemplates() || foreign() || this == TEXT || this == WEBHOOK;
    }

    boolean takesSecrets() {
        return this == SECRET || this == CONFIG || this == WEBHOOK;
    }

    boolean takesTemplates() {
        return this == ARGUMENT
                || this == UNDO_ARGUMENT
                || this == RESTORE_ARGUMENT
                || this == ADDRESS
                || this == EXPECTED
                || this == CONFIG;
    }

    /** Texts in a language of their own, in which a dollar sign means something else. */
    boolean foreign() {
        return this == QUERY || this == SELECTOR || this == PUBLIC_KEY || this == CONDITION;
    }
}
