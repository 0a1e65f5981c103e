package dev.slipway.database.rehearsal;

import dev.slipway.database.migrations.MigrationFile;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words that may leave a rehearsal: those that stand in the files, which the reader of a review has, or that the schema
 * had before. A migration can make names out of rows; such a name is a row's value in disguise, and is not shown.
 */
final class Names {

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_$]+");

    /** Of PostgreSQL's own names of types and kinds. */
    private static final List<String> PLAIN = List.of(
            "smallint integer bigint real double precision numeric text character varying boolean date time timestamp with"
                    + " without zone interval json jsonb uuid bytea bit inet cidr money xml");

    private final Set<String> known = new HashSet<>();

    Names(Schema before, Collection<MigrationFile> files) {
        PLAIN.forEach(this::learn);
        files.forEach(file -> {
            learn(file.text());
            learn(file.down());
        });
        before.facts().forEach((fact, definition) -> {
            learn(fact.parent());
            learn(fact.name());
            learn(definition);
        });
    }

    private void learn(String text) {
        Matcher words = WORD.matcher(text);
        while (words.find()) {
            known.add(words.group().toLowerCase(Locale.ROOT));
        }
    }

    String shown(String name) {
        return WORD.matcher(name)
                .replaceAll(word -> known.contains(word.group().toLowerCase(Locale.ROOT))
                        ? Matcher.quoteReplacement(word.group())
                        : "…");
    }
}
