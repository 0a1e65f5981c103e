package dev.slipway.benchmarks;

import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A CSV file of measurements as the world has them: with or without a header line, rows in any order, an hour twice where
 * somebody's clock was put back, gaps, cells that are no number.
 *
 * @param all in the order of their times, one for each time
 * @param leftOut rows about a time that another row is about already; the first of them counts
 */
record TraceFile(List<Measurement> all, int leftOut) {

    private static final Set<String> NOTHING = Set.of("", "nan", "na", "n/a", "null", "none", "-", "?");

    /** @throws IllegalArgumentException with file and line, where it is of another form */
    static TraceFile read(Path file, String metric) throws IOException {
        List<String> lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                .replace("\uFEFF", "")
                .lines()
                .toList();
        Map<Instant, Measurement> byTime = new TreeMap<>();
        int timeAt = 0;
        int valueAt = 1;
        int leftOut = 0;
        boolean first = true;
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1);
            if (line.isBlank()) {
                continue;
            }
            List<String> cells = cells(line);
            boolean header = first
                    && cells.stream()
                            .anyMatch(cell -> cell.toLowerCase(Locale.ROOT).equals("timestamp"));
            first = false;
            if (header) {
                List<String> names = cells.stream()
                        .map(cell -> cell.toLowerCase(Locale.ROOT))
                        .toList();
                timeAt = names.indexOf("timestamp");
                valueAt = names.contains("value") ? names.indexOf("value") : timeAt == 0 ? 1 : 0;
                continue;
            }
            String place = file + ":" + number;
            if (cells.size() <= Math.max(timeAt, valueAt)) {
                throw new IllegalArgumentException(place + ": want timestamp,value");
            }
            Instant time = time(cells.get(timeAt), place);
            Measurement measured = new Measurement(metric, time, outcome(cells.get(valueAt), place));
            leftOut += byTime.putIfAbsent(time, measured) == null ? 0 : 1;
        }
        if (byTime.size() < 2) {
            throw new IllegalArgumentException(file + " has fewer than two measurements");
        }
        return new TraceFile(List.copyOf(byTime.values()), leftOut);
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.split("[,;\t]", -1))
                .map(cell -> cell.strip().replaceAll("^\"|\"$", "").strip())
                .toList();
    }

    private static Outcome outcome(String text, String place) {
        if (NOTHING.contains(text.toLowerCase(Locale.ROOT))) {
            return new NoData(text.isEmpty() ? "empty" : text);
        }
        try {
            double value = Double.parseDouble(text);
            return Double.isFinite(value) ? new Measurement.Value(value) : new NoData(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(place + ": '" + text + "' is no number");
        }
    }

    /** {@code 2014-04-01 00:05:00}, with a fraction, a {@code T} or an offset where there is one; else in UTC. */
    static Instant time(String text, String place) {
        String plain = text.strip().replaceFirst("(?<=\\d) (?=\\d)", "T");
        try {
            return plain.matches(".*(Z|[+-]\\d\\d:?\\d\\d)$") && plain.contains("T")
                    ? OffsetDateTime.parse(plain.replaceFirst(" ?([+-]\\d\\d):?(\\d\\d)$", "$1:$2"))
                            .toInstant()
                    : LocalDateTime.parse(plain).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(place + ": '" + text + "' is no time such as 2014-04-01 00:05:00");
        }
    }

    /** The usual time between two measurements. */
    Duration every() {
        List<Duration> between = new ArrayList<>();
        for (int at = 1; at < all.size(); at++) {
            between.add(Duration.between(all.get(at - 1).time(), all.get(at).time()));
        }
        return between.stream().sorted().toList().get(between.size() / 2);
    }
}
