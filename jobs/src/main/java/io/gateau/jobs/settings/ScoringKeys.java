package io.gateau.jobs.settings;

import static io.gateau.jobs.settings.Section.SCORING;

import io.gateau.model.tokenizer.SpecialTokens;
import io.gateau.pipeline.ScoreLimits;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.score.AttentionFocus;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ScoringConfig;
import java.util.Arrays;
import java.util.List;

/**
 * How samples become sequences, and what of the attention counts: a change makes every sample be
 * scored again.
 */
public final class ScoringKeys {
  private static final ScoringConfig DEFAULT = ScoringConfig.DEFAULT;

  static final Setting<List<String>> FOR =
      Setting.named("score.for")
          .in(SCORING)
          .flag("--for")
          .label("STRATEGY")
          .parsedBy(Parsers.several(ScoringKeys::checkedStrategies))
          .describedAs(
              "Strategies whose signals are computed, such as gateau,ifd; passes that are stored are"
                  + " not computed again. Default: the strategy of the selection, or %s."
                      .formatted(SelectConfig.DEFAULT.rank().strategy()));

  static final Setting<Integer> MAX_TOKENS =
      Setting.named("score.max-tokens")
          .in(SCORING)
          .flag("--max-tokens")
          .label("N")
          .defaultsTo(DEFAULT.maxTokens())
          .parsedBy(Parsers.integer(ScoringKeys::checkMaxTokens))
          .describedAs("Longest sequence; of longer samples the context loses its beginning.");

  static final Setting<Integer> SEGMENT_TOKENS =
      Setting.named("score.segment-tokens")
          .in(SCORING)
          .flag("--segment-tokens")
          .label("N")
          .defaultsTo(DEFAULT.segmentTokens())
          .parsedBy(Parsers.integer(ScoringKeys::checkSegmentTokens))
          .describedAs("Context tokens per segment.");

  static final Setting<Integer> SEGMENT_OVERLAP =
      Setting.named("score.segment-overlap")
          .in(SCORING)
          .flag("--segment-overlap")
          .label("N")
          .defaultsTo(DEFAULT.segmentOverlap())
          .parsedBy(Parsers.integer(ScoringKeys::checkSegmentOverlap))
          .describedAs(
              "Tokens that a segment shares with the one before it; fewer than segment-tokens.");

  static final Setting<Integer> RECENT_TOKENS =
      Setting.named("score.recent-tokens")
          .in(SCORING)
          .flag("--recent-tokens")
          .label("N")
          .defaultsTo(DEFAULT.recentTokens())
          .parsedBy(Parsers.integer(DEFAULT::withRecentTokens))
          .describedAs(
              "Last tokens of the prompt that the strategies longfilter and longppl compare with the"
                  + " whole prompt; fewer than most of your prompts have.");

  static final Setting<String> ATTENTION_LAYERS =
      Setting.named("score.attention-layers")
          .in(SCORING)
          .flag("--attention-layers")
          .label("WHICH")
          .defaultsTo(DEFAULT.focus().layers())
          .parsedBy(Parsers.named(text -> new AttentionFocus(text, AttentionFocus.ALL).layers()))
          .describedAs(
              "Layers of model B whose attention counts: all, first:N, last:N, or numbers from 0 on"
                  + " such as 4-11 or 0,5,7-9.");

  static final Setting<String> ATTENTION_HEADS =
      Setting.named("score.attention-heads")
          .in(SCORING)
          .flag("--attention-heads")
          .label("WHICH")
          .defaultsTo(DEFAULT.focus().heads())
          .parsedBy(Parsers.named(text -> new AttentionFocus(AttentionFocus.ALL, text).heads()))
          .describedAs(
              "Query heads, in each of these layers, whose attention counts; written as"
                  + " --attention-layers is.");

  static final Setting<SpecialTokens> SPECIAL_TOKENS =
      Setting.named("score.special-tokens")
          .in(SCORING)
          .flag("--special-tokens")
          .label("HOW")
          .defaultsTo(DEFAULT.specialTokens().code())
          .parsedBy(Parsers.named(SpecialTokens::of))
          .describedAs(
              "Special tokens, such as <|im_end|>, that stand in a sample: text (they are read as"
                  + " characters) or control (they act). Those of the template always act.");

  static final Setting<Integer> BATCH_TOKENS =
      Setting.named("score.batch-tokens")
          .in(SCORING)
          .flag("--batch-tokens")
          .label("N")
          .defaultsTo("auto")
          .parsedBy(Parsers.named(ScoringConfig::batchTokensOf))
          .describedAs(
              "Tokens of segments and of short samples that are read at once, or auto: what the device"
                  + " works best with; fewer where its memory is short. Numbers depend on it by"
                  + " rounding only.");

