package dev.slipway.database.rehearsal;

import dev.slipway.database.rehearsal.Schema.Fact;
import dev.slipway.database.rehearsal.Schema.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether code that was written for one schema may run on another: everything that it reads is still there, of the same
 * type, and everything that it writes is still taken. What cannot be known counts as no.
 */
final class Compatibility {

    private static final Set<Kind> ADDED_FREELY = Set.of(
            Kind.SCHEMA,
            Kind.TABLE,
            Kind.OWNER,
            Kind.OPTIONS,
            Kind.COLUMN,
            Kind.DEFAULT,
            Kind.VIEW,
            Kind.FUNCTION,
            Kind.TYPE,
            Kind.ENUM_VALUE,
            Kind.SEQUENCE,
            Kind.EXTENSION,
            Kind.PUBLICATION,
            Kind.OTHER);

    /** Each takes every value of those before it. */
    private static final List<List<String>> WIDER =
            List.of(List.of("smallint", "integer", "bigint"), List.of("real", "double precision"));

    private static final Pattern LENGTH = Pattern.compile("(character varying|bit varying)(?:\\((\\d+)\\))?|text");
    private static final Pattern NUMERIC = Pattern.compile("numeric(?:\\((\\d+),(\\d+)\\))?");

    private final Schema before;
    private final Schema after;
    private final UnaryOperator<String> shown;
    private final List<String> reasons = new ArrayList<>();

    private Compatibility(Schema before, Schema after, UnaryOperator<String> shown) {
        this.shown = shown;
        this.before = before;
        this.after = after;
    }

    /**
     * The reasons why the old code may not run on the new schema; empty where it may.
     *
     * @param shown what of a name may be shown
     */
    static List<String> reasons(Schema before, Schema after, UnaryOperator<String> shown) {
        Compatibility found = new Compatibility(before, after, shown);
        before.without(after).forEach(found::gone);
        after.without(before).forEach(found::added);
        after.otherThan(before).forEach(found::changed);
        return found.reasons.stream().distinct().toList();
    }

    private void gone(Fact fact) {
        if (!fact.name().isEmpty() && !isThere(after, fact.parent())
                || fact.kind() == Kind.OWNER && !isThere(after, fact.parent())) {
            // it went with its table, which is said once
            return;
        }
        switch (fact.kind()) {
            case TABLE -> say("table " + shown(fact.parent()) + " is gone, dropped or renamed");
            case COLUMN -> say("column " + shown(fact.words()) + " is gone, dropped or renamed");
            case DEFAULT -> {
                boolean needed = after.has(Kind.NOT_NULL, fact.parent(), fact.name())
                        && !after.has(Kind.GENERATED, fact.parent(), fact.name());
                if (needed) {
                    say("column " + shown(fact.words()) + " has no default any more and takes no null");
                }
            }
            case CONSTRAINT -> {
                String type = before.of(Kind.CONSTRAINT, fact.parent(), fact.name());
                if (type.startsWith("p") || type.startsWith("u") || type.startsWith("x")) {
                    say("the unique constraint " + shown(fact.words()) + " is gone, which an ON CONFLICT may rest on");
                }
            }
            case INDEX -> {
                if (before.of(Kind.INDEX, fact.parent(), fact.name()).startsWith("u")) {
                    say("the unique index " + shown(fact.name()) + " of " + shown(fact.parent())
                            + " is gone, which an ON CONFLICT may rest on");
                }
            }
            case GENERATED -> {
                if (after.has(Kind.COLUMN, fact.parent(), fact.name())) {
                    say("column " + shown(fact.words()) + " does not make its value itself any more");
                }
            }
            case VIEW -> say("view " + shown(fact.parent()) + " is gone, dropped or renamed");
            case FUNCTION -> say("function " + shown(fact.parent()) + " is gone, dropped or renamed");
            case TRIGGER -> say("trigger " + shown(fact.words()) + " is gone");
            case RULE -> say("rule " + shown(fact.words()) + " is gone");
            case POLICY -> say("policy " + shown(fact.words()) + " is gone");
            case TYPE -> say("type " + shown(fact.parent()) + " is gone, dropped or renamed");
            case ENUM_VALUE -> say("the value " + shown(fact.name()) + " of " + shown(fact.parent()) + " is gone");
            case SEQUENCE -> say("sequence " + shown(fact.parent()) + " is gone, dropped or renamed");
            case SCHEMA -> say("schema " + shown(fact.parent()) + " is gone, dropped or renamed");
            case EXTENSION -> say("extension " + shown(fact.parent()) + " is gone");
            case OTHER -> say(shown(fact.parent()) + " is gone");
            case NOT_NULL, OWNER, ROW_SECURITY, OPTIONS, PUBLICATION -> {
                // more is taken than before, or the same
            }
        }
    }

