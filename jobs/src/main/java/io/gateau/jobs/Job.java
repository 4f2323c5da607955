package io.gateau.jobs;

import io.gateau.jobs.console.Interruption;
import io.gateau.jobs.console.Report;
import io.gateau.jobs.session.Sessions;
import io.gateau.jobs.settings.Setting;
import io.gateau.jobs.settings.Settings;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that runs on Spark: settings first, then a session, then the work and its summary. */
public abstract class Job implements SettingsCommand, Callable<Integer> {
  @Mixin private GeneralFlags general;
  @Spec private CommandSpec command;

  /** Checks the settings before anything is started, and returns the work that they ask for. */
  abstract Work plan(Settings settings);

  /** What is to be done once Spark runs. */
  interface Work {
    Report execute(SparkSession spark);
  }

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
    PrintStream out = System.out;
    return Interruption.announcing(
        afterInterruption(settings),
        System.err,
        () -> {
          SparkSession spark = Sessions.open(settings, command.qualifiedName());
          try {
            work.execute(spark).print(out);
          } finally {
            spark.stop();
          }
          return ExitCode.DONE;
        });
  }

  /** Runs a job as the main class of spark-submit. */
  static void main(Job job, String[] args) {
    int code = Cli.execute(Cli.of(job), args);
    // Returning is what Spark on YARN takes for success; exit would be a failure there.
    if (code != ExitCode.DONE) {
      System.exit(code);
    }
  }
}
