package dev.slipway.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.watch.Baseline;
import dev.slipway.watch.Judge;
import dev.slipway.watch.JudgeState;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Measurement.NoData;
import dev.slipway.watch.Measurement.Outcome;
import dev.slipway.watch.Rule;
import dev.slipway.watch.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Real traces with labels, played against the judge: a folder of CSV files ({@code timestamp,value}, in UTC) and one JSON
 * file that names the windows of each in which something was wrong, as the Numenta Anomaly Benchmark has them
 * ({@code combined_windows.json}: the file's path to a list of {@code [from, to]}).
 *
 * <p>A trace is far longer than a watch. So when the judge has said FAIL, a new watch begins with the next measurement; what
 * it finds before the metric was well again is the same incident.
 */
final class LabelledTraces {

    /** As the benchmark of those traces has it: so much of the beginning is for learning, and not judged. */
    private static final double LEARNT = 0.15;

    private final Path folder;
    private final Rule rule;
    private final Map<String, List<Window>> labels;

    /**
     * @param rule about a metric of any name
     * @throws IllegalArgumentException where the folder has no labels, or more than one file that may be them
     */
    LabelledTraces(Path folder, String rule) throws IOException {
        this.folder = folder;
        this.rule = Rule.parse(rule);
        this.labels = labels(folder);
    }

    /** A time in which something was wrong. */
    record Window(Instant from, Instant to) {
        boolean has(Instant time) {
            return !time.isBefore(from) && !time.isAfter(to);
        }
    }

    /**
     * What came of one trace.
     *
     * @param every the usual time between two measurements
     * @param windows how many of its labels lie in what is judged
     * @param delays of each window that was found, from its beginning
     * @param falseAlarms incidents outside of every window
     */
    record Played(String name, int measurements, Duration every, int windows, List<Duration> delays, int falseAlarms) {}

    List<Played> play() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(file -> file.toString().endsWith(".csv"))
                    .sorted()
                    .toList();
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException("'" + folder + "' has no CSV file; want timestamp,value");
        }
        List<Played> played = new ArrayList<>();
        for (Path file : files) {
            played.add(play(file));
        }
        return played;
    }

    private Played play(Path file) throws IOException {
        List<Measurement> all = read(file);
        Duration every = usual(all);
        int learnt = rule.comparesWithBaseline() ? (int) (all.size() * LEARNT) : 0;
        Map<String, Baseline> baselines = Map.of(rule.metric(), Baseline.of(all.subList(0, learnt)));
        Judge judge = new Judge(List.of(rule), every, baselines);
        List<Measurement> judged = all.subList(learnt, all.size());
        List<Window> windows = labels.getOrDefault(name(file), List.of()).stream()
                .filter(window -> judged.stream().anyMatch(each -> window.has(each.time())))
                .toList();
        Set<Window> found = new HashSet<>();
        List<Duration> delays = new ArrayList<>();
        int falseAlarms = 0;
        boolean known = false;
        JudgeState state = JudgeState.start();
        for (Measurement measurement : judged) {
            state = judge.next(state, measurement);
            known &= !state.breaches().isEmpty();
            if (judge.judge(state, measurement.time()).verdict() != Verdict.FAIL) {
                continue;
            }
            List<Window> hit = windows.stream()
                    .filter(window -> window.has(measurement.time()))
                    .toList();
            for (Window window : hit) {
                if (found.add(window)) {
                    delays.add(Duration.between(window.from(), measurement.time()));
                }
            }
            falseAlarms += hit.isEmpty() && !known ? 1 : 0;
            known = true;
            state = JudgeState.start();
        }
        return new Played(name(file), judged.size(), every, windows.size(), delays, falseAlarms);
    }

    private String name(Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private List<Measurement> read(Path file) throws IOException {
        List<Measurement> all = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            String[] cells = line.split(",", -1);
            if (number == 1 || line.isBlank()) {
                continue;
            }
            if (cells.length < 2) {
                throw new IllegalArgumentException(file + ":" + number + ": want timestamp,value");
            }
            Instant time = time(cells[0], file + ":" + number);
            if (all.isEmpty() || time.isAfter(all.get(all.size() - 1).time())) {
                all.add(new Measurement(rule.metric(), time, outcome(cells[1].strip(), file + ":" + number)));
            }
        }
        if (all.size() < 2) {
            throw new IllegalArgumentException(file + " has fewer than two measurements");
        }
        return all;
    }

    private static Outcome outcome(String text, String place) {
        if (text.isEmpty()) {
            return new NoData("empty");
        }
        try {
            double value = Double.parseDouble(text);
            return Double.isFinite(value) ? new Measurement.Value(value) : new NoData(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(place + ": '" + text + "' is no number");
        }
    }

    private static Instant time(String text, String place) {
        try {
            return LocalDateTime.parse(text.strip().replace(' ', 'T').replaceAll("Z$", ""))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(place + ": '" + text + "' is no time such as 2014-04-01 00:05:00");
        }
    }

    private static Duration usual(List<Measurement> all) {
        List<Duration> between = new ArrayList<>();
        for (int at = 1; at < all.size(); at++) {
            between.add(Duration.between(all.get(at - 1).time(), all.get(at).time()));
        }
        return between.stream().sorted().toList().get(between.size() / 2);
    }

    private static Map<String, List<Window>> labels(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.toString().endsWith(".json")).toList();
        }
        if (files.size() != 1) {
            throw new IllegalArgumentException("'" + folder + "' has " + files.size()
                    + " JSON files; want one with the windows, such as combined_windows.json");
        }
        JsonNode document = new ObjectMapper().readTree(files.get(0).toFile());
        Map<String, List<Window>> labels = new TreeMap<>();
        document.fields().forEachRemaining(entry -> {
            List<Window> windows = new ArrayList<>();
            entry.getValue()
                    .forEach(window -> windows.add(new Window(
                            time(window.path(0).asText(), entry.getKey()),
                            time(window.path(1).asText(), entry.getKey()))));
            labels.put(entry.getKey(), windows);
        });
        return labels;
    }

    /** Prints one line a trace and one for all. */
    static void measure(Path folder, String rule) {
        List<Played> all;
        try {
            all = new LabelledTraces(folder, rule).play();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.out.println(
                "\n| trace | measurements | every | incidents | found | median delay | longest | false alarms |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        all.forEach(played -> System.out.println(line(played)));
        System.out.println(line(new Played(
                "all of `" + rule + "`",
                all.stream().mapToInt(Played::measurements).sum(),
                Duration.ZERO,
                all.stream().mapToInt(Played::windows).sum(),
                all.stream().flatMap(played -> played.delays().stream()).toList(),
                all.stream().mapToInt(Played::falseAlarms).sum())));
    }

    private static String line(Played played) {
        List<Duration> sorted = played.delays().stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "| %s | %d | %s | %d | %d | %s | %s | %d |",
                played.name(),
                played.measurements(),
                played.every().isZero() ? "" : words(played.every()),
                played.windows(),
                sorted.size(),
                sorted.isEmpty() ? "" : words(sorted.get(sorted.size() / 2)),
                sorted.isEmpty() ? "" : words(sorted.get(sorted.size() - 1)),
                played.falseAlarms());
    }

    private static String words(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT).replaceAll("([hm])(?=.)", "$1 ");
    }
}