    private void added(Fact fact) {
        boolean onNew = !isThere(before, fact.parent());
        if (onNew || ADDED_FREELY.contains(fact.kind())) {
            return;
        }
        switch (fact.kind()) {
            case NOT_NULL -> notNull(fact);
            case GENERATED -> {
                if (before.has(Kind.COLUMN, fact.parent(), fact.name())
                        && !after.of(Kind.GENERATED, fact.parent(), fact.name()).startsWith("d")) {
                    say("column " + shown(fact.words()) + " makes its value itself now, and takes none");
                }
            }
            case CONSTRAINT -> constraint(fact, after.of(Kind.CONSTRAINT, fact.parent(), fact.name()));
            case INDEX -> {
                String definition = after.of(Kind.INDEX, fact.parent(), fact.name());
                if (definition.startsWith("u") && !harmlesslyUnique(fact.parent(), columns(definition))) {
                    say("the new unique index " + shown(fact.name()) + " may refuse rows of " + shown(fact.parent())
                            + " that were taken before");
                }
            }
            case ROW_SECURITY ->
                say("row-level security is on for " + shown(fact.parent()) + " now, which may hide or refuse rows");
            case TRIGGER -> say("the new trigger " + shown(fact.words()) + " acts on what the old code writes");
            case RULE -> say("the new rule " + shown(fact.words()) + " acts on what the old code does");
            case POLICY -> {
                if (after.of(Kind.POLICY, fact.parent(), fact.name()).startsWith("restrictive")) {
                    say("the new restrictive policy " + shown(fact.words()) + " may hide or refuse rows");
                }
            }
            case SCHEMA,
                    TABLE,
                    OWNER,
                    OPTIONS,
                    COLUMN,
                    DEFAULT,
                    VIEW,
                    FUNCTION,
                    TYPE,
                    ENUM_VALUE,
                    SEQUENCE,
                    EXTENSION,
                    PUBLICATION,
                    OTHER -> {
                // whoever does not know of it does not miss it
            }
        }
    }

    private void notNull(Fact fact) {
        boolean isNew = !before.has(Kind.COLUMN, fact.parent(), fact.name());
        boolean fills = after.has(Kind.DEFAULT, fact.parent(), fact.name())
                || after.has(Kind.GENERATED, fact.parent(), fact.name());
        if (!isNew) {
            say("column " + shown(fact.words()) + " takes no null any more, and the old code may write one");
        } else if (!fills) {
            say("the new column " + shown(fact.words())
                    + " takes no null and has no default, so the old code's rows are refused");
        }
    }

    private void constraint(Fact fact, String definition) {
        List<String> columns = columns(definition);
        boolean unique = definition.startsWith("p") || definition.startsWith("u") || definition.startsWith("x");
        boolean allNew = !columns.isEmpty()
                && columns.stream().noneMatch(column -> before.has(Kind.COLUMN, fact.parent(), column));
        if (unique ? harmlesslyUnique(fact.parent(), columns) : allNew) {
            return;
        }
        say("the new constraint " + shown(fact.words()) + " may refuse rows that were taken before");
    }

