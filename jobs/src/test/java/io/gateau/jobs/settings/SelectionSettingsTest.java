package io.gateau.jobs.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.prune.PruneConfig;
import io.gateau.pipeline.rank.SourceShares;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Settings of a selection that go together, and those that do not. */
class SelectionSettingsTest {
  private static Settings given(Map<Setting<?>, String> flags) {
    Map<Setting<?>, Given> values = new HashMap<>();
    flags.forEach(
        (setting, text) -> values.put(setting, new Given(List.of(text), setting.flagOrKey())));
    return Settings.resolve(values, Optional.empty());
  }

  @Test
  void sharesOfSourcesDivideABudgetForTheWholeSet() {
    Settings settings =
        given(Map.of(SelectionKeys.LEAST_SHARE, "0.1", SelectionKeys.GREATEST_SHARE, "0.5"));

    assertEquals(new SourceShares(0.1, 0.5), settings.selectConfig().shares());
    assertEquals(SourceShares.ANY, given(Map.of()).selectConfig().shares());
    assertRefused(
        "a least share of 0.6 and a greatest of 0.5",
        given(Map.of(SelectionKeys.LEAST_SHARE, "0.6", SelectionKeys.GREATEST_SHARE, "0.5"))
            ::selectConfig);
    assertRefused(
        "shares of sources divide one budget for the whole set",
        given(Map.of(SelectionKeys.LEAST_SHARE, "0.1", SelectionKeys.PER, "source"))::selectConfig);
    assertRefused(
        "--fill says nothing without --tokens",
        given(Map.of(SelectionKeys.FILL, "true"))::selectConfig);
  }

  @Test
  void pruningNeedsABoundAndNothingElseThatReadsAllSegments() {
    assertEquals(Optional.empty(), given(Map.of()).pruneConfig());
    assertEquals(
        Optional.of(PruneConfig.DEFAULT),
        given(Map.of(SelectionKeys.PRUNE, "true", ScoringKeys.FOR, "gateau,hmg")).pruneConfig());
    assertRefused(
        "--for evidence needs the segments of all samples",
        given(Map.of(SelectionKeys.PRUNE, "true", ScoringKeys.FOR, "gateau,evidence"))
            ::pruneConfig);
    assertRefused(
        "--prune: the score of strategy gateau with normalisation z-score is not bounded",
        given(Map.of(SelectionKeys.PRUNE, "true", SelectionKeys.NORMALISATION, "z-score"))
            ::pruneConfig);
    assertRefused(
        "--prune: the score of strategy hmg",
        given(Map.of(SelectionKeys.PRUNE, "true", SelectionKeys.STRATEGY, "hmg"))::pruneConfig);
  }

  private static void assertRefused(String beginning, Executable settings) {
    String message = assertThrows(ConfigException.class, settings).getMessage();
    assertTrue(message.startsWith(beginning), message);
  }
}
