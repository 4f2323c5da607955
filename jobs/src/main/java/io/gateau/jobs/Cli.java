package io.gateau.jobs;

import io.gateau.jobs.console.Interruption;
import io.gateau.jobs.console.Versions;
import io.gateau.pipeline.read.file.Secrets;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Command lines: flags, help, exit codes and messages of errors are the same for all commands. */
final class Cli {
  private static final int HELP_WIDTH = 100;

  private Cli() {}

  /** The command line of a command, its subcommands with it. */
  static CommandLine of(Object command) {
    CommandLine line = new CommandLine(command);
    complete(line);
    line.getSubcommands().values().forEach(Cli::complete);
    return line.setUsageHelpWidth(HELP_WIDTH)
        .setExecutionExceptionHandler((thrown, at, parsed) -> failed(thrown, at))
        .setParameterExceptionHandler(Cli::misused);
  }

  private static void complete(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    if (line.getCommand() instanceof SettingsCommand settings) {
      Flags.addTo(spec, settings.sections());
    }
    spec.versionProvider(new Versions())
        .usageMessage()
        .sortOptions(false)
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(ExitCode.explained());
  }

  /** Runs a command; errors of the JVM become messages and exit codes too. */
  static int execute(CommandLine line, String... args) {
    try {
      return line.execute(args);
    } catch (Error e) {
      // A large job may end with an OutOfMemoryError; the user gets a message like any other.
      List<CommandLine> chosen = line.getParseResult().asCommandLineList();
      return failed(e, chosen.get(chosen.size() - 1));
    }
  }

  private static int failed(Throwable thrown, CommandLine at) {
    if (Interruption.isUnderway()) {
      return ExitCode.INTERRUPTED;
    }
    Failure failure = Failure.of(thrown);
    PrintWriter err = at.getErr();
    err.println(at.getColorScheme().errorText(failure.message()));
    if (at.getCommand() instanceof SettingsCommand settings && settings.isVerbose()) {
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      err.print(Secrets.masked(trace.toString()));
    }
    err.flush();
    return failure.exitCode();
  }

  private static int misused(ParameterException thrown, String[] args) {
    CommandLine at = thrown.getCommandLine();
    PrintWriter err = at.getErr();
    err.println(
        at.getColorScheme().errorText(Secrets.masked("gateau: %s".formatted(thrown.getMessage()))));
    UnmatchedArgumentException.printSuggestions(thrown, err);
    err.println("Try `%s --help`.".formatted(at.getCommandSpec().qualifiedName()));
    err.flush();
    return ExitCode.WRONG_INPUT;
  }
}
