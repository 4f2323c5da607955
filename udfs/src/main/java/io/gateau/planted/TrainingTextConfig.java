package io.gateau.planted;

/**
 * What training texts are like.
 *
 * @param questions asked after a document, as many of them as fit into half of the text
 * @param facts number of facts (or chains of two) that a question asks for
 * @param twoHopShare share of the questions that lead over an ally
 * @param worldShare share of the questions about {@link WorldFacts}
 * @param absentShare share of the questions about names that the document does not have, answered
 *     at random: what can be learned from them is not to be sure
 * @param givenShare share of the questions that tell the facts themselves
 * @param tokensPerFact how thickly facts stand in a document
 */
public record TrainingTextConfig(
    IntRange questions,
    IntRange facts,
    double twoHopShare,
    double worldShare,
    double absentShare,
    double givenShare,
    int tokensPerFact) {
  /** Mostly recall from the document. */
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
          tokensPerFact + " tokens per fact; give " + 2 * Fact.SENTENCE_WORDS + " or more");
    }
    for (double share : new double[] {twoHopShare, worldShare, absentShare, givenShare}) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("the share " + share + " is outside [0, 1]");
      }
    }
    if (worldShare + absentShare + givenShare > 1) {
      throw new IllegalArgumentException(
          "the shares of questions make %s; at most 1 leaves the rest for recall"
              .formatted(worldShare + absentShare + givenShare));
    }
  }

  /** The shortest text that has room for a document and, in its other half, any one question. */
  public int fewestWords() {
    int hops = twoHopShare > 0 ? 2 : 1;
    int told = facts.high() * hops * Fact.SENTENCE_WORDS;
    int asked = facts.high() * (hops == 2 ? 13 : 9);
    int marks = 9;
    return Math.max(128, 2 * (marks + asked + told + (givenShare > 0 ? told : 0)));
  }
}
