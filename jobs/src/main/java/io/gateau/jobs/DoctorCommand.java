package io.gateau.jobs;

import io.gateau.jobs.console.Versions;
import io.gateau.jobs.doctor.Doctor;
import io.gateau.jobs.doctor.Examination;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what a machine or a cluster has and lacks: {@code gateau doctor}. */
@Command(
    name = "doctor",
    header = "Check Java, memory, libtorch, GPU, Spark, models and storage; say how to mend each.",
    description = {
      "",
      "Each line is ok, a warning or a fault. With models, input, output or a master, these are"
          + " checked too; in the output folder a file is written and deleted. Put what it prints"
          + " into a bug report: it holds no secrets. Exit code 2 if there is a fault."
    },
    customSynopsis = "gateau doctor [OPTIONS]",
    footer = {
      "",
      "Examples:",
      "  gateau doctor",
      "  gateau doctor --short-model models/4k --long-model models/64k --output s3a://bucket/out",
      "  gateau doctor --config conf/cluster.yaml --master spark://HOST:7077",
    })
public final class DoctorCommand implements SettingsCommand, Callable<Integer> {
  @Mixin private GeneralFlags general;
  @Spec private CommandSpec command;

  @Override
  public List<Section> sections() {
    return List.of(Section.INPUT, Section.OUTPUT, Section.MODELS, Section.SPARK);
  }

  @Override
  public boolean isVerbose() {
    return general.isVerbose();
  }

  @Override
  public Integer call() {
    Settings settings =
        Settings.resolve(
            Map.of(), Flags.given(command.commandLine().getParseResult()), general.config());
    Doctor doctor = Examination.of(settings, Versions.gateau(), command.qualifiedName());
    doctor.print(System.out);
    return doctor.isFault() ? ExitCode.WRONG_INPUT : ExitCode.DONE;
  }
}
