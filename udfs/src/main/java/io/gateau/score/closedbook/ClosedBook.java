package io.gateau.score.closedbook;

import io.gateau.model.Devices;
import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.Processor;
import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.model.tokenizer.SpecialTokens;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ResponseLoss;
import io.gateau.score.SampleScorer;
import io.gateau.score.ScoringConfig;
import io.gateau.score.TokenizedSample;
import java.util.List;

/**
 * How well a model knows answers without any context: the mean loss (nats) of the response in the
 * sequence of docs/method.md, "A sample", whose context is empty. For one thread.
 */
public final class ClosedBook {
  private static final ResponseLoss LOSS = new ResponseLoss();

  private final ModelSpec spec;
  private final PromptTemplate template;
  private final Tokenizer tokenizer;
  private final SampleScorer scorer;

  private ClosedBook(ModelSpec spec, PromptTemplate template) {
    this.template = template;
    this.spec = spec;
    this.tokenizer = ModelCache.get(spec).tokenizer();
    this.scorer = SampleScorer.of(spec, ScoringConfig.DEFAULT);
  }

  /** A question and its answer. */
  public record Ask(String instruction, String response) {}

  /**
   * Loads a model, which stays in memory.
   *
   * @param template around question and answer
   * @throws ModelException if it cannot be used
   */
  public static ClosedBook open(ModelSpec spec, PromptTemplate template) {
    Processor processor = Devices.isGpu(spec.device()) ? Processor.GPU : Processor.thisCpu();
    return new ClosedBook(ModelCache.resolve(spec, processor), template);
  }

  /** The tokens of a text, encoded on its own. */
  public int tokens(String text) {
    return tokenizer.encode(text).length;
  }

  /**
   * The mean loss of each response, given the question alone.
   *
   * @return as many as questions, 0 or more but for rounding
   * @throws ModelException if the device has not the memory for one of them
   */
  public double[] losses(List<Ask> questions) {
    List<TokenizedSample> samples =
        questions.stream()
            .map(
                one ->
                    TokenizedSample.whole(
                        tokenizer,
                        template,
                        SpecialTokens.TEXT,
                        "",
                        one.instruction(),
                        one.response()))
            .toList();
    return scorer.score(samples, List.of(LOSS)).stream()
        .map(
            values ->
                values.orElseThrow(
                    () ->
                        new ModelException(
                            "a question alone does not fit into the memory beside %s; use a smaller model or another --device"
                                .formatted(spec.path()))))
        .mapToDouble(values -> (double) values.get(LOSS).get(0))
        .toArray();
  }
}
