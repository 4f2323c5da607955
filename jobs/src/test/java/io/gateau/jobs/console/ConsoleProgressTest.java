package io.gateau.jobs.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.Work;
import io.gateau.pipeline.progress.PlannedWork;
import io.gateau.pipeline.progress.ScoredWork;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private static final Pattern ELAPSED_AND_LEFT = Pattern.compile("\\(0:00:0\\d / 0:00:\\d\\d\\)");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final AtomicLong now = new AtomicLong();

  @Test
  void withoutATerminalThereIsALineEveryTenSecondsAndOneAtTheEnd() {
    ConsoleProgress progress = ConsoleProgress.lines(err, now::get);
    progress.start(new PlannedWork(40, 20, work(4000), work(1200), 7, 0.25));
    for (int second = 1; second <= 25; second++) {
      now.set(Duration.ofSeconds(second).toNanos());
      progress.update(done(second, second * 100L, second * 30L));
    }
    progress.finish();
    assertEquals(
        List.of(
            "Scoring 40 samples in 7 tasks, the largest 25.0 % of the work: some 1.2 k tokens, 3.6 MFLOP. 20 samples have stored signals.",
            "Scoring: 25 %, 10/40 samples, 30 tokens/s, 30 s left",
            "Scoring: 50 %, 20/40 samples, 30 tokens/s, 20 s left",
            "Scoring: 63 %, 25/40 samples, 30 tokens/s, 15 s left"),
        written().lines().toList());
    assertFalse(written().contains("\r"), "no carriage returns");
  }

  @Test
  void withoutATerminalTheLastLineIsNotRepeated() {
    ConsoleProgress progress = ConsoleProgress.lines(err, now::get);
    progress.start(planned(1, 0, 100));
    now.set(Duration.ofSeconds(10).toNanos());
    progress.update(done(1, 100, 50));
    progress.finish();
    assertEquals(2, written().lines().count(), written());
  }

  @Test
  void onATerminalThereIsABarWithSamplesSpeedAndTimeLeft() {
    ConsoleProgress progress = ConsoleProgress.bar(err, 120);
    progress.start(new PlannedWork(60, 0, work(1000), work(120_000), 7, 0.25));
    progress.update(done(15, 250, 30_000));
    progress.finish();
    String last = written().substring(written().lastIndexOf('\r') + 1);
    assertTrue(written().contains("\r"), "redraws its line");
    assertTrue(last.contains("25%"), last);
    assertTrue(last.contains("30/120k tokens"), last);
    assertTrue(last.contains("15/60 samples"), last);
    assertTrue(last.contains("tokens/s"), last);
    // The library may end the line before or after it draws the bar for the last time.
    assertTrue(ELAPSED_AND_LEFT.matcher(last).find(), () -> "elapsed and left: %s".formatted(last));
  }

  @Test
  void finishingWhatNeverStartedIsAllowed() {
    ConsoleProgress.bar(err, 80).finish();
    ConsoleProgress.lines(err, now::get).finish();
    assertEquals("", written());
  }

  @Test
  void nothingToScoreIsSaid() {
    ConsoleProgress progress = ConsoleProgress.lines(err, now::get);
    progress.start(PlannedWork.nothing(1_500));
    assertEquals("Nothing to score: 1,500 samples have stored signals.", written().strip());
  }

  /* A sample of four batches: nothing is finished, and half of it is done. */
  @Test
  void aLongSampleGoesOnBatchByBatch() {
    ScoredWork half = new ScoredWork(0, Work.NONE, Work.NONE, work(500));
    Pace pace = new Pace(planned(1, 0, 1000), half, Duration.ofSeconds(60));
    assertEquals(1000, pace.expectedTokens());
    assertEquals(0.5, pace.share());
    assertEquals("0/1 samples, 8 tokens/s, 1 min 0 s left", pace.text());
  }

  @Test
  void theTotalOfTokensIsWhatFinishedSamplesCostAndWhatTheOthersAreExpectedTo() {
    PlannedWork planned = new PlannedWork(60, 0, work(1000), work(80_000), 7, 0.25);
    Pace pace = new Pace(planned, done(15, 250, 30_000), Duration.ofSeconds(10));
    assertEquals(90_000L, pace.expectedTokens());
    assertEquals(3000.0, pace.tokensPerSecond(), 1e-9);
    assertEquals(Optional.of(Duration.ofSeconds(20)), pace.left());
  }

  @Test
  void timeLeftGoesByOperationsAndNotByTokens() {
    Work three = new Work(100, 3e9);
    Pace pace =
        new Pace(
            new PlannedWork(10, 0, new Work(400, 4e9), new Work(400, 4e9), 7, 0.25),
            new ScoredWork(1, three, three, three),
            Duration.ofSeconds(30));
    assertEquals(0.75, pace.share());
    assertEquals(Optional.of(Duration.ofSeconds(10)), pace.left());
  }

  @Test
  void beforeAnythingIsDoneNothingIsPromised() {
    Pace pace = new Pace(planned(60, 0, 1000), ScoredWork.NONE, Duration.ZERO);
    assertEquals(1000, pace.expectedTokens());
    assertEquals(Optional.empty(), pace.left());
    assertEquals("0/60 samples, 0 tokens/s, time left unknown", pace.text());
  }

  /** Samples that were planned to have some tokens, and had others. */
  private static ScoredWork done(long rows, long planned, long tokens) {
    return new ScoredWork(rows, work(planned), work(tokens), work(tokens));
  }

  private static Work work(long tokens) {
    return new Work(tokens, 3000.0 * tokens);
  }

  private static PlannedWork planned(long rows, long stored, long tokens) {
    return new PlannedWork(rows, stored, work(tokens), work(tokens), 7, 0.25);
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
