package io.gateau.jobs;

import io.gateau.jobs.console.Interruption;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.Setting;
import io.gateau.jobs.settings.Settings;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that runs on Spark: settings first, then a session, then the work and its summary. */
public abstract class Job implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Spec private CommandSpec command;

  /** The groups of settings that the command has flags for. */
  abstract List<Section> sections();

  /** Checks, before anything is started, that the settings make a whole; gives the work. */
  abstract Work plan(Settings settings);

  /** What is to be done once Spark runs. */
  interface Work {
    Report execute(SparkSession spark);
  }

  /** What a job says at its end. */
  public interface Report {
    void print(PrintStream out);
  }

  /**
   * Values that this command has where others have none or another default; a file wins over it.
   */
  Map<Setting<?>, String> usual() {
    return Map.of();
  }

  /** What to say when Ctrl-C ends the job. */
  abstract String afterInterruption(Settings settings);

  boolean isVerbose() {
    return common.isVerbose();
  }

  @Override
  public final Integer call() {
    Settings settings =
        Settings.resolve(
            usual(), Flags.given(command.commandLine().getParseResult()), common.config());
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
