package io.gateau.pipeline.estimate;

import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.Pass;
import java.io.Serializable;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** A pass of one of the two models; signals of the same pass share it. */
public record ModelPass(ModelRole role, Pass pass) implements Serializable {
  private static final Comparator<ModelPass> ORDER =
      Comparator.comparing(ModelPass::role).thenComparing(ModelPass::pass);

  static ModelPass of(ModelSignal signal) {
    return new ModelPass(signal.role(), signal.signal().pass());
  }

  /** The passes of some signals, each once. */
  public static List<ModelPass> of(Collection<ModelSignal> signals) {
    return signals.stream().map(ModelPass::of).distinct().sorted(ORDER).toList();
  }

  /** Those signals that need this pass. */
  List<ModelSignal> signals(Collection<ModelSignal> all) {
    return all.stream().filter(signal -> of(signal).equals(this)).toList();
  }
}
