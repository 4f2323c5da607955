package io.gateau.jobs.settings;

import static io.gateau.jobs.settings.Section.CANDIDATES;
import static io.gateau.jobs.settings.Section.PRUNING;
import static io.gateau.jobs.settings.Section.SELECTED;
import static io.gateau.jobs.settings.Section.SELECTION;

import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.math.GateauScore;
import io.gateau.pipeline.OutputFolder;
import io.gateau.pipeline.SelectedFormat;
import io.gateau.pipeline.contamination.ContaminationConfig;
import io.gateau.pipeline.diversity.DiversityConfig;
import io.gateau.pipeline.prune.PruneConfig;
import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.Preset;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.SelectConfig.Scope;
import io.gateau.pipeline.rank.SourceShares;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.RankConfig.Difficulty;
import io.gateau.pipeline.rank.strategy.RankConfig.Normalisation;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.redundancy.RedundancyConfig;
import io.gateau.pipeline.redundancy.RedundancyConfig.Dedup;
import io.gateau.pipeline.selected.SelectedTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How scored samples are ranked and how many are kept; it needs no inference. */
public final class SelectionKeys {
  private static final SelectConfig DEFAULT = SelectConfig.DEFAULT;
  private static final RankConfig RANK = DEFAULT.rank();

  /** Whether segments are scored only of samples that may be selected. */
  public static final Setting<Boolean> PRUNE =
      Setting.named("select.prune")
          .in(PRUNING)
          .flag("--prune")
          .label("BOOLEAN")
          .defaultsTo("false")
          .fallsBackTo("true")
          .parsedBy(Parsers.trueOrFalse())
          .describedAs(
              "Score the segments of those samples only that may be selected, true or false; the"
                  + " flag alone means true. What is selected is the same as without, on the same"
                  + " scales; see docs/pruning.md.");

  /** How many texts have all signals. */
  public static final Setting<Integer> PILOT =
      Setting.named("select.pilot")
          .in(PRUNING)
          .flag("--pilot")
          .label("N")
          .defaultsTo(PruneConfig.DEFAULT.pilot())
          .parsedBy(Parsers.integer(PruneConfig::new))
          .describedAs(
              "How many texts, drawn by a hash of their content, the scale of contextual awareness"
                  + " is fitted on with --prune.");

  /** A code that {@link Strategies} knows. */
  public static final Setting<String> STRATEGY =
      Setting.named("select.strategy")
          .in(SELECTION)
          .flag("--strategy")
          .label("NAME")
          .defaultsTo(RANK.strategy())
          .parsedBy(Parsers.named(code -> Strategies.of(code).code()))
          .describedAs("By what samples are ranked. %s.".formatted(Strategies.descriptions()));

  static final Setting<Preset> PRESET =
      Setting.named("select.preset")
          .in(SELECTION)
          .flag("--preset")
          .label("NAME")
          .defaultsTo(Parsers.code(Preset.GATEAU))
          .parsedBy(Parsers.choice(Preset.class))
          .describedAs(
              "Form of the score: %s. It sets the next five; each of them wins over it."
                  .formatted(Parsers.codes(Preset.class)));

  static final Setting<Double> ALPHA =
      Setting.named("select.alpha")
          .in(SELECTION)
          .flag("--alpha")
          .label("A")
          .defaultsTo(Parsers.plain(RANK.alpha()))
          .parsedBy(Parsers.number(GateauScore::new))
          .describedAs("Weight of homologous guidance against contextual awareness, from 0 to 1.");

  static final Setting<Importance> IMPORTANCE =
      Setting.named("select.importance")
          .in(SELECTION)
          .flag("--importance")
          .label("KIND")
          .defaultsTo(Parsers.code(RANK.importance()))
          .parsedBy(Parsers.choice(Importance.class))
          .describedAs("A segment's importance: %s.".formatted(Parsers.codes(Importance.class)));

  static final Setting<Difficulty> DIFFICULTY =
      Setting.named("select.difficulty")
          .in(SELECTION)
          .flag("--difficulty")
          .label("KIND")
          .defaultsTo(Parsers.code(RANK.difficulty()))
          .parsedBy(Parsers.choice(Difficulty.class))
          .describedAs(
              "What homologous guidance compares: nll, the mean negative log-likelihood, or"
                  + " perplexity, as the paper has it.");

  static final Setting<Normalisation> NORMALISATION =
      Setting.named("select.normalisation")
          .in(SELECTION)
          .flag("--normalisation")
          .label("KIND")
          .defaultsTo(Parsers.code(RANK.normalisation()))
          .parsedBy(Parsers.choice(Normalisation.class))
          .describedAs(
              "How numbers are brought to one scale over the data set: %s."
                  .formatted(Parsers.codes(Normalisation.class)));

  static final Setting<Double> WINSORISE =
      Setting.named("select.winsorise")
          .in(SELECTION)
          .flag("--winsorise")
          .label("SHARE")
          .defaultsTo(Parsers.plain(RANK.winsorise()))
          .parsedBy(Parsers.number(RankConfig::checkWinsorise))
          .describedAs(
              "Share of rows at each end whose difficulties are clipped first, from 0 to 0.5.");

