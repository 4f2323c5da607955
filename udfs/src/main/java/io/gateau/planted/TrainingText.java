package io.gateau.planted;

import java.util.BitSet;
import java.util.List;

/**
 * A document with questions and answers in the form of the prompt's template, as words.
 *
 * @param words the text, each word one token
 * @param answers the words of the answers, which stand after a Response mark
 * @param values of these, the words that the question does not give: where recall is measured
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

  @Override
  public BitSet answers() {
    return (BitSet) answers.clone();
  }

  @Override
  public BitSet values() {
    return (BitSet) values.clone();
  }
}
