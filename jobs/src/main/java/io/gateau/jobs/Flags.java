package io.gateau.jobs;

import io.gateau.jobs.settings.Given;
import io.gateau.jobs.settings.Keys;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The settings as options of a command, in groups as the sections have them. */
final class Flags {
  private Flags() {}

  /** Gives a command the flags of some sections. */
  static void addTo(CommandSpec command, List<Section> sections) {
    for (Section section : sections) {
      ArgGroupSpec.Builder group =
          ArgGroupSpec.builder()
              .heading("%n" + section.title + ":%n")
              .order(sections.indexOf(section))
              .exclusive(false)
              .validate(false);
      Keys.ALL.stream()
          .filter(setting -> setting.section() == section && setting.flag().isPresent())
          .forEach(setting -> group.addArg(option(setting)));
      command.addArgGroup(group.build());
    }
  }

  private static OptionSpec option(Setting<?> setting) {
    OptionSpec.Builder option =
        OptionSpec.builder(setting.flag().orElseThrow())
            .paramLabel(setting.label())
            .order(Keys.ALL.indexOf(setting))
            .description(description(setting).replace("%", "%%"));
    if (setting.parser().takesSeveral()) {
      return option.arity("1..*").type(List.class).auxiliaryTypes(String.class).build();
    }
    setting.fallbackValue().ifPresent(option::fallbackValue);
    return option
        .arity(setting.fallbackValue().isPresent() ? "0..1" : "1")
        .type(String.class)
        .build();
  }

  private static String description(Setting<?> setting) {
    return setting.description()
        + setting.defaultValue().map(text -> " Default: " + text + ".").orElse("");
  }

  /** What was given of them. */
  static Map<Setting<?>, Given> given(ParseResult parsed) {
    Map<Setting<?>, Given> result = new HashMap<>();
    for (Setting<?> setting : Keys.ALL) {
      setting
          .flag()
          .filter(parsed::hasMatchedOption)
          .map(flag -> new Given(parsed.matchedOption(flag).stringValues(), flag))
          .ifPresent(given -> result.put(setting, given));
    }
    return result;
  }
}
