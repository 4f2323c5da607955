package io.gateau.score;

import java.util.Locale;

/** Which model a signal is taken from: GATEAU (arXiv 2410.15633) section 3.1. */
public enum ModelRole {
  /** The short-context model A. */
  SHORT,
  /** Its long-context sibling B, which reads the same tokens. */
  LONG,
  /** A model of another family in the place of A: Non-Homologous Models' Guidance. */
  UNRELATED;

  private final String code = name().toLowerCase(Locale.ROOT);

  /** The name in columns, folders and messages. */
  public String code() {
    return code;
  }
}
