package io.gateau.planted.real;

/**
 * A piece of a text.
 *
 * @param start of its first character, from 0
 * @param end behind its last character
 */
public record Span(int start, int end) {
  /** The piece itself. */
  public String of(String text) {
    return text.substring(start, end);
  }
}
