package io.gateau.planted;

/** Counts words and signs, the tokens of the embedded pair: a stand-in for other tokenizers. */
public final class WordCount {
  private WordCount() {}

  /** The number of words and signs of a text. */
  public static int of(String text) {
    return Words.of(text).size();
  }
}