  static final Setting<Integer> CHECKPOINT_SECONDS =
      Setting.named("score.checkpoint-seconds")
          .in(SCORING)
          .label("N")
          .defaultsTo(ScoreLimits.DEFAULT.checkpointSeconds())
          .parsedBy(Parsers.integer(ScoreLimits.DEFAULT::withCheckpointSeconds))
          .describedAs("How often a task stores what it has scored.");

  static final Setting<Integer> SAMPLE_SECONDS =
      Setting.named("score.sample-seconds")
          .in(SCORING)
          .flag("--sample-seconds")
          .label("N")
          .defaultsTo(ScoreLimits.DEFAULT.sampleSeconds())
          .parsedBy(Parsers.integer(ScoreLimits.DEFAULT::withSampleSeconds))
          .describedAs(
              "Seconds that one sample may take; 0 for no limit. Beyond it the process that scores it"
                  + " ends, and a sample that takes too long alone is rejected.");

  static final Setting<ScoreLimits.Retry> RETRY =
      Setting.named("score.retry")
          .in(SCORING)
          .flag("--retry")
          .label("WHICH")
          .defaultsTo(Parsers.code(ScoreLimits.DEFAULT.retry()))
          .parsedBy(Parsers.choice(ScoreLimits.Retry.class))
          .describedAs(
              "Which samples without signals are tried again: failed, those for which an error was"
                  + " thrown or memory ran out, or crashed, also those that ended processes or took too"
                  + " long.");

  static final Setting<Double> MAX_REJECTED =
      Setting.named("score.max-rejected")
          .in(SCORING)
          .flag("--max-rejected")
          .label("SHARE")
          .defaultsTo(Parsers.plain(ScoreLimits.DEFAULT.maxRejected()))
          .parsedBy(Parsers.number(ScoreLimits.DEFAULT::withMaxRejected))
          .describedAs(
              "Stop if more than this share of the records is rejected, from 0 to 1: before anything"
                  + " is scored for records that are no samples, at the end for samples that failed.");

  static final Setting<String> PREFIX =
      Setting.named("score.template.prefix")
          .in(SCORING)
          .label("TEXT")
          .defaultsTo(PromptTemplate.GATEAU.prefix())
          .parsedBy(Parsers.text())
          .describedAs("Text before the context.");

  static final Setting<String> BEFORE_INSTRUCTION =
      Setting.named("score.template.before-instruction")
          .in(SCORING)
          .label("TEXT")
          .defaultsTo(PromptTemplate.GATEAU.beforeInstruction())
          .parsedBy(Parsers.text())
          .describedAs("Text between context and instruction.");

  static final Setting<String> BEFORE_RESPONSE =
      Setting.named("score.template.before-response")
          .in(SCORING)
          .label("TEXT")
          .defaultsTo(PromptTemplate.GATEAU.beforeResponse())
          .parsedBy(Parsers.text())
          .describedAs("Text between instruction and response.");

  /** All scoring settings, in the order of the help. */
  static final List<Setting<?>> ALL =
      List.of(
          FOR,
          MAX_TOKENS,
          SEGMENT_TOKENS,
          SEGMENT_OVERLAP,
          RECENT_TOKENS,
          ATTENTION_LAYERS,
          ATTENTION_HEADS,
          SPECIAL_TOKENS,
          BATCH_TOKENS,
          CHECKPOINT_SECONDS,
          SAMPLE_SECONDS,
          RETRY,
          MAX_REJECTED,
          PREFIX,
          BEFORE_INSTRUCTION,
          BEFORE_RESPONSE);

  private ScoringKeys() {}

  /** Names given one by one or joined by commas. */
  private static List<String> checkedStrategies(List<String> texts) {
    return texts.stream()
        .flatMap(text -> Arrays.stream(text.split(",", -1)))
        .map(String::strip)
        .map(code -> Strategies.of(code).code())
        .distinct()
        .toList();
  }

  private static void checkMaxTokens(int tokens) {
    new ScoringConfig(
        PromptTemplate.GATEAU, tokens, DEFAULT.segmentTokens(), DEFAULT.batchTokens());
  }

  private static void checkSegmentTokens(int tokens) {
    new ScoringConfig(PromptTemplate.GATEAU, DEFAULT.maxTokens(), tokens, DEFAULT.batchTokens());
  }

  /** Whether segments are longer is checked where both are known. */
  private static void checkSegmentOverlap(int overlap) {
    if (overlap < 0) {
      throw new IllegalArgumentException(
          "segment-overlap is %d; use 0 for none, or more".formatted(overlap));
    }
  }
}
