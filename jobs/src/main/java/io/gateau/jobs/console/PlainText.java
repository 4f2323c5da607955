package io.gateau.jobs.console;

import java.util.regex.Pattern;

/** Text from data for a terminal, which acts on some characters. */
public final class PlainText {
  /** Control characters and those that change the direction of writing. */
  private static final Pattern ACTING = Pattern.compile("[\\p{Cc}\\p{Cf}]");

  private PlainText() {}

  /** The text with a question mark in place of each character that acts. */
  public static String of(String text) {
    return ACTING.matcher(text).replaceAll("?");
  }
}
