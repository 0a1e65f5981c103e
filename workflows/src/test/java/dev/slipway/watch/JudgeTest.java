package dev.slipway.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {
    private static final Duration EVERY = Duration.ofSeconds(10);

    private static JudgeState after(Judge judge, List<Measurement> measurements) {
        JudgeState state = JudgeState.start();
        for (Measurement measurement : measurements) {
            state = judge.next(state, measurement);
        }
        return state;
    }

    private static Judgement judge(String rule, String trace) {
        Judge judge = new Judge(List.of(Rule.parse(rule)), EVERY);
        Trace measured = new Trace("m", EVERY, trace);
        return judge.judge(after(judge, measured.measurements()), measured.end());
    }

    @ParameterizedTest(name = "{0}: {1} → {2} ({3})")
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = true,
            quoteCharacter = '\'',
            value = {
                "m > 5% for 1m,     '..........',        PASS,         all good",
                "m > 5% for 1m,     '..xxxxxx......',    PASS,         a burst that is shorter than the rule",
                "m > 5% for 1m,     '..xxxxxxx',         FAIL,         just long enough",
                "m > 5% for 1m,     '..xxxxxx',          INCONCLUSIVE, still broken when the watch closes",
                "m > 5% for 1m,     '..xxxxxxx.....',    FAIL,         a verdict is not taken back",
                "m > 5% for 1m,     'xx.xx.xx.xx.xx.',   PASS,         flapping never holds",
                "m > 5% for 1m,     'xxx-xxx',           FAIL,         one gap does not break it",
                "m > 5% for 1m,     'xxx?xxx',           FAIL,         a blip of the metrics server does not break it",
                "m > 5% for 1m,     'xxx--xx',           FAIL,         two gaps do not break it",
                "m > 5% for 1m,     'xxx---xxx..',       PASS,         a longer gap starts the clock anew",
                "m > 5% for 1m,     'xxx---xxxxxx',      INCONCLUSIVE, five intervals after the gap",
                "m > 5% for 1m,     'xxx---xxxxxxx',     FAIL,         six intervals after the gap",
                "m > 5% for 1m,     'xxx   xxx..',       PASS,         silence is a gap like any other",
                "m > 5% for 1m,     '....x------------', INCONCLUSIVE, a gap is no evidence however long",
                "m > 5% for 1m,     '....x.-----------', INCONCLUSIVE, nothing seen for longer than the rule",
                "m > 5% for 1m,     '......------',      PASS,         nothing seen for as long as the rule",
                "m > 5% for 1m,     '-------------',     INCONCLUSIVE, no traffic or NaN all the time",
                "m > 5% for 1m,     '?????????????',     ERROR,        the metrics server is gone for the whole window",
                "m > 5% for 1m,     '......?????',       ERROR,        gone at the end five times in a row",
                "m > 5% for 1m,     '......????',        PASS,         gone four times in a row",
                "m > 5% for 1m,     '?????......',       PASS,         gone and back",
                "m > 5% for 1m,     '????-????-',        INCONCLUSIVE, never five in a row but nothing measured",
                "m > 5% for 1m,     '..',                INCONCLUSIVE, too few",
                "m > 5% for 1m,     '-?..',              INCONCLUSIVE, too few among more",
                "m > 5% for 1m,     '...',               PASS,         just enough",
                "m > 5% for 1m,     '..!!!!!!!',         FAIL,         a dead target is not below any limit",
                "m < 5% for 1m,     'xx!!!!!!!',         FAIL,         nor above one",
                "m > 5% for 1m,     '..xxx!!xx',         FAIL,         bad and dead together",
                "m failing for 1m,  '..!!!!!!!',         FAIL,         target dead",
                "m failing for 1m,  '..!!!!!!.',         PASS,         target restarted",
                "m failing for 1m,  'xxxxxxxxx',         PASS,         any value is an answer",
                "m failing for 1m,  '..---------',       INCONCLUSIVE, no data is not dead",
                "m > 5% for 10s,    'xx',                FAIL,         two measurements for a rule of one interval",
                "m > 5% for 10s,    'x-x-x-x',           INCONCLUSIVE, a gap must not make up for the rule",
                "m > 5% for 500ms,  '..x',               INCONCLUSIVE, one measurement never decides",
                "m > 5% for 500ms,  '..xx',              FAIL,         two may",
                "m > 5%,            '...x',              FAIL,         without a time the first value decides",
                "m > 5%,            '...x....',          FAIL,         and is not taken back",
                "m > 5%,            '........',          PASS,         all good",
                "m > 5%,            '...!!!!!',          INCONCLUSIVE, a dead target has no figure",
                "m > 5%,            '...!....',          PASS,         one lost answer is none",
                "m > 5%,            '..!!',              INCONCLUSIVE, too few figures",
                "m > 3x baseline for 1m, '..xxxxxxx',    INCONCLUSIVE, nothing to compare with",
                "m > 3x baseline for 1m, '.........',    INCONCLUSIVE, nor to pass by",
                "m > 3x baseline for 1m, '..!!!!!!!',    FAIL,         a dead target needs no comparison",
                "m > 3x baseline for 1m, '..!!!.!!!.',   INCONCLUSIVE, any value is an answer",
            })
    void judges(String rule, String trace, Verdict verdict, String why) {
        assertThat(judge(rule, trace).verdict()).as(why).isEqualTo(verdict);
    }

    private static Judgement compared(String rule, Baseline baseline, String trace) {
        Judge judge = new Judge(List.of(Rule.parse(rule)), EVERY, Map.of("m", baseline));
        Trace measured = new Trace("m", EVERY, trace);
        return judge.judge(after(judge, measured.measurements()), measured.end());
    }

    @Test
    void comparesWithWhatWasBefore() {
        Baseline before = Baseline.of(new Trace("m", EVERY, "-...x").measurements());
        assertThat(before).isEqualTo(new Baseline(4, 0.01, ""));
        assertThat(compared("m > 3x baseline for 1m", before, "..xxXxxxx").sentence())
                .isEqualTo("m 0.4 > 0.03 (3x the baseline of 0.01) for 1 min (7 measurements, peak 0.6)");
        assertThat(compared("m > 3x baseline and 50% for 1m", before, "..xxxxxxx")
                        .sentence())
                .isEqualTo("m between 1 % and 40 % (9 measurements; before the release 1 %)");
        assertThat(compared("m > 3x baseline", before, "...x").sentence())
                .isEqualTo("m 0.4 > 0.03 (3x the baseline of 0.01) at 2026-11-03 09:00:30 UTC");
    }

    @Test
    void asksAPersonWhereThereIsNothingToCompareWith() {
        Baseline none = Baseline.of(new Trace("m", EVERY, "---").measurements());
        assertThat(compared("m > 3x baseline for 1m", none, "..xxxxxxx").sentence())
                .isEqualTo("m has no baseline to be compared with: no requests");
        assertThat(compared("m > 3x baseline for 1m", new Baseline(3, 0, ""), "........")
                        .verdict())
                .as("three times nothing is nothing")
                .isEqualTo(Verdict.FAIL);
        assertThat(compared("m > 3x baseline and 2% for 1m", new Baseline(3, 0, ""), "........")
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void whatFailedBeforeTheReleaseIsNoNewsOfIt() {
        Baseline before = Baseline.of(new Trace("m", EVERY, "!!-!").measurements());

        Judgement after = compared("m > 3x baseline for 1m", before, "!!!!!!!!!!");

        assertThat(after.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(after.sentence()).startsWith("m has no baseline to be compared with: ");
        assertThat(compared("m > 5% for 1m", before, "!!!!!!!!!!").verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void takesNothingBelowZeroForABaseline() {
        Instant now = Trace.START;
        List<Measurement> below = List.of(new Measurement("m", now, new Measurement.Value(-3)));
        assertThat(Baseline.of(below).words()).isEqualTo("not known: it was -3, below zero");
        assertThat(Baseline.of(List.of()).words()).isEqualTo("not known: nothing was measured");
        assertThat(new Baseline(4, 0.02, "").words()).isEqualTo("0.02 (median of 4 measurements)");
    }

    @Test
    void isInconclusiveBeforeAnythingWasMeasured() {
        assertThat(judge("m > 5% for 1m", "").verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void saysWithFiguresWhyItFailed() {
        assertThat(judge("m > 5% for 1m", "..xxXxxxx").sentence())
                .isEqualTo("m 40 % > 5 % for 1 min (7 measurements, peak 60 %)");
        assertThat(judge("m failing for 1m", "!!!!!!!").sentence())
                .isEqualTo("m failing: connection refused, for 1 min (7 measurements)");
        assertThat(judge("m > 5% for 1m", "xxX!xxx").sentence())
                .isEqualTo("m 40 % > 5 % for 1 min (7 measurements, 1 of them failing, peak 60 %)");
        assertThat(judge("m > 5% for 1m", "xxxxx!!").sentence())
                .isEqualTo("m failing: connection refused, for 1 min (7 measurements, 2 of them failing, peak 40 %)");
    }

    @Test
    void saysWithFiguresWhyItDoesNotKnow() {
        assertThat(judge("m > 5% for 1m", "----?").sentence())
                .isEqualTo("m has 0 measurements that say something, and needs 3"
                        + " (4 without data, 1 without an answer; the last: answered 500)");
        assertThat(judge("m > 5% for 1m", "...?????").sentence())
                .isEqualTo("m could not be asked for 5 times in a row: answered 500");
        assertThat(judge("m > 5% for 1m", "...-------").sentence())
                .isEqualTo("m was last measured 1 min 10 s ago, longer than the 1 min of its rule"
                        + " (7 without data, 0 without an answer; the last: no requests)");
    }

    @Test
    void saysWithFiguresWhyItPassed() {
        assertThat(judge("m > 5% for 1m", "..x!.-?.").sentence())
                .isEqualTo("m between 1 % and 40 % (6 measurements, 1 of them failing,"
                        + " 1 more without data, 1 more without an answer)");
        assertThat(judge("m failing for 1m", "....").sentence()).isEqualTo("m not failing (4 measurements)");
    }

    @Test
    void saysWhichRuleIsStillBrokenAndWhenItWouldBeDecided() {
        Judgement judgement = judge("m > 5% for 1m", "...xxxx");
        assertThat(judgement.pending())
                .containsExactly(new Judgement.Pending(
                        Rule.parse("m > 5% for 1m"), Trace.START.plusSeconds(30), Trace.START.plusSeconds(90)));
        assertThat(judgement.sentence())
                .isEqualTo("m 40 % > 5 % for 30 s of 1 min so far; decided at 2026-11-03 09:01:30 UTC at the earliest");
    }

    @Test
    void doesNotPromiseADecisionFromBeforeAGap() {
        Judgement judgement = judge("m > 5% for 1m", "...xxxx------");
        assertThat(judgement.pending().get(0).until()).isEqualTo(Trace.START.plusSeconds(120 + 60));
    }

    @Test
    void judgesEveryRuleByItsOwnMetric() {
        Judge judge = new Judge(List.of(Rule.parse("a > 5% for 20s"), Rule.parse("b failing for 20s")), EVERY);
        List<Measurement> good = new Trace("a", EVERY, "....").measurements();
        assertThat(judge.judge(after(judge, good), Trace.START.plusSeconds(30)).sentence())
                .startsWith("b has 0 measurements");
        JudgeState state = after(judge, good);
        for (Measurement dead : new Trace("b", EVERY, "!!!").measurements()) {
            state = judge.next(state, dead);
        }
        assertThat(judge.judge(state, Trace.START.plusSeconds(30)).rule()).contains(Rule.parse("b failing for 20s"));
    }

    @Test
    void goesOnWhereAnotherWorkerStoppedAlthoughItsClockIsBehind() {
        Judge judge = new Judge(List.of(Rule.parse("m > 5% for 1m")), EVERY);
        JudgeState state = after(judge, new Trace("m", EVERY, "xxxxx").measurements());
        Instant behind = Trace.START.plusSeconds(37);
        for (int i = 0; i < 3; i++) {
            state = judge.next(state, new Measurement("m", behind.plusSeconds(10 * i), new Measurement.Value(0.4)));
        }
        assertThat(judge.judge(state, behind.plusSeconds(20)).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        state = judge.next(state, new Measurement("m", behind.plusSeconds(30), new Measurement.Value(0.4)));
        assertThat(judge.judge(state, behind.plusSeconds(30)).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void doesNotLoseABreachToARoundThatIsAMomentLate() {
        Judge judge = new Judge(List.of(Rule.parse("m > 5% for 1m")), EVERY);
        JudgeState state = JudgeState.start();
        for (long millis : new long[] {0, 10_000, 40_040, 50_010, 60_005}) {
            state = judge.next(state, new Measurement("m", Trace.START.plusMillis(millis), new Measurement.Value(0.4)));
        }
        assertThat(judge.judge(state, Trace.START.plusSeconds(61)).verdict())
                .as("two measurements were missing, and the next was 40 ms late")
                .isEqualTo(Verdict.FAIL);
    }

    private static Verdict afterAJump(Duration jump, int breached) {
        Judge judge = new Judge(List.of(Rule.parse("m > 5% for 1m")), EVERY);
        JudgeState state = after(judge, new Trace("m", EVERY, "..xxxxx").measurements());
        Instant now = Trace.START.plus(EVERY.multipliedBy(7)).plus(jump);
        for (int i = 0; i < breached; i++) {
            state = judge.next(
                    state, new Measurement("m", now.plus(EVERY.multipliedBy(i)), new Measurement.Value(0.4)));
        }
        return judge.judge(state, now.plus(EVERY.multipliedBy(breached - 1))).verdict();
    }

    @ParameterizedTest(name = "{0} s: decided after {1}")
    @CsvSource({
        "0, 2, another worker goes on at once",
        "20, 1, two rounds were missed",
        "3600, 7, an hour of silence is no hour of errors",
        "300, 7, a clock that is five minutes ahead",
        "-300, 7, a clock that is five minutes behind"
    })
    void neitherLosesNorInventsABreachWhenAnotherWorkerTakesOver(long seconds, int decided, String why) {
        Duration jump = Duration.ofSeconds(seconds);
        assertThat(afterAJump(jump, decided)).as(why).isEqualTo(Verdict.FAIL);
        if (decided > 1) {
            assertThat(afterAJump(jump, decided - 1)).as(why).isEqualTo(Verdict.INCONCLUSIVE);
        }
    }

    @Test
    void remembersNoMoreAfterAnHourThanAfterAMinute() throws Exception {
        Judge judge = new Judge(List.of(Rule.parse("m > 5% for 1m")), EVERY);
        int minute = Json.MAPPER
                .writeValueAsString(after(judge, new Trace("m", EVERY, "x.x-?.!x").measurements()))
                .length();
        int hours = Json.MAPPER
                .writeValueAsString(after(judge, new Trace("m", EVERY, "x.x-?.!x".repeat(500)).measurements()))
                .length();
        assertThat(hours).isLessThan(minute + 40);
    }

    @Test
    void countsARuleOnceThatThePlanHasTwice() {
        Judge judge = new Judge(List.of(Rule.parse("m > 5% for 1m"), Rule.parse("m > 5.0% for 60s")), EVERY);
        JudgeState state = after(judge, new Trace("m", EVERY, "xxxxxxx").measurements());
        assertThat(judge.judge(state, Trace.START).sentence()).contains("(7 measurements");
    }

    @Test
    void refusesToJudgeWithoutARule() {
        assertThatThrownBy(() -> new Judge(List.of(), EVERY)).hasMessageContaining("rollback-when");
    }
}
