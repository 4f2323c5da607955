package io.gateau.score;

import java.util.Locale;

/**
 * Which of the two sibling models a signal is taken from: GATEAU (arXiv 2410.15633) section 3.1.
 */
public enum ModelRole {
  /** The short-context model A. */
  SHORT,
  /** Its long-context sibling B. */
  LONG;

  /** The name in columns, folders and messages. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
