package io.gateau.pipeline.rank.strategy;

import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_LOSS;
import static io.gateau.pipeline.rank.strategy.SignalInput.SHORT_LOSS;

import io.gateau.score.BareResponseLoss;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import java.util.List;
import java.util.Optional;

/**
 * Instruction-Following Difficulty: how little context and instruction help a model with the
 * response. Under the long model it is that of Cherry (arXiv 2308.12032), under the short one
 * Superfiltering (arXiv 2402.00530), which lets a weak model do the work of a strong one.
 *
 * <pre>
 *   ifd            = long_nll / long_bare_nll        s(A|Q) / s(A): means over the response tokens
 *   superfiltering = short_nll / short_bare_nll
 * </pre>
 *
 * Samples with a ratio over 1 are left out: there the response does not follow from the rest.
 *
 * <p>Cherry's paper and its script data_by_IFD.py divide mean losses, as here for both. The code of
 * Superfiltering, by the same authors, divides perplexities under the same name: exp of the
 * difference of the losses, another order. Ours: the bare response follows the start token alone,
 * where the scripts keep the words "### Response:" in front of it.
 *
 * @param role the model
 */
record InstructionFollowingDifficulty(ModelRole role) implements Strategy {
  private boolean isLong() {
    return role == ModelRole.LONG;
  }

  private SignalInput whole() {
    return isLong() ? LONG_LOSS : SHORT_LOSS;
  }

  private SignalInput bare() {
    return new SignalInput(new ModelSignal(role, new BareResponseLoss()), BareResponseLoss.LOSS);
  }

  @Override
  public String code() {
    return isLong() ? "ifd" : "superfiltering";
  }

  @Override
  public String description() {
    return isLong()
        ? "context and instruction help little with the response"
        : "ifd under the short model";
  }

  @Override
  public String formula() {
    return "%s = %s_nll / %s_bare_nll; over 1 is left out"
        .formatted(code(), role.code(), role.code());
  }

  @Override
  public String reference() {
    return isLong()
        ? "Cherry (arXiv 2308.12032), Instruction-Following Difficulty"
        : "Superfiltering (arXiv 2402.00530) section 3";
  }

  @Override
  public List<SignalInput> inputs() {
    return List.of(whole(), bare());
  }

  @Override
  public List<String> rawTerms() {
    return List.of(role.code() + "_nll", role.code() + "_bare_nll", code());
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    double given = sample.number(whole());
    double alone = sample.number(bare());
    return new double[] {given, alone, given / alone};
  }

  @Override
  public Optional<String> exclusion(double[] raw) {
    return raw[2] > 1
        ? Optional.of(
            "%s %s is over 1: the response is harder with context and instruction than alone"
                .formatted(code(), Words.number(raw[2])))
        : Optional.empty();
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return raw[2];
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score = %s %s = %s / %s: the mean loss of the response with context and instruction and alone"
        .formatted(code(), Words.number(raw[2]), Words.number(raw[0]), Words.number(raw[1]));
  }
}
