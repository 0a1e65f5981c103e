package dev.slipway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The page of commands has each of them with its own options and no others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CommandsPageTest {

    private static final Pattern SECTION = Pattern.compile("(?ms)^##+ (.+?)$(.*?)(?=^##|\\z)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\|");
    private static final Pattern TYPED =
            Pattern.compile("(?m)(^|[`\\s(/])slipway ([a-z][a-z-]*)((?:(?! slipway )[^`\\n;|#])*)");
    private static final Pattern LONG_OPTION = Pattern.compile("(?<![\\w-])--[a-z-]+");
    private static final Set<String> EVERYWHERE = Set.of("--help", "--verbose");
    private static final String CONNECTION = "Takes the [connection](#connection) options.";

    private final Documentation documentation = Documentation.here();
    private final Map<String, String> sections = new TreeMap<>();
    private final Map<String, CommandSpec> commands = commands(documentation);

    CommandsPageTest() {
        SECTION.matcher(documentation.text("docs/reference/commands.md"))
                .results()
                .forEach(section -> sections.put(section.group(1), section.group(2)));
    }

    private static Map<String, CommandSpec> commands(Documentation documentation) {
        Map<String, CommandSpec> commands = new TreeMap<>();
        for (Path source : documentation.commandSources()) {
            if (documentation.text(source).contains("@Command(")) {
                Class<?> type = typeOf(source);
                Command command = type.getAnnotation(Command.class);
                if (!command.hidden() && !command.name().equals("slipway")) {
                    commands.put(command.name(), CommandSpec.forAnnotatedObject(type, new Empty()));
                }
            }
        }
        return commands;
    }

    private static Class<?> typeOf(Path source) {
        String path = source.toString().replaceFirst(".*/src/main/java/", "");
        try {
            return Class.forName(path.replaceFirst("\\.java$", "").replace('/', '.'));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Commands that are never called: what they are given for it is not there. */
    private static final class Empty implements IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            Constructor<?> constructor = type.getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            return type.cast(constructor.newInstance(new Object[constructor.getParameterCount()]));
        }
    }

    @Test
    void everyCommandHasItsSectionAndNoOther() {
        Set<String> described = sections.keySet().stream()
                .filter(heading -> heading.startsWith("slipway "))
                .map(heading -> heading.replaceFirst("^slipway ", ""))
                .collect(Collectors.toSet());

        assertThat(commands).hasSizeGreaterThan(30);
        assertThat(described).isEqualTo(commands.keySet());
    }

    @Test
    void everySectionHasTheOptionsOfItsCommandAndNoOthers() {
        Set<String> shared = rows("Connection");
        List<String> wrong = new ArrayList<>();
        commands.forEach((name, command) -> {
            Set<String> described = described(name, shared);
            Set<String> taken = taken(command);
            minus(taken, described).forEach(missing -> wrong.add("slipway " + name + " is without " + missing));
            minus(described, taken).forEach(unknown -> wrong.add("slipway " + name + " takes no " + unknown));
        });

        assertThat(shared).hasSize(3);
        assertThat(wrong).isEmpty();
    }

    private static Set<String> minus(Set<String> some, Set<String> others) {
        Set<String> left = new TreeSet<>(some);
        left.removeAll(others);
        return left;
    }

    /** In running text too, where only what stands in backquotes need be a command. */
    @Test
    void everyLineThatAPageTypesIsOneOfACommand() {
        List<String> wrong = new ArrayList<>();
        int options = 0;
        for (Path page : documentation.pages()) {
            for (MatchResult typed : TYPED.matcher(documentation.text(page).replace("\\\n", " "))
                    .results()
                    .toList()) {
                CommandSpec command = commands.get(typed.group(2));
                if (command == null && typed.group(1).equals("`")) {
                    wrong.add(page + ": " + typed.group());
                }
                for (String option : command == null ? List.<String>of() : longOptions(typed.group(3))) {
                    options++;
                    if (!EVERYWHERE.contains(option) && !command.optionsMap().containsKey(option)) {
                        wrong.add(page + ": slipway " + command.name() + " " + option);
                    }
                }
            }
        }

        assertThat(options).isGreaterThan(50);
        assertThat(wrong).isEmpty();
    }

    private static List<String> longOptions(String typed) {
        return LONG_OPTION.matcher(typed).results().map(MatchResult::group).toList();
    }

    private Set<String> described(String command, Set<String> shared) {
        String heading = "slipway " + command;
        Set<String> described = rows(heading);
        if (sections.getOrDefault(heading, "").contains(CONNECTION)) {
            described.addAll(shared);
        }
        return described;
    }

    private static Set<String> taken(CommandSpec command) {
        return Stream.concat(
                        command.positionalParameters().stream().map(CommandsPageTest::positional),
                        command.options().stream()
                                .filter(option -> !option.hidden() && !option.usageHelp() && !option.versionHelp())
                                .map(CommandsPageTest::option))
                .collect(Collectors.toSet());
    }

    private static String positional(ArgSpec argument) {
        return argument.required() ? argument.paramLabel() : "[" + argument.paramLabel() + "]";
    }

    private static String option(OptionSpec option) {
        String names = Arrays.stream(option.names())
                .sorted(Comparator.comparingInt(String::length))
                .collect(Collectors.joining(", "));
        return option.arity().max() == 0 ? names : names + "=" + option.paramLabel();
    }

    private Set<String> rows(String heading) {
        List<String> rows = ROW.matcher(sections.getOrDefault(heading, ""))
                .results()
                .map(row -> row.group(1).replace("\\|", "|"))
                .toList();
        return new TreeSet<>(rows);
    }
}
