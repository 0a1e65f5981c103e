package dev.slipway.fuzz;

import java.util.List;
import java.util.Random;

/** Texts that are nearly right: the interesting ones for whoever has to read them. */
final class Mutations {

    private static final List<String> NASTY = List.of(
            "\u0000",
            "\u001b[2J",
            "\r\n",
            "\t",
            "\ufeff",
            "\ud800",
            "é",
            "\u202e",
            "&a",
            "*a",
            "<<: *a",
            "!!java.net.URL [http://localhost]",
            "{",
            "}",
            "[",
            "]",
            ": ",
            "- ",
            "'",
            "\"",
            "|",
            ">",
            "${",
            "$",
            "-1",
            "99999999999999999999",
            "1e999",
            "0x7f",
            "~",
            "null",
            "true",
            "..",
            "../../etc/passwd",
            "%41",
            "\\",
            "#",
            "---\n",
            "...\n",
            "a: &x [*x]\n",
            "9999-99-99T99:99:99Z",
            "A".repeat(5000));

    private final Random random;

    Mutations(long seed) {
        this.random = new Random(seed);
    }

    String of(List<String> corpus) {
        StringBuilder text = new StringBuilder(corpus.get(random.nextInt(corpus.size())));
        int times = 1 + random.nextInt(4);
        for (int time = 0; time < times; time++) {
            mutate(text, corpus);
        }
        return text.toString();
    }

    private void mutate(StringBuilder text, List<String> corpus) {
        int at = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), at + random.nextInt(40));
        switch (random.nextInt(7)) {
            case 0 -> text.insert(at, NASTY.get(random.nextInt(NASTY.size())));
            case 1 -> text.delete(at, to);
            case 2 -> text.insert(at, text.substring(at, to));
            case 3 -> {
                if (at < text.length()) {
                    text.setCharAt(at, (char) (text.charAt(at) ^ (1 << random.nextInt(8))));
                }
            }
            case 4 -> {
                String other = corpus.get(random.nextInt(corpus.size()));
                int from = random.nextInt(other.length() + 1);
                text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(200)));
            }
            case 5 -> text.setLength(at);
            default -> text.replace(at, to, NASTY.get(random.nextInt(NASTY.size())));
        }
    }
}