  static final Setting<Integer> MERGE_SEGMENTS =
      Setting.named("select.merge-segments")
          .in(SELECTION)
          .flag("--merge-segments")
          .label("N")
          .defaultsTo(RANK.mergeSegments())
          .parsedBy(Parsers.integer(RankConfig::checkMergeSegments))
          .describedAs(
              "How many neighbouring segments count as one in contextual awareness, from 1 to 1000:"
                  + " roughly what longer segments would give.");

  public static final Setting<Double> PERCENT =
      Setting.named("select.percent")
          .in(SELECTION)
          .flag("--percent")
          .label("P")
          .defaultsTo(Parsers.plain(((Budget.Percent) DEFAULT.budget()).percent()))
          .parsedBy(Parsers.number(Budget.Percent::new))
          .describedAs("Keep P per cent of the scored rows; or one of the next two.");

  static final Setting<Long> COUNT =
      Setting.named("select.count")
          .in(SELECTION)
          .flag("--count")
          .label("N")
          .parsedBy(Parsers.whole(Budget.Count::new))
          .describedAs("Keep N rows.");

  static final Setting<Long> TOKENS =
      Setting.named("select.tokens")
          .in(SELECTION)
          .flag("--tokens")
          .label("N")
          .parsedBy(Parsers.whole(Budget.Tokens::new))
          .describedAs("Keep rows from the top as long as together they have no more tokens.");

  /** Whether a budget of tokens is filled. */
  public static final Setting<Boolean> FILL =
      Setting.named("select.fill")
          .in(SELECTION)
          .flag("--fill")
          .label("BOOLEAN")
          .defaultsTo("false")
          .fallsBackTo("true")
          .parsedBy(Parsers.trueOrFalse())
          .describedAs(
              "With --tokens, pass over rows that do not fit and keep smaller ones below them, true"
                  + " or false; the flag alone means true. Otherwise the first row that does not fit"
                  + " ends the selection.");

  /** What every source gets of the amount, if it has so much. */
  public static final Setting<Double> LEAST_SHARE =
      Setting.named("select.least-share")
          .in(SELECTION)
          .flag("--least-share")
          .label("SHARE")
          .defaultsTo(Parsers.plain(SourceShares.ANY.least()))
          .parsedBy(Parsers.number(share -> new SourceShares(share, 1)))
          .describedAs(
              "Share of the amount that each source gets first, for its best rows, from 0 to 1.");

  /** What no source exceeds. */
  public static final Setting<Double> GREATEST_SHARE =
      Setting.named("select.greatest-share")
          .in(SELECTION)
          .flag("--greatest-share")
          .label("SHARE")
          .defaultsTo(Parsers.plain(SourceShares.ANY.greatest()))
          .parsedBy(Parsers.number(share -> new SourceShares(0, share)))
          .describedAs("Share of the amount that no source exceeds, above 0 and up to 1.");

  public static final Setting<Scope> PER =
      Setting.named("select.per")
          .in(SELECTION)
          .flag("--per")
          .label("SCOPE")
          .defaultsTo(Parsers.code(DEFAULT.scope()))
          .parsedBy(Parsers.choice(Scope.class))
          .describedAs(
              "What the amount holds for: the whole set, each source, or each bucket of lengths"
                  + " between powers of two, which with a percentage takes the length out: %s."
                      .formatted(Parsers.codes(Scope.class)));

  /** How many clusters the best samples of go first; none where it is not given. */
  public static final Setting<Integer> DIVERSITY =
      Setting.named("select.diversity")
          .in(CANDIDATES)
          .flag("--diversity")
          .label("CLUSTERS")
          .parsedBy(Parsers.named(DiversityConfig::clustersOf))
          .describedAs(
              "Put the best sample of each of so many k-means clusters of the long model's hidden"
                  + " states first: a number, or auto for the square root of half the samples.");

  /** Which texts must differ; none where it is not given. */
  public static final Setting<Dedup> DEDUP =
      Setting.named("select.dedup")
          .in(CANDIDATES)
          .flag("--dedup")
          .label("TEXTS")
          .parsedBy(Parsers.choice(Dedup.class))
          .describedAs(
              "Reject near-duplicates of samples that rank higher, by these texts: %s. Reads the"
                      .formatted(Parsers.codes(Dedup.class))
                  + " whole input once.");

  /** From which similarity on texts are near-duplicates. */
  public static final Setting<Double> DEDUP_SIMILARITY =
      Setting.named("select.dedup-similarity")
          .in(CANDIDATES)
          .flag("--dedup-similarity")
          .label("S")
          .defaultsTo(Parsers.plain(RedundancyConfig.DEFAULT_SIMILARITY))
          .parsedBy(Parsers.number(value -> new RedundancyConfig(Dedup.CONTEXT, value)))
          .describedAs(
              "Share of common runs of 5 words that makes near-duplicates, above 0 and up to 1.");

