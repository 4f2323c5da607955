package io.gateau.jobs.console;

import io.gateau.pipeline.progress.PlannedWork;
import io.gateau.pipeline.progress.ScoreProgress;
import io.gateau.pipeline.progress.ScoredWork;
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
  private PlannedWork planned = PlannedWork.nothing(0);

  private final PrintStream err;

  private ConsoleProgress(PrintStream err, LongSupplier nanoTime) {
    this.err = err;
    this.nanoTime = nanoTime;
  }

  public static ConsoleProgress onStandardError() {
    return Boolean.getBoolean(TERMINAL_PROPERTY)
        ? bar(System.err)
        : lines(System.err, System::nanoTime);
  }

  /** A bar that redraws itself over the width of the terminal. */
  static ConsoleProgress bar(PrintStream err) {
    return new Bar(err, new ConsoleProgressBarConsumer(err));
  }

  /** A bar of a given width. */
  static ConsoleProgress bar(PrintStream err, int width) {
    return new Bar(err, new ConsoleProgressBarConsumer(err, width));
  }

  /** One line every ten seconds, and one at the end. */
  static ConsoleProgress lines(PrintStream err, LongSupplier nanoTime) {
    return new Lines(err, nanoTime);
  }

  @Override
  public void note(String sentence) {
    err.println(sentence);
    err.flush();
  }

  @Override
  public void start(PlannedWork work) {
    startNanos = nanoTime.getAsLong();
    planned = work;
  }

  @Override
  public void update(ScoredWork done) {
    show(new Pace(planned, done, Duration.ofNanos(nanoTime.getAsLong() - startNanos)));
  }

  /** What is going to be done, in a sentence or two. */
  static String text(PlannedWork work) {
    if (work.rows() == 0) {
      return String.format(
          Locale.ROOT, "Nothing to score: %,d samples have stored signals.", work.stored());
    }
    return String.format(
        Locale.ROOT,
        "Scoring %,d samples in %,d tasks, the largest %.1f %% of the work: some %s tokens, %sFLOP. %,d samples have stored signals.",
        work.rows(),
        work.tasks(),
        100 * work.largestTask(),
        Amounts.text((double) work.expected().tokens()),
        Amounts.text(work.expected().flops()),
        work.stored());
  }

  abstract void show(Pace pace);

  /** Shares, tokens, elapsed and remaining time and speed are the library's. */
  private static final class Bar extends ConsoleProgress {
    private static final int REDRAW_MILLIS = 500;

    private final PrintStream err;
    private final ConsoleProgressBarConsumer console;
    private ProgressBar bar;

    Bar(PrintStream err, ConsoleProgressBarConsumer console) {
      super(err, System::nanoTime);
      this.err = err;
      this.console = console;
    }

    @Override
    public void start(PlannedWork work) {
      super.start(work);
      err.println(text(work));
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
      bar.maxHint(pace.expectedTokens());
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
      super(err, nanoTime);
      this.err = err;
    }

    @Override
    public void start(PlannedWork work) {
      super.start(work);
      err.println(text(work));
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
