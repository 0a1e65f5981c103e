package dev.slipway.database.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.restore.Comparison;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LossesTest {

    private static List<String> notes(int many) {
        return IntStream.range(0, many).mapToObj(n -> "note " + n).toList();
    }

    @Test
    void whatACopyLeavesAloneIsNoLoss() {
        List<Comparison.Table> different = List.of(new Comparison.Table("public.categories", 3, -1, 0, 0, 0));

        assertThat(Losses.of(different, "copy", Instant.EPOCH)).isEmpty();
        assertThat(Losses.staying(different, "copy"))
                .containsExactly("public.categories is not in the backup, and stays as it is");
        assertThat(Losses.of(different, "rename", Instant.EPOCH))
                .containsExactly("public.categories: is not in the backup: the table is lost with its 3 rows");
        assertThat(Losses.staying(different, "rename")).isEmpty();
    }

    @Test
    void whatIsGoneComesBackWithTheWholeDatabase() {
        assertThat(Losses.of(
                        List.of(new Comparison.Table("public.categories", -1, 1, 0, 0, 0)), "rename", Instant.EPOCH))
                .containsExactly("public.categories: comes back with 1 row");
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
