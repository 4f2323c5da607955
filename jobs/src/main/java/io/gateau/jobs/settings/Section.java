package io.gateau.jobs.settings;

/** The groups of settings in the help. */
public enum Section {
  INPUT("Input"),
  READING("Reading"),
  OUTPUT("Output"),
  MODELS("Models"),
  SCORING("Scoring (a change recomputes signals)"),
  PRUNING("Scoring only what can be selected"),
  SELECTION("Selection (needs no inference)"),
  CANDIDATES("Diversity, near-duplicates, evaluation sets (need no inference)"),
  SELECTED("Selected rows"),
  SPARK("Spark");

  public final String title;

  Section(String title) {
    this.title = title;
  }
}
