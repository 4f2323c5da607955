package io.gateau.jobs.console;

import io.gateau.pipeline.progress.ScoreProgress;
import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;

/** The progress of scoring: a bar on a terminal, a plain line every ten seconds elsewhere. */
public abstract sealed class ConsoleProgress implements ScoreProgress {
  /** Set to true by the launcher if standard error is a terminal; Java itself cannot tell. */
  static final String TERMINAL_PROPERTY = "gateau.terminal";

  private final LongSupplier nanoTime;
  private long startNanos;
  private long totalRows;
  private long totalCharacters;

  private ConsoleProgress(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  public static ConsoleProgress onStandardError() {
    return Boolean.getBoolean(TERMINAL_PROPERTY)
        ? bar(System.err)
        : lines(System.err, System::nanoTime);
  }

  /** A bar that redraws itself over the width of the terminal. */
  static ConsoleProgress bar(PrintStream err) {
    return new Bar(new ConsoleProgressBarConsumer(err));
  }

  /** A bar of a given width. */
  static ConsoleProgress bar(PrintStream err, int width) {
    return new Bar(new ConsoleProgressBarConsumer(err, width));
  }

  /** One line every ten seconds, and one at the end. */
  static ConsoleProgress lines(PrintStream err, LongSupplier nanoTime) {
    return new Lines(err, nanoTime);
  }

  @Override
  public void start(long rows, long stored, long characters) {
    startNanos = nanoTime.getAsLong();
    totalRows = rows;
    totalCharacters = characters;
  }

  @Override
  public void update(long rows, long characters, long tokens) {
    Duration elapsed = Duration.ofNanos(nanoTime.getAsLong() - startNanos);
    show(new Pace(rows, totalRows, characters, totalCharacters, tokens, elapsed));
  }

  abstract void show(Pace pace);

  /** Shares, tokens, elapsed and remaining time and speed are the library's. */
  private static final class Bar extends ConsoleProgress {
    private static final int REDRAW_MILLIS = 500;

    private final ConsoleProgressBarConsumer console;
    private ProgressBar bar;

    Bar(ConsoleProgressBarConsumer console) {
      super(System::nanoTime);
      this.console = console;
    }

    @Override
    public void start(long rows, long stored, long characters) {
      super.start(rows, stored, characters);
      bar =
          ProgressBar.builder()
              .setTaskName("Scoring")
              .setInitialMax(-1)
              .setUnit("k tokens", 1000)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(REDRAW_MILLIS)
              .setConsumer(console)
              .showSpeed(new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
              .build();
    }

    @Override
    void show(Pace pace) {
      bar.maxHint(pace.expectedTokens().orElse(-1L));
      bar.stepTo(pace.tokens());
      bar.setExtraMessage(" %s".formatted(pace.samples()));
    }

    @Override
    public void finish() {
      if (bar != null) {
        bar.close();
      }
    }
  }

  private static final class Lines extends ConsoleProgress {
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final PrintStream err;
    private Duration next = PAUSE;
    private Pace last;
    private boolean lastIsShown;

    Lines(PrintStream err, LongSupplier nanoTime) {
      super(nanoTime);
      this.err = err;
    }

    @Override
    public void start(long rows, long stored, long characters) {
      super.start(rows, stored, characters);
      err.printf("Scoring %d samples; %d have stored signals.%n", rows, stored);
      err.flush();
    }

    @Override
    void show(Pace pace) {
      last = pace;
      lastIsShown = pace.elapsed().compareTo(next) >= 0;
      if (lastIsShown) {
        next = pace.elapsed().plus(PAUSE);
        print();
      }
    }

    @Override
    public void finish() {
      if (last != null && !lastIsShown && !Interruption.isUnderway()) {
        print();
      }
    }

    private void print() {
      err.printf(Locale.ROOT, "Scoring: %.0f %%, %s%n", 100 * last.share(), last.text());
      err.flush();
    }
  }
}
