package dev.slipway.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.watch.Baseline;
import dev.slipway.watch.Judge;
import dev.slipway.watch.JudgeState;
import dev.slipway.watch.Measurement;
import dev.slipway.watch.Rule;
import dev.slipway.watch.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
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

    private static final String WINDOWS = "combined_windows.json";

    /** As the benchmark of those traces has it: so much of the beginning is for learning, and not judged. */
    private static final double LEARNT = 0.15;

    private final Path folder;
    private final Rule rule;
    private final Map<String, List<Window>> labels;
    private final List<String> said = new ArrayList<>();

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

    /** What a person should know of the files beside the figures: what was left out, and why. */
    List<String> said() {
        return List.copyOf(said);
    }

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
            try {
                played.add(play(file));
                if (!labels.containsKey(name(file))) {
                    said.add(name(file) + ": the labels say nothing of it, so every alarm in it counts as false");
                }
            } catch (IllegalArgumentException otherForm) {
                said.add(name(file) + ": left out: " + otherForm.getMessage());
            }
        }
        Set<String> there = files.stream().map(this::name).collect(Collectors.toSet());
        labels.keySet().stream()
                .filter(label -> !there.contains(label))
                .forEach(label -> said.add(label + ": has labels, and is not there"));
        return played;
    }

    private Played play(Path file) throws IOException {
        TraceFile trace = TraceFile.read(file, rule.metric());
        List<Measurement> all = trace.all();
        Duration every = trace.every();
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
        if (trace.leftOut() > 0) {
            said.add(name(file) + ": " + trace.leftOut()
                    + " rows are about a time that another row is about already, and" + " were left out");
        }
        return new Played(name(file), judged.size(), every, windows.size(), delays, falseAlarms);
    }

    private String name(Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private static Map<String, List<Window>> labels(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.toString().endsWith(".json")).toList();
        }
        Optional<Path> file = files.stream()
                .filter(each -> each.endsWith(WINDOWS) || files.size() == 1)
                .findFirst();
        if (file.isEmpty()) {
            throw new IllegalArgumentException("'" + folder + "' has " + files.size()
                    + " JSON files; want one with the windows, such as " + WINDOWS);
        }
        JsonNode document;
        try {
            document = new ObjectMapper().readTree(file.get().toFile());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file.get() + " is no JSON: " + e.getOriginalMessage());
        }
        Map<String, List<Window>> labels = new TreeMap<>();
        document.fields()
                .forEachRemaining(entry -> labels.put(
                        entry.getKey().replace('\\', '/'),
                        windows(file.get() + ", " + entry.getKey(), entry.getValue())));
        if (labels.isEmpty()) {
            throw new IllegalArgumentException(
                    file.get() + " names no trace; want {\"FILE.csv\": [[\"FROM\", \"TO\"], …]}");
        }
        return labels;
    }

    private static List<Window> windows(String place, JsonNode list) {
        List<Window> windows = new ArrayList<>();
        for (JsonNode window : list) {
            if (window.size() != 2) {
                throw new IllegalArgumentException(place + ": '" + window
                        + "' is no window; want [\"FROM\", \"TO\"], as " + WINDOWS + " has them");
            }
            Instant from = TraceFile.time(window.path(0).asText(), place);
            Instant to = TraceFile.time(window.path(1).asText(), place);
            windows.add(from.isAfter(to) ? new Window(to, from) : new Window(from, to));
        }
        return windows;
    }

    /** Prints one line a trace and one for all. */
    static void measure(Path folder, String rule) {
        List<Played> all;
        LabelledTraces traces;
        try {
            traces = new LabelledTraces(folder, rule);
            all = traces.play();
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
        System.out.println();
        traces.said().forEach(System.out::println);
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
