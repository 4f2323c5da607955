package io.gateau.planted;

import java.util.BitSet;
import java.util.List;

/**
 * A document with questions and answers in the form of the prompt template, as words.
 *
 * @param words the text; each word is one token
 * @param answers positions of the words of the answers
 * @param values positions of those words of the answers that the question does not give
 */
public record TrainingText(List<String> words, BitSet answers, BitSet values) {
  public TrainingText {
    words = List.copyOf(words);
    answers = (BitSet) answers.clone();
    values = (BitSet) values.clone();
    BitSet elsewhere = (BitSet) values.clone();
    elsewhere.andNot(answers);
    if (answers.length() > words.size() || !elsewhere.isEmpty()) {
      throw new IllegalArgumentException(
          "answers end at word %d of %d, and values outside of them are %s"
              .formatted(answers.length(), words.size(), elsewhere));
    }
  }

  /** Positions of the words of the answers; a copy. */
  @Override
  public BitSet answers() {
    return (BitSet) answers.clone();
  }

  /** Positions of the words of the answers that the question does not give; a copy. */
  @Override
  public BitSet values() {
    return (BitSet) values.clone();
  }
}
