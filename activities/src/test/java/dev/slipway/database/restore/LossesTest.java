package dev.slipway.database.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LossesTest {

    private static List<String> notes(int many) {
        return IntStream.range(0, many).mapToObj(n -> "note " + n).toList();
    }

    @Test
    void listsAsManyNotesAsFitAndSaysHowManyAreLeft() {
        assertThat(Losses.listed(notes(Losses.LISTED))).isEqualTo(notes(Losses.LISTED));
        assertThat(Losses.listed(notes(Losses.LISTED + 2)))
                .hasSize(Losses.LISTED + 1)
                .startsWith("note 0")
                .endsWith("and 2 notes more, which are not listed");
    }
}
