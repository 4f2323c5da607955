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

/** The flags of a command that are settings, grouped by section. */
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
    return setting
        .defaultValue()
        .map(text -> "%s Default: %s.".formatted(setting.description(), text))
        .orElse(setting.description());
  }

  /** The settings whose flags were given, with the values. */
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
