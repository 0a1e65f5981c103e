package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkdownTest {

    @Test
    void leavesAnUndoAsItHasToBeTyped() {
        assertThat(Markdown.cell("undo by hand: d=$(mktemp -d) && cd \"$d\" && slipway restore --database main"))
                .isEqualTo("undo by hand: `d=$(mktemp -d) && cd \"$d\" && slipway restore --database main`");
    }

    @Test
    void fencesACommandThatHasBackticksItself() {
        assertThat(Markdown.code("kill `cat pid`")).isEqualTo("`` kill `cat pid` ``");
    }

    @Test
    void keepsACellInItsColumnAndOnItsLine() {
        assertThat(Markdown.cell("said `no`:\na|b")).isEqualTo("said `no`: a\\|b");
        assertThat(Markdown.cell("undo by hand: a | b")).isEqualTo("undo by hand: `a \\| b`");
    }
}