    /** Only new columns, which the old code leaves empty: nulls are not equal to each other. */
    private boolean harmlesslyUnique(String table, List<String> columns) {
        return columns.stream()
                .anyMatch(column -> !before.has(Kind.COLUMN, table, column)
                        && !after.has(Kind.DEFAULT, table, column)
                        && !after.has(Kind.NOT_NULL, table, column));
    }

    private void changed(Fact fact) {
        String was = before.facts().get(fact);
        String is = after.facts().get(fact);
        switch (fact.kind()) {
            case COLUMN -> {
                if (!widened(was, is)) {
                    say("column " + shown(fact.words()) + " is " + shown(is) + " now, and was " + shown(was));
                }
            }
            case CONSTRAINT -> {
                if (!is.equals(was.replace(" NOT VALID", ""))) {
                    constraint(fact, is);
                }
            }
            case INDEX -> {
                if (is.startsWith("u") && !is.equals(was.replace(" invalid\n", "\n"))) {
                    say("the unique index " + shown(fact.name()) + " of " + shown(fact.parent())
                            + " is another one now");
                }
            }
            case GENERATED -> say("column " + shown(fact.words()) + " makes its value in another way now");
            case VIEW -> say("view " + shown(fact.parent()) + " is another one now");
            case FUNCTION -> say("function " + shown(fact.parent()) + " is another one now");
            case TRIGGER -> say("trigger " + shown(fact.words()) + " is another one now");
            case RULE -> say("rule " + shown(fact.words()) + " is another one now");
            case POLICY -> say("policy " + shown(fact.words()) + " is another one now");
            case TYPE -> say("type " + shown(fact.parent()) + " is another one now");
            case SEQUENCE -> say("sequence " + shown(fact.parent()) + " is another one now");
            case OWNER -> say(shown(fact.parent()) + " belongs to somebody else now");
            case ROW_SECURITY -> say("row-level security of " + shown(fact.parent()) + " is another one now");
            case TABLE ->
                say("table " + shown(fact.parent()) + " is of another kind now, or has other partitions or parents");
            case SCHEMA, OPTIONS, NOT_NULL, DEFAULT, ENUM_VALUE, EXTENSION, PUBLICATION, OTHER -> {
                // nothing that is read or written becomes another
            }
        }
    }

    private static boolean widened(String was, String is) {
        for (List<String> each : WIDER) {
            if (each.contains(was) && each.indexOf(is) > each.indexOf(was)) {
                return true;
            }
        }
        Matcher old = LENGTH.matcher(was);
        Matcher now = LENGTH.matcher(is);
        if (old.matches() && now.matches()) {
            boolean alike = was.startsWith("bit") == is.startsWith("bit");
            return alike && limit(now) >= limit(old);
        }
        Matcher number = NUMERIC.matcher(was);
        Matcher numberNow = NUMERIC.matcher(is);
        return number.matches()
                && numberNow.matches()
                && (numberNow.group(1) == null
                        || number.group(1) != null
                                && number.group(2).equals(numberNow.group(2))
                                && Integer.parseInt(numberNow.group(1)) >= Integer.parseInt(number.group(1)));
    }

    private static long limit(Matcher length) {
        return length.group(2) == null ? Long.MAX_VALUE : Long.parseLong(length.group(2));
    }

    private static List<String> columns(String definition) {
        String line = definition.lines().findFirst().orElse("");
        String[] words = line.split(" ");
        return words.length < 2 || words[1].isEmpty() ? List.of() : Arrays.asList(words[1].split(","));
    }

    private static boolean isThere(Schema schema, String parent) {
        return schema.has(Kind.TABLE, parent, "")
                || schema.has(Kind.VIEW, parent, "")
                || schema.has(Kind.TYPE, parent, "")
                || schema.has(Kind.SEQUENCE, parent, "")
                || schema.has(Kind.FUNCTION, parent, "");
    }

    private String shown(String name) {
        return shown.apply(name);
    }

    private void say(String reason) {
        reasons.add(reason);
    }
}
