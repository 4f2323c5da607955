package io.gateau.score.closedbook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.LoadedModel;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.planted.IntRange;
import io.gateau.planted.Kind;
import io.gateau.planted.PlantedConfig;
import io.gateau.planted.PlantedSamples;
import io.gateau.score.PromptTemplate;
import io.gateau.score.SampleScorer;
import io.gateau.score.ScoringConfig;
import io.gateau.score.TokenizedSample;
import io.gateau.score.closedbook.ClosedBook.Ask;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClosedBookTest {
  private static final ModelSpec LONG =
      new ModelSpec("embedded:long", ModelSpec.CONFIGURED_THETA, Dtype.FLOAT32, "cpu");

  private static List<Ask> questions(Kind kind) {
    return new PlantedSamples(
            12,
            5,
            new PlantedConfig(
                Map.of(kind, 1.0),
                new IntRange(1024, 1024),
                new IntRange(768, 768),
                new IntRange(1, 1),
                0,
                80))
        .stream().map(sample -> new Ask(sample.instruction(), sample.response())).toList();
  }

  @Test
  void theModelKnowsWhatItHasLearnedByHeartAndNothingRandom() {
    ClosedBook model = ClosedBook.open(LONG, PromptTemplate.GATEAU);
    double[] known = model.losses(questions(Kind.PARAMETRIC));
    double[] random = model.losses(questions(Kind.NOISE));

    assertEquals(12, known.length);
    for (int i = 0; i < known.length; i++) {
      assertTrue(known[i] < 1, "a learned fact costs " + known[i]);
      assertTrue(random[i] > 1.2, "a random answer costs " + random[i]);
    }
  }

  @Test
  void aLossIsThatOfTheSequenceWithAnEmptyContext() {
    ClosedBook closedBook = ClosedBook.open(LONG, PromptTemplate.GATEAU);
    List<Ask> questions = questions(Kind.NOISE);
    try (LoadedModel model = LoadedModel.onCpu(LONG.directory())) {
      SampleScorer scorer = new SampleScorer(model.decoder(LONG), ScoringConfig.DEFAULT);
      double[] losses = closedBook.losses(questions);
      for (int i = 0; i < losses.length; i++) {
        Ask one = questions.get(i);
        TokenizedSample alone =
            TokenizedSample.of(
                model.tokenizer(), PromptTemplate.GATEAU, "", one.instruction(), one.response());
        assertEquals(Math.log(scorer.perplexity(alone).orElseThrow()), losses[i], 1e-5);
        assertEquals(
            model.tokenizer().encode(one.instruction()).length,
            closedBook.tokens(one.instruction()));
      }
    }
  }
}
