package io.gateau.jobs;

import io.gateau.jobs.settings.Section;
import java.util.List;

/** A command whose flags are settings. */
interface SettingsCommand {
  /** The groups of settings that the command has flags for, in the order of its help. */
  List<Section> sections();

  /** Whether the stack trace of an error is shown. */
  boolean isVerbose();
}