  /** Evaluation sets. */
  public static final Setting<List<String>> EXCLUDE =
      Setting.named("select.exclude")
          .in(CANDIDATES)
          .flag("--exclude")
          .label("FILE")
          .parsedBy(Parsers.several(paths -> new ContaminationConfig(paths).exclude()))
          .describedAs(
              "Reject samples that share words with this evaluation set: JSON lines, JSON, Parquet,"
                  + " or .txt with one text a line. May be repeated. Reads the whole input once.");

  /** How many words in a row a sample must not share with them. */
  public static final Setting<Integer> EXCLUDE_WORDS =
      Setting.named("select.exclude-words")
          .in(CANDIDATES)
          .flag("--exclude-words")
          .label("N")
          .defaultsTo(ContaminationConfig.DEFAULT_WORDS)
          .parsedBy(Parsers.integer(words -> new ContaminationConfig(List.of("any"), words)))
          .describedAs("How many words in a row count for --exclude.");

  static final Setting<Long> SEED =
      Setting.named("select.seed")
          .in(SELECTION)
          .flag("--seed")
          .label("N")
          .defaultsTo(RANK.seed())
          .parsedBy(Parsers.whole(seed -> {}))
          .describedAs("Seed of the random strategy and of the clusters of --diversity.");

  /** Folder of a selection whose fitted scales rank this one. */
  public static final Setting<String> FITTED =
      Setting.named("select.fitted")
          .in(SELECTED)
          .flag("--fitted")
          .label("DIR")
          .parsedBy(Parsers.path())
          .describedAs(
              "Rank by the settings and on the scales of another selection, instead of fitting them:"
                  + " its output folder, or one of its selections/NAME.");

  public static final Setting<String> NAME =
      Setting.named("select.name")
          .in(SELECTED)
          .flag("--name")
          .label("NAME")
          .parsedBy(Parsers.named(OutputFolder::requireSelectionName))
          .describedAs("Keep this selection beside others, in selections/NAME of the output.");

  public static final Setting<SelectedFormat> FORMAT =
      Setting.named("select.format")
          .in(SELECTED)
          .flag("--format")
          .label("FORMAT")
          .defaultsTo(Parsers.code(SelectedFormat.PARQUET))
          .parsedBy(Parsers.choice(SelectedFormat.class))
          .describedAs(
              "What selected/ is written as: parquet, with all terms of the scores, or jsonl, the"
                  + " original records alone, best first.");

  /** A table of a Spark catalog that gets the selected rows. */
  public static final Setting<String> TABLE =
      Setting.named("select.table")
          .in(SELECTED)
          .flag("--table")
          .label("NAME")
          .parsedBy(Parsers.named(name -> new SelectedTable(name, Optional.empty()).name()))
          .describedAs(
              "Write the selected rows to this table too, in one commit: lake.db.selected, or"
                  + " delta.`/path`. Needs its catalog and jars; see docs/storage.md.");

  /** The format of that table. */
  public static final Setting<String> TABLE_FORMAT =
      Setting.named("select.table-format")
          .in(SELECTED)
          .flag("--table-format")
          .label("FORMAT")
          .parsedBy(
              Parsers.named(format -> new SelectedTable("any", Optional.of(format)).format().get()))
          .describedAs(
              "Spark's name of the table's format, such as iceberg or delta. Default: the"
                  + " catalog's.");

  /** What decides how samples are ranked, and is fixed once a ranking is fitted. */
  public static final List<Setting<?>> RANKING =
      List.of(
          STRATEGY,
          PRESET,
          ALPHA,
          IMPORTANCE,
          DIFFICULTY,
          NORMALISATION,
          WINSORISE,
          MERGE_SEGMENTS,
          SEED);

  /** All selection settings, in the order of the help. */
  static final List<Setting<?>> ALL =
      List.of(
          PRUNE,
          PILOT,
          STRATEGY,
          PRESET,
          ALPHA,
          IMPORTANCE,
          DIFFICULTY,
          NORMALISATION,
          WINSORISE,
          MERGE_SEGMENTS,
          PERCENT,
          COUNT,
          TOKENS,
          FILL,
          PER,
          LEAST_SHARE,
          GREATEST_SHARE,
          SEED,
          DIVERSITY,
          DEDUP,
          DEDUP_SIMILARITY,
          EXCLUDE,
          EXCLUDE_WORDS,
          FITTED,
          NAME,
          FORMAT,
          TABLE,
          TABLE_FORMAT);

  /** Of the three budgets only one may be given. */
  static final List<Setting<?>> BUDGETS = List.of(PERCENT, COUNT, TOKENS);

  /** What a preset sets. */
  static Map<Setting<?>, String> valuesOf(Preset preset) {
    RankConfig config = preset.config();
    return Map.of(
        ALPHA, Parsers.plain(config.alpha()),
        IMPORTANCE, Parsers.code(config.importance()),
        DIFFICULTY, Parsers.code(config.difficulty()),
        NORMALISATION, Parsers.code(config.normalisation()),
        WINSORISE, Parsers.plain(config.winsorise()));
  }

  private SelectionKeys() {}
}
