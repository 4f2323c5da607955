package io.gateau.jobs.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    progress.start(40, 20, 4000);
    for (int second = 1; second <= 25; second++) {
      now.set(Duration.ofSeconds(second).toNanos());
      progress.update(second, second * 100L, second * 30L);
    }
    progress.finish();
    assertEquals(
        List.of(
            "Scoring 40 samples; 20 have stored signals.",
            "Scoring: 25 %, 10/40 samples, 30 tokens/s, 30 s left",
            "Scoring: 50 %, 20/40 samples, 30 tokens/s, 20 s left",
            "Scoring: 63 %, 25/40 samples, 30 tokens/s, 15 s left"),
        written().lines().toList());
    assertFalse(written().contains("\r"), "no carriage returns");
  }

  @Test
  void withoutATerminalTheLastLineIsNotRepeated() {
    ConsoleProgress progress = ConsoleProgress.lines(err, now::get);
    progress.start(1, 0, 100);
    now.set(Duration.ofSeconds(10).toNanos());
    progress.update(1, 100, 50);
    progress.finish();
    assertEquals(2, written().lines().count(), written());
  }

  @Test
  void onATerminalThereIsABarWithSamplesSpeedAndTimeLeft() {
    ConsoleProgress progress = ConsoleProgress.bar(err, 120);
    progress.start(60, 0, 1000);
    progress.update(15, 250, 30_000);
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
  void theTotalOfTokensIsEstimatedFromCharacters() {
    Pace pace = new Pace(15, 60, 250, 1000, 30_000, Duration.ofSeconds(10));
    assertEquals(Optional.of(120_000L), pace.expectedTokens());
    assertEquals(3000.0, pace.tokensPerSecond(), 1e-9);
    assertEquals(Optional.of(Duration.ofSeconds(30)), pace.left());
  }

  @Test
  void beforeAnythingIsDoneNothingIsPromised() {
    Pace pace = new Pace(0, 60, 0, 1000, 0, Duration.ZERO);
    assertEquals(Optional.empty(), pace.expectedTokens());
    assertEquals(Optional.empty(), pace.left());
    assertEquals("0/60 samples, 0 tokens/s, time left unknown", pace.text());
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
