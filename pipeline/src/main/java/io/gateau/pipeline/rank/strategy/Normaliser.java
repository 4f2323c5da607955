package io.gateau.pipeline.rank.strategy;

import io.gateau.math.Identity;
import io.gateau.math.Scale;
import io.gateau.math.fit.RowPasses;
import io.gateau.math.fit.RowValue;
import io.gateau.math.fit.ScaleFit;
import io.gateau.pipeline.rank.strategy.RankConfig.Normalisation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** N of Eq. 2 and 6, fitted on a data set. */
record Normaliser(RowPasses rows, Normalisation normalisation) {
  /** The scales of Eq. 2, of difficulties that are clipped first. */
  List<Scale> difficulties(List<RowValue> values, double winsorise) {
    return scales(values, winsorise);
  }

  /** The scales of Eq. 6. */
  List<Scale> terms(RowValue homologousGuidance, RowValue contextualAwareness) {
    if (normalisation == Normalisation.GATEAU_SCRIPTS) {
      List<Scale> scales = new ArrayList<>(ScaleFit.softmax(rows, List.of(homologousGuidance)));
      scales.add(new Identity());
      return scales;
    }
    return scales(List.of(homologousGuidance, contextualAwareness), 0);
  }

  /** The scale of one term of Eq. 6; empty if there are no rows. */
  Optional<Scale> term(RowValue value) {
    return scales(List.of(value), 0).stream().findFirst();
  }

  private List<Scale> scales(List<RowValue> values, double winsorise) {
    return switch (normalisation) {
      case MIN_MAX, GATEAU_SCRIPTS -> List.copyOf(ScaleFit.winsorised(rows, values, winsorise));
      case Z_SCORE ->
          List.copyOf(ScaleFit.zScores(rows, values, ScaleFit.winsorised(rows, values, winsorise)));
      case RANK -> List.copyOf(ScaleFit.ranks(rows, values));
    };
  }
}
