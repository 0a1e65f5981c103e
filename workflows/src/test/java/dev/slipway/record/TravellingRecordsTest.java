package dev.slipway.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.slipway.trust.CanonicalJson;
import dev.slipway.trust.Json;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every record that travels between workflow, worker, client and store. */
class TravellingRecordsTest {

    /** The text of an entry or a statement is the message; nobody reads these from JSON of their own. */
    static Stream<Class<?>> records() {
        return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages(
                                "dev.slipway.record",
                                "dev.slipway.release",
                                "dev.slipway.environment",
                                "dev.slipway.rollback")
                        .stream()
                        .<Class<?>>map(type -> type.reflect())
                        .filter(type -> type.isRecord() && !Modifier.isPrivate(type.getModifiers()))
                        .sorted((one, other) -> one.getName().compareTo(other.getName()));
    }

    /** An old message lacks what is new: a null from it would come to light far away, in a workflow that retries for ever. */
    @ParameterizedTest
    @MethodSource("records")
    void givesNoNullWhereAMessageHasNothing(Class<?> type) throws Exception {
        Object empty = Json.mapper().readValue("{}", type);

        List<String> nulls = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            boolean cannotBeEmpty =
                    component.getType().isEnum() || component.getType().isRecord();
            if (!cannotBeEmpty && accessor.invoke(empty) == null) {
                nulls.add(component.getName());
            }
        }
        assertThat(nulls).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("records")
    void comesBackAsItWasSent(Class<?> type) throws Exception {
        Object sent = Json.mapper().readValue("{\"aFieldOfANewerVersion\": 1}", type);

        Object received = Json.mapper().readValue(Json.mapper().writeValueAsString(sent), type);

        assertThat(received).isEqualTo(sent);
        assertThat(CanonicalJson.text(received)).isEqualTo(CanonicalJson.text(sent));
    }
}
