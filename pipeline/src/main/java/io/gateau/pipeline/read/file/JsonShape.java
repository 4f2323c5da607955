package io.gateau.pipeline.read.file;

/** What the name of a JSON file says about how its text holds records. */
public enum JsonShape {
  /** Every line that is not blank is a record. */
  LINES,
  /** An array of records if it begins with {@code [}, else lines. */
  ARRAY_OR_LINES
}
