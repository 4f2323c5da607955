package io.gateau.jobs.settings;

/** The groups of settings in the help. */
public enum Section {
  INPUT_AND_OUTPUT("Input and output"),
  MODELS("Models"),
  SCORING("Scoring (a change means inference anew)"),
  SELECTION("Selection (never means inference)"),
  SPARK("Spark");

  public final String title;

  Section(String title) {
    this.title = title;
  }
}
