package io.gateau.jobs;

import io.gateau.jobs.console.Interruption;
import io.gateau.jobs.console.Report;
import io.gateau.jobs.session.Sessions;
import io.gateau.jobs.settings.Setting;
import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.start.StartChecks;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that runs on Spark: it resolves and checks settings, opens a session, and reports. */
public abstract class Job implements SettingsCommand, Callable<Integer> {
  @Mixin private GeneralFlags general;
  @Spec private CommandSpec command;

  /** Checks the settings before anything is started, and returns the work that they ask for. */
  abstract Work plan(Settings settings);

  /**
   * The work of a command.
   *
   * @param checks what can be found wrong before Spark starts
   * @param report the part that needs Spark
   */
  record Work(Consumer<StartChecks> checks, Function<SparkSession, Report> report) {}

  /** Defaults of this command in place of the usual ones; a file wins over them. */
  Map<Setting<?>, String> defaults() {
    return Map.of();
  }

  /** What to say when Ctrl-C ends the job. */
  abstract String afterInterruption(Settings settings);

  @Override
  public final boolean isVerbose() {
    return general.isVerbose();
  }

  @Override
  public final Integer call() {
    Settings settings =
        Settings.resolve(
            defaults(), Flags.given(command.commandLine().getParseResult()), general.config());
    Work work = plan(settings);
    StartChecks checks =
        new StartChecks(Sessions.conf(settings, command.qualifiedName()), System.getenv());
    checks.temporaryFolders();
    work.checks().accept(checks);
    PrintStream out = System.out;
    return Interruption.announcing(
        afterInterruption(settings),
        System.err,
        () -> {
          SparkSession spark = Sessions.open(settings, command.qualifiedName());
          try {
            work.report().apply(spark).print(out);
          } finally {
            spark.stop();
          }
          return ExitCode.DONE;
        });
  }

  /** Runs a job as the main class of spark-submit. */
  static void main(Job job, String[] args) {
    int code = Cli.execute(Cli.of(job), args);
    // Spark on YARN takes a return for success and any exit for a failure.
    if (code != ExitCode.DONE) {
      System.exit(code);
    }
  }
}
