package io.gateau.planted;

/**
 * The settings of training texts.
 *
 * @param questions number of questions after a document, 1 to 24; fewer if they do not fit into
 *     half of the text
 * @param facts number of facts (or chains of two) that a question asks for, 1 to 4
 * @param twoHopShare share of the questions that need two facts one after the other, in [0, 1]
 * @param worldShare share of the questions about world facts, which are the same in every text and
 *     never in the document, in [0, 1]
 * @param absentShare share of the questions about names that the document does not have, answered
 *     at random, so that the model learns to be unsure; in [0, 1]
 * @param givenShare share of the questions that state the facts themselves, in [0, 1]
 * @param tokensPerFact mean number of tokens for each fact in a document
 */
public record TrainingTextConfig(
    IntRange questions,
    IntRange facts,
    double twoHopShare,
    double worldShare,
    double absentShare,
    double givenShare,
    int tokensPerFact) {
  /** Most questions ask for facts of the document. */
  public static final TrainingTextConfig DEFAULT =
      new TrainingTextConfig(new IntRange(4, 12), new IntRange(1, 2), 0, 0.2, 0.1, 0.1, 80);

  public TrainingTextConfig {
    if (questions.low() < 1 || questions.high() > 24 || facts.low() < 1 || facts.high() > 4) {
      throw new IllegalArgumentException(
          "%s questions of %s facts; give 1..24 questions and 1..4 facts"
              .formatted(questions, facts));
    }
    if (tokensPerFact < 2 * Fact.SENTENCE_WORDS) {
      throw new IllegalArgumentException(
          "%d tokens per fact; give %d or more".formatted(tokensPerFact, 2 * Fact.SENTENCE_WORDS));
    }
    for (double share : new double[] {twoHopShare, worldShare, absentShare, givenShare}) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("the share %s is outside [0, 1]".formatted(share));
      }
    }
    if (worldShare + absentShare + givenShare > 1) {
      throw new IllegalArgumentException(
          "the shares of questions make %s; at most 1 leaves the rest for recall"
              .formatted(worldShare + absentShare + givenShare));
    }
  }

  /** The words of the shortest text: a document in one half, any single question in the other. */
  public int fewestWords() {
    int hops = twoHopShare > 0 ? 2 : 1;
    int factWords = facts.high() * hops * Fact.SENTENCE_WORDS;
    int questionWords = facts.high() * (hops == 2 ? 13 : 9);
    int markWords = 9;
    return Math.max(
        128, 2 * (markWords + questionWords + factWords + (givenShare > 0 ? factWords : 0)));
  }
}
