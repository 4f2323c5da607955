package io.gateau.jobs;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code gateau}. */
@Command(
    name = "gateau",
    header = "Selects the long instruction samples that are worth training on.",
    description = {
      "",
      "Scores every sample with two models that differ in their context window, ranks the samples"
          + " by what only the long window explains and by where the long model's attention fails"
          + " (GATEAU, arXiv 2410.15633), and keeps the top of the ranking."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands (each has its own --help):%n",
    optionListHeading = "%nOptions:%n",
    subcommands = {
      DemoJob.class,
      EstimateJob.class,
      RunJob.class,
      ScoreJob.class,
      SelectJob.class,
      CompareJob.class,
      SweepJob.class,
      EvaluateJob.class,
      GenerateCommand.class,
      TrainPairCommand.class,
      FineTuneCommand.class,
      MemoryCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      GenerateCompletion.class
    },
    footer = {
      "",
      "Examples:",
      "  gateau demo",
      "  gateau run --input samples.jsonl --short-model models/4k --long-model models/64k \\",
      "      --percent 30 --output out/first",
      "  gateau select --output out/first --alpha 0.7 --percent 10",
      "",
      "Completion of commands and flags in bash and zsh: source <(gateau generate-completion)",
      "Memory and the like for the JVM: GATEAU_JAVA_OPTS=-Xmx16g gateau run ...",
      "After a crash of a native library, exit codes 134, 139 and 75, the launcher starts run and",
      "score again, up to 20 times; GATEAU_RESTARTS=N for another number, 0 for none."
    })
public final class Gateau implements Runnable {
  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new ParameterException(
        command.commandLine(),
        "a command is missing: %s; gateau demo shows what it does"
            .formatted(String.join(", ", command.subcommands().keySet())));
  }

  static CommandLine commandLine() {
    return Cli.of(new Gateau());
  }

  public static void main(String[] args) {
    System.exit(Cli.execute(commandLine(), args));
  }
}
