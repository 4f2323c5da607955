package io.gateau.planted.real;

import java.util.List;

/** Measures how well a model knows answers without their documents. */
@FunctionalInterface
public interface AnswerLoss {
  /** Mean loss (nats) of the response of each question, given the question alone. */
  double[] of(List<DocumentQuestion> questions);
}
