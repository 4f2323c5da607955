package io.gateau.jobs.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.candidates.RankedSamples;
import io.gateau.pipeline.selected.SelectedTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void aRunIsSummedUp() {
    Summary summary =
        new Summary(
            60,
            6,
            Map.of("broken-json", 2L, "too-short", 4L),
            Optional.of(new Summary.Scoring(44, 10, 360, 1_234_567)),
            Optional.of(
                new Summary.Selection(
                    "gateau",
                    16,
                    38,
                    List.of(
                        new RankedSamples.Shown("a", 0.9, "score 0.900"),
                        new RankedSamples.Shown(
                            "b\u001b[31m\n" + "x".repeat(80), 0.8, "score 0.800")),
                    Optional.of(0.5),
                    Optional.of(0.25),
                    98_765,
                    OptionalLong.of(100_000),
                    27,
                    28,
                    true,
                    Optional.of(
                        new SelectedTable.Commit("lake.db.t", "iceberg", Optional.of(7L))))),
            Duration.ofSeconds(151),
            "out/first");
    assertEquals(
        List.of(
            "",
            "44 of 54 samples scored, 10 had stored signals",
            "rows in                60",
            "  selected             16",
            "  unselected           38",
            "  rejected             6",
            "    too-short          4",
            "    broken-json        2",
            "tokens read            1,234,567",
            "sequences read         360",
            "tokens selected        98,765 of 100,000 allowed (98.8 %)",
            "cut to max-tokens      27 (50.0 % of the ranked): the models did not read the beginning of their contexts",
            "warning                the long model gives 52 % of the responses a perplexity above 1,000: it seems not to know this language or format, so the ranking says little; use models that do",
            "cut                    lowest score selected 0.500000, highest not selected 0.250000",
            "best by gateau",
            "  a: score 0.900",
            "  b?[31m?" + "x".repeat(53) + "...: score 0.800",
            "the selection that was there is replaced; --name keeps selections side by side",
            "wall time              2 min 31 s",
            "output                 out/first",
            "table                  lake.db.t (iceberg, version 7)"),
        summary.lines());
  }

  @Test
  void aSecondRunSaysThatNothingWasScoredAnew() {
    Summary summary =
        new Summary(
            54,
            0,
            Map.of(),
            Optional.of(new Summary.Scoring(0, 54, 0, 0)),
            Optional.empty(),
            Duration.ofMillis(4250),
            "out/first");
    assertTrue(
        summary.lines().contains("nothing was scored anew: 54 of 54 samples had stored signals"),
        summary.lines().toString());
    assertTrue(
        summary.lines().contains("wall time              4.2 s"), summary.lines().toString());
  }

  @Test
  void durationsReadAsPeopleSayThem() {
    assertEquals("0.0 s", Durations.text(Duration.ZERO));
    assertEquals("9.9 s", Durations.text(Duration.ofMillis(9_999)));
    assertEquals("59 s", Durations.text(Duration.ofMillis(59_999)));
    assertEquals("1 min 0 s", Durations.text(Duration.ofSeconds(60)));
    assertEquals("26 h 5 min", Durations.text(Duration.ofMinutes(26 * 60 + 5)));
  }
}
