package io.gateau.pipeline.redundancy;

/** The columns of the tables from which near-duplicates are found. */
final class SketchColumns {
  /** A hash of all shingles of the texts of a sample. */
  static final String FINGERPRINT = "fingerprint";

  /** The hashes of the bands of a sample's signature. */
  static final String BANDS = "bands";

  /** One of these hashes. */
  static final String BAND = "band";

  /** The shingles of each text, 8 bytes each. */
  static final String SHINGLES = "shingles";

  /** The best sample with the same shingles. */
  static final String FIRST = "first";

  /** The id of the sample of a pair that ranks lower, and its score. */
  static final String WORSE = "worse";

  static final String WORSE_SCORE = "worse_score";

  /** The id of the sample of a pair that ranks higher, and its score. */
  static final String BETTER = "better";

  static final String BETTER_SCORE = "better_score";

  /** How similar the texts of a pair are, in the order of the texts. */
  static final String SIMILARITIES = "similarities";

  private SketchColumns() {}
}
