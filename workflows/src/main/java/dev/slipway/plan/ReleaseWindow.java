package dev.slipway.plan;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The times at which changes may begin. Judged by the clock on the wall of its zone: an hour that daylight saving skips
 * is never open, one that it repeats is open twice.
 */
public final class ReleaseWindow {

    private static final int LONGEST_SEARCH_IN_DAYS = 2 * 366;
    private static final int SECONDS_OF_MINUTE = 60;
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final String DAY = "(?:mon|tue|wed|thu|fri|sat|sun)";
    public static final String OPEN_PATTERN = DAY + "(?:-" + DAY + ")?(?:," + DAY + "(?:-" + DAY
            + ")?)* (?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)";
    public static final String CLOSED_PATTERN = "[0-9]{4}-[0-9]{2}-[0-9]{2}(?:\\.\\.[0-9]{4}-[0-9]{2}-[0-9]{2})?";
    private static final Pattern OPEN = Pattern.compile(OPEN_PATTERN);
    private static final Pattern HOURS = Pattern.compile("(\\S+) (\\d\\d):(\\d\\d)-(\\d\\d):(\\d\\d)");

    private final Window window;
    private final ZoneId zone;
    private final List<Hours> open;
    private final List<Closed> closed;

    /** Hours of a day, in seconds since midnight; where they end before they start, they end on the day after. */
    private record Hours(Set<DayOfWeek> days, int from, int to) {

        boolean contain(LocalDateTime time) {
            int second = time.toLocalTime().toSecondOfDay();
            DayOfWeek day = time.getDayOfWeek();
            if (from < to) {
                return days.contains(day) && second >= from && second < to;
            }
            return days.contains(day) && second >= from || days.contains(day.minus(1)) && second < to;
        }
    }

    private record Closed(LocalDate first, LocalDate last) {
        boolean contain(LocalDate date) {
            return !date.isBefore(first) && !date.isAfter(last);
        }
    }

    /**
     * @throws IllegalArgumentException for a window that {@link dev.slipway.plan.reading.PlanReader} would have refused
     */
    public ReleaseWindow(Window window) {
        this.window = window;
        this.zone = zone(window);
        this.open = window.open().stream().map(ReleaseWindow::hours).toList();
        this.closed = window.closed().stream().map(ReleaseWindow::closed).toList();
    }

    public boolean contains(Instant time) {
        LocalDateTime local = LocalDateTime.ofInstant(time, zone);
        return closed.stream().noneMatch(dates -> dates.contain(local.toLocalDate()))
                && (open.isEmpty() || open.stream().anyMatch(hours -> hours.contain(local)));
    }

    /** The time itself where it is open, otherwise when it opens next; empty where it does not within two years. */
    public Optional<Instant> nextOpening(Instant time) {
        if (contains(time)) {
            return Optional.of(time);
        }
        LocalDate today = LocalDate.ofInstant(time, zone);
        for (int day = 0; day <= LONGEST_SEARCH_IN_DAYS; day++) {
            Optional<Instant> opening = edges(today.plusDays(day)).stream()
                    .filter(edge -> edge.isAfter(time) && contains(edge))
                    .sorted()
                    .findFirst();
            if (opening.isPresent()) {
                return opening;
            }
        }
        return Optional.empty();
    }

    /** For instance {@code tue-thu 09:00-16:00 (Europe/Berlin), closed 2026-12-18..2027-01-06}. */
    public String words() {
        if (!window.limited()) {
            return "always";
        }
        String hours = open.isEmpty() ? "always" : String.join(" and ", window.open());
        String dates = closed.isEmpty() ? "" : ", closed " + String.join(" and ", window.closed());
        return hours + " (" + zone.getId() + ")" + dates;
    }

    /** Every instant of a date at which closed can become open: midnight, where hours start, where clocks change. */
    private List<Instant> edges(LocalDate date) {
        List<Instant> edges = new ArrayList<>();
        ZoneRules rules = zone.getRules();
        ZonedDateTime midnight = date.atStartOfDay(zone);
        edges.add(midnight.toInstant());
        for (Hours hours : open) {
            LocalDateTime start = date.atStartOfDay().plusSeconds(hours.from());
            for (ZoneOffset offset : rules.getValidOffsets(start)) {
                edges.add(start.toInstant(offset));
            }
        }
        ZoneOffsetTransition change = rules.nextTransition(midnight.toInstant().minusSeconds(1));
        Instant end = date.plusDays(1).atStartOfDay(zone).toInstant();
        while (change != null && change.getInstant().isBefore(end)) {
            edges.add(change.getInstant());
            change = rules.nextTransition(change.getInstant());
        }
        return edges;
    }

    private static ZoneId zone(Window window) {
        if (!window.limited() && window.zone().isEmpty()) {
            return ZoneOffset.UTC;
        }
        try {
            return ZoneId.of(window.zone());
        } catch (DateTimeException unknown) {
            throw new IllegalArgumentException("window: zone " + Quoted.of(window.zone()) + " is not known", unknown);
        }
    }

    /** What is wrong with a text such as {@code tue-thu 09:00-16:00}; empty where nothing is. */
    public static Optional<String> problemOfOpen(String text) {
        try {
            hours(text);
            return Optional.empty();
        } catch (IllegalArgumentException problem) {
            return Optional.of(problem.getMessage());
        }
    }

    /** What is wrong with a text such as {@code 2026-12-18..2027-01-06}; empty where nothing is. */
    public static Optional<String> problemOfClosed(String text) {
        try {
            closed(text);
            return Optional.empty();
        } catch (IllegalArgumentException problem) {
            return Optional.of(problem.getMessage());
        }
    }

    private static Hours hours(String text) {
        Matcher parts = HOURS.matcher(text);
        if (!OPEN.matcher(text).matches() || !parts.matches()) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not a time of the week such as `tue-thu 09:00-16:00`");
        }
        int from = seconds(parts.group(2), parts.group(3));
        int to = seconds(parts.group(4), parts.group(5));
        if (from == to) {
            throw new IllegalArgumentException(Quoted.of(text) + " ends when it starts");
        }
        return new Hours(days(parts.group(1)), from, to);
    }

    private static Set<DayOfWeek> days(String text) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String range : text.split(",")) {
            DayOfWeek day = day(range.substring(0, 3));
            DayOfWeek last = day(range.substring(range.length() - 3));
            days.add(day);
            while (day != last) {
                day = day.plus(1);
                days.add(day);
            }
        }
        return days;
    }

    private static DayOfWeek day(String name) {
        return DayOfWeek.of(DAYS.indexOf(name) + 1);
    }

    private static int seconds(String hour, String minute) {
        return (Integer.parseInt(hour) * SECONDS_OF_MINUTE + Integer.parseInt(minute)) * SECONDS_OF_MINUTE;
    }

    private static Closed closed(String text) {
        String[] dates = text.split("\\.\\.", -1);
        LocalDate first = date(dates[0], text);
        LocalDate last = dates.length == 2 ? date(dates[1], text) : first;
        if (dates.length > 2 || last.isBefore(first)) {
            throw new IllegalArgumentException(Quoted.of(text) + " is not a range whose second date is the later one");
        }
        return new Closed(first, last);
    }

    private static LocalDate date(String date, String text) {
        try {
            return LocalDate.parse(date);
        } catch (DateTimeException wrong) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not a date such as `2026-12-24` or `2026-12-18..2027-01-06`", wrong);
        }
    }
}
