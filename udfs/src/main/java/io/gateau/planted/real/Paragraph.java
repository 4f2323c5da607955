package io.gateau.planted.real;

import java.util.Locale;

/**
 * A paragraph of a document.
 *
 * @param text as it stands there
 * @param folded in lower case, for {@link Answers}
 */
public record Paragraph(String text, String folded) {
  static Paragraph of(String text) {
    return new Paragraph(text, text.toLowerCase(Locale.ROOT));
  }
}
