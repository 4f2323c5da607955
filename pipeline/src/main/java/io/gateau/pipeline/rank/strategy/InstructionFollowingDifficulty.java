package io.gateau.pipeline.rank.strategy;

import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_LOSS;

import io.gateau.score.BareResponseLoss;
import io.gateau.score.ModelSignal;
import java.util.List;
import java.util.Optional;

/**
 * Instruction-Following Difficulty of Cherry (arXiv 2308.12032): how little context and instruction
 * help the long model with the response.
 *
 * <pre>
 *   ifd = long_nll / long_bare_nll        s(A|Q) / s(A): means over the response tokens
 * </pre>
 *
 * Samples with an IFD over 1 are left out: there the response does not follow from the rest.
 *
 * <p>The paper and its script data_by_IFD.py divide mean losses, as here. The code of
 * Superfiltering (arXiv 2402.00530), by the same authors, divides perplexities under the same name:
 * exp of the difference of the losses, another order. Ours: the bare response follows the start
 * token alone, where the script keeps the words "### Response:" in front of it.
 */
record InstructionFollowingDifficulty() implements Strategy {
  private static final SignalInput LONG_BARE_LOSS =
      new SignalInput(ModelSignal.ofLong(new BareResponseLoss()), BareResponseLoss.LOSS);

  @Override
  public String code() {
    return "ifd";
  }

  @Override
  public String description() {
    return "context and instruction help little with the response";
  }

  @Override
  public String formula() {
    return "ifd = long_nll / long_bare_nll; over 1 is left out";
  }

  @Override
  public String reference() {
    return "Cherry (arXiv 2308.12032), Instruction-Following Difficulty";
  }

  @Override
  public List<SignalInput> inputs() {
    return List.of(LONG_LOSS, LONG_BARE_LOSS);
  }

  @Override
  public List<String> rawTerms() {
    return List.of("long_nll", "long_bare_nll", "ifd");
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    double whole = sample.number(LONG_LOSS);
    double bare = sample.number(LONG_BARE_LOSS);
    return new double[] {whole, bare, whole / bare};
  }

  @Override
  public Optional<String> exclusion(double[] raw) {
    return raw[2] > 1
        ? Optional.of(
            "ifd %s is over 1: the response is harder with context and instruction than alone"
                .formatted(Words.number(raw[2])))
        : Optional.empty();
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return raw[2];
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score = ifd %s = %s / %s: the mean loss of the response with context and instruction and alone"
        .formatted(Words.number(raw[2]), Words.number(raw[0]), Words.number(raw[1]));
  }
}
