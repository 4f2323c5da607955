package io.gateau.jobs.settings;

import static io.gateau.jobs.settings.Section.INPUT_AND_OUTPUT;
import static io.gateau.jobs.settings.Section.MODELS;
import static io.gateau.jobs.settings.Section.SCORING;
import static io.gateau.jobs.settings.Section.SELECTION;
import static io.gateau.jobs.settings.Section.SPARK;

import io.gateau.jobs.settings.Setting.Parser;
import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.math.GateauScore;
import io.gateau.model.Devices;
import io.gateau.model.MemoryPolicy;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.RopeScalingOverride;
import io.gateau.pipeline.ScoreConfig;
import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.Preset;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.SelectConfig.Difficulty;
import io.gateau.pipeline.rank.SelectConfig.Normalisation;
import io.gateau.pipeline.rank.SelectConfig.Scope;
import io.gateau.pipeline.rank.Strategy;
import io.gateau.pipeline.read.record.InstructionAt;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.score.AttentionFocus;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ScoringConfig;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every setting there is: the one list from which the flags, the help and the check of
 * configuration files come. Defaults and ranges are those of the records that use them.
 */
public final class Keys {
  private static final List<Setting<?>> REGISTERED = new ArrayList<>();
  private static final String NO_FLAG = "";
  private static final String NO_DEFAULT = "";

  public static final Setting<List<String>> INPUT =
      in(INPUT_AND_OUTPUT)
          .add(
              "input",
              "--input",
              "PATH",
              NO_DEFAULT,
              Parsers.several(
                  paths ->
                      new ReadConfig(paths, InstructionAt.LAST, ReadConfig.DEFAULT_MAX_LINE_BYTES)
                          .input()),
              "Samples: files, folders or globs of JSON lines, JSON or Parquet. May be repeated.");
  public static final Setting<String> OUTPUT =
      in(INPUT_AND_OUTPUT)
          .add(
              "output",
              "--output",
              "DIR",
              NO_DEFAULT,
              Parsers.path(),
              "Folder for signals, scores, selected and rejected rows, and manifest.json.");
  public static final Setting<InstructionAt> INSTRUCTION =
      in(INPUT_AND_OUTPUT)
          .add(
              "read.instruction",
              "--instruction",
              "WHERE",
              InstructionAt.LAST.code(),
              Parsers.named(InstructionAt::of),
              "In chats: which paragraph of the last user turn is the instruction: "
                  + Parsers.codes(InstructionAt.class)
                  + ".");
  public static final Setting<Integer> MAX_LINE_BYTES =
      in(INPUT_AND_OUTPUT)
          .add(
              "read.max-line-bytes",
              NO_FLAG,
              "N",
              String.valueOf(ReadConfig.DEFAULT_MAX_LINE_BYTES),
              Parsers.integer(bytes -> new ReadConfig(List.of("any"), InstructionAt.LAST, bytes)),
              "Longer lines are rejected.");

  public static final Setting<String> SHORT_MODEL =
      in(MODELS)
          .add(
              "models.short.path",
              "--short-model",
              "DIR",
              NO_DEFAULT,
              Parsers.path(),
              "Model A, with the short context window: a Hugging Face folder with config.json,"
                  + " tokenizer.json and safetensors; or embedded:short.");
  public static final Setting<String> LONG_MODEL =
      in(MODELS)
          .add(
              "models.long.path",
              "--long-model",
              "DIR",
              NO_DEFAULT,
              Parsers.path(),
              "Model B, its sibling with the long window; may be the same folder with another"
                  + " rotary base; or embedded:long.");
  static final Setting<Double> SHORT_ROPE_THETA =
      in(MODELS)
          .add(
              "models.short.rope-theta",
              "--short-rope-theta",
              "BASE",
              NO_DEFAULT,
              Parsers.number(Keys::checkRopeTheta),
              "Rotary base of model A, in place of config.json's.");
  static final Setting<RopeScalingOverride> SHORT_ROPE_SCALING =
      in(MODELS)
          .add(
              "models.short.rope-scaling",
              "--short-rope-scaling",
              "SCALING",
              NO_DEFAULT,
              Parsers.named(RopeScalingOverride::of),
              "Rotary scaling of model A, in place of config.json's: none, linear:F, dynamic:F,"
                  + " yarn:F[:LENGTH], llama3:F[:LENGTH], or a JSON object as under rope_scaling.");
  static final Setting<Double> LONG_ROPE_THETA =
      in(MODELS)
          .add(
              "models.long.rope-theta",
              "--long-rope-theta",
              "BASE",
              NO_DEFAULT,
              Parsers.number(Keys::checkRopeTheta),
              "Rotary base of model B, in place of config.json's.");
  static final Setting<RopeScalingOverride> LONG_ROPE_SCALING =
      in(MODELS)
          .add(
              "models.long.rope-scaling",
              "--long-rope-scaling",
              "SCALING",
              NO_DEFAULT,
              Parsers.named(RopeScalingOverride::of),
              "Rotary scaling of model B, in place of config.json's: none, linear:F, dynamic:F,"
                  + " yarn:F[:LENGTH], llama3:F[:LENGTH], or a JSON object as under rope_scaling.");
  public static final Setting<Dtype> DTYPE =
      in(MODELS)
          .add(
              "models.dtype",
              "--dtype",
              "TYPE",
              "auto",
              Parsers.named(Dtype::of),
              "Number type of the weights: "
                  + Parsers.codes(Dtype.class)
                  + "; auto is config.json's on a GPU; on a CPU float32, or bfloat16 if config.json"
                  + " says so and the CPU has instructions for it.");
  static final Setting<String> DEVICE =
      in(MODELS)
          .add(
              "models.device",
              "--device",
              "DEVICE",
              Devices.AUTO,
              Parsers.named(Devices::checked),
              "Where the models run: auto, cpu, cuda or cuda:N; auto is a GPU if there is one.");
  static final Setting<Long> DEVICE_MEMORY =
      in(MODELS)
          .add(
              "models.device-memory",
              "--device-memory",
              "SIZE",
              "auto",
              Parsers.named(MemoryPolicy::parseMemory),
              "What weights and activations may take of a device together, such as 24g; auto: what"
                  + " is free. A sample that needs more is rejected as out-of-memory.");
  public static final Setting<Integer> STREAM_LAYERS =
      in(MODELS)
          .add(
              "models.stream-layers",
              "--stream-layers",
              "TOKENS",
              String.valueOf(MemoryPolicy.RESIDENT),
              String.valueOf(MemoryPolicy.DEFAULT_BATCH_GROUP_TOKENS),
              Parsers.integer(n -> new MemoryPolicy(MemoryPolicy.AVAILABLE, n)),
              "For models larger than the device: bring one layer at a time to it, for so many"
                  + " tokens; alone: for "
                  + MemoryPolicy.DEFAULT_BATCH_GROUP_TOKENS
                  + ". 0: all layers stay there.");

  static final Setting<Integer> MAX_TOKENS =
      in(SCORING)
          .add(
              "score.max-tokens",
              "--max-tokens",
              "N",
              String.valueOf(ScoringConfig.DEFAULT.maxTokens()),
              Parsers.integer(n -> new ScoringConfig(PromptTemplate.GATEAU, n, segment(), batch())),
              "Longest sequence; of longer samples the context loses its beginning.");
  static final Setting<Integer> SEGMENT_TOKENS =
      in(SCORING)
          .add(
              "score.segment-tokens",
              "--segment-tokens",
              "N",
              String.valueOf(segment()),
              Parsers.integer(n -> new ScoringConfig(PromptTemplate.GATEAU, longest(), n, batch())),
              "Context tokens per segment.");
  static final Setting<Integer> SEGMENT_OVERLAP =
      in(SCORING)
          .add(
              "score.segment-overlap",
              "--segment-overlap",
              "N",
              String.valueOf(ScoringConfig.DEFAULT.segmentOverlap()),
              Parsers.integer(Keys::checkOverlap),
              "Tokens that a segment shares with the one before it; fewer than segment-tokens.");
  static final Setting<String> ATTENTION_LAYERS =
      in(SCORING)
          .add(
              "score.attention-layers",
              "--attention-layers",
              "WHICH",
              ScoringConfig.DEFAULT.focus().layers(),
              Parsers.named(text -> new AttentionFocus(text, AttentionFocus.ALL).layers()),
              "Layers of model B whose attention counts: all, first:N, last:N, or numbers from 0 on"
                  + " such as 4-11 or 0,5,7-9.");
  static final Setting<String> ATTENTION_HEADS =
      in(SCORING)
          .add(
              "score.attention-heads",
              "--attention-heads",
              "WHICH",
              ScoringConfig.DEFAULT.focus().heads(),
              Parsers.named(text -> new AttentionFocus(AttentionFocus.ALL, text).heads()),
              "Query heads, in each of these layers, whose attention counts; written likewise.");
  static final Setting<Integer> BATCH_TOKENS =
      in(SCORING)
          .add(
              "score.batch-tokens",
              "--batch-tokens",
              "N",
              "auto",
              Parsers.named(ScoringConfig::batchTokensOf),
              "Tokens of segments and of short samples that are read at once, or auto: what the device"
                  + " works best with; fewer where its memory is short. Numbers depend on it by"
                  + " rounding only.");
  static final Setting<Integer> CHECKPOINT_SECONDS =
      in(SCORING)
          .add(
              "score.checkpoint-seconds",
              NO_FLAG,
              "N",
              String.valueOf(ScoreConfig.DEFAULT_CHECKPOINT_SECONDS),
              Parsers.integer(Keys::checkCheckpointSeconds),
              "How often a task stores what it has scored.");
  static final Setting<String> PREFIX =
      in(SCORING)
          .add(
              "score.template.prefix",
              NO_FLAG,
              "TEXT",
              PromptTemplate.GATEAU.prefix(),
              Parsers.text(),
              "Text before the context.");
  static final Setting<String> BEFORE_INSTRUCTION =
      in(SCORING)
          .add(
              "score.template.before-instruction",
              NO_FLAG,
              "TEXT",
              PromptTemplate.GATEAU.beforeInstruction(),
              Parsers.text(),
              "Text between context and instruction.");
  static final Setting<String> BEFORE_RESPONSE =
      in(SCORING)
          .add(
              "score.template.before-response",
              NO_FLAG,
              "TEXT",
              PromptTemplate.GATEAU.beforeResponse(),
              Parsers.text(),
              "Text between instruction and response.");

  public static final Setting<Strategy> STRATEGY =
      in(SELECTION)
          .add(
              "select.strategy",
              "--strategy",
              "NAME",
              SelectConfig.DEFAULT.strategy().code(),
              Parsers.named(Strategy::of),
              "By what rows are ranked: " + Parsers.codes(Strategy.class) + ".");
  static final Setting<Preset> PRESET =
      in(SELECTION)
          .add(
              "select.preset",
              "--preset",
              "NAME",
              Parsers.code(Preset.GATEAU),
              Parsers.choice(Preset.class),
              "Form of the score: "
                  + Parsers.codes(Preset.class)
                  + ". It sets the next five; each of them wins over it.");
  static final Setting<Double> ALPHA =
      in(SELECTION)
          .add(
              "select.alpha",
              "--alpha",
              "A",
              plain(SelectConfig.DEFAULT.alpha()),
              Parsers.number(GateauScore::new),
              "Weight of homologous guidance against contextual awareness, from 0 to 1.");
  static final Setting<Importance> IMPORTANCE =
      in(SELECTION)
          .add(
              "select.importance",
              "--importance",
              "KIND",
              Parsers.code(SelectConfig.DEFAULT.importance()),
              Parsers.choice(Importance.class),
              "A segment's importance: " + Parsers.codes(Importance.class) + ".");
  static final Setting<Difficulty> DIFFICULTY =
      in(SELECTION)
          .add(
              "select.difficulty",
              "--difficulty",
              "KIND",
              Parsers.code(SelectConfig.DEFAULT.difficulty()),
              Parsers.choice(Difficulty.class),
              "What homologous guidance compares: nll, the mean negative log-likelihood, or"
                  + " perplexity, as the paper has it.");
  static final Setting<Normalisation> NORMALISATION =
      in(SELECTION)
          .add(
              "select.normalisation",
              "--normalisation",
              "KIND",
              Parsers.code(SelectConfig.DEFAULT.normalisation()),
              Parsers.choice(Normalisation.class),
              "How numbers are brought to one scale over the data set: "
                  + Parsers.codes(Normalisation.class)
                  + ".");
  static final Setting<Double> WINSORISE =
      in(SELECTION)
          .add(
              "select.winsorise",
              "--winsorise",
              "SHARE",
              plain(SelectConfig.DEFAULT.winsorise()),
              Parsers.number(Keys::checkWinsorise),
              "Share of rows at each end whose difficulties are clipped first, from 0 to 0.5.");
  public static final Setting<Double> PERCENT =
      in(SELECTION)
          .add(
              "select.percent",
              "--percent",
              "P",
              plain(defaultPercent()),
              Parsers.number(Budget.Percent::new),
              "Keep so many per cent of the scored rows; or one of the next two.");
  static final Setting<Long> COUNT =
      in(SELECTION)
          .add(
              "select.count",
              "--count",
              "N",
              NO_DEFAULT,
              Parsers.whole(Budget.Count::new),
              "Keep so many rows.");
  static final Setting<Long> TOKENS =
      in(SELECTION)
          .add(
              "select.tokens",
              "--tokens",
              "N",
              NO_DEFAULT,
              Parsers.whole(Budget.Tokens::new),
              "Keep rows from the top as long as together they have no more tokens.");
  static final Setting<Scope> PER =
      in(SELECTION)
          .add(
              "select.per",
              "--per",
              "SCOPE",
              Parsers.code(SelectConfig.DEFAULT.scope()),
              Parsers.choice(Scope.class),
              "Whether the amount holds for the whole set or for each source: "
                  + Parsers.codes(Scope.class)
                  + ".");
  static final Setting<Long> SEED =
      in(SELECTION)
          .add(
              "select.seed",
              "--seed",
              "N",
              String.valueOf(SelectConfig.DEFAULT.seed()),
              Parsers.whole(seed -> {}),
              "Seed of the random strategy.");

  public static final Setting<String> MASTER =
      in(SPARK)
          .add(
              "spark.master",
              "--master",
              "URL",
              NO_DEFAULT,
              Parsers.named(url -> url),
              "Spark master, such as local[4] or spark://HOST:7077, whose executors get gateau's jar"
                  + " from this process. Default: spark-submit's, else local[*].");

  /** What begins the keys of the free map of Spark's own settings. */
  static final String SPARK_CONF = "spark.conf.";

  public static final List<Setting<?>> ALL = List.copyOf(REGISTERED);

  /** Three ways to say how much; only one may be given. */
  static final List<Setting<?>> AMOUNTS = List.of(PERCENT, COUNT, TOKENS);

  /** What a preset sets. */
  static Map<Setting<?>, String> valuesOf(Preset preset) {
    SelectConfig form = preset.config();
    return Map.of(
        ALPHA, plain(form.alpha()),
        IMPORTANCE, Parsers.code(form.importance()),
        DIFFICULTY, Parsers.code(form.difficulty()),
        NORMALISATION, Parsers.code(form.normalisation()),
        WINSORISE, plain(form.winsorise()));
  }

  private Keys() {}

  private static Entry in(Section section) {
    return new Entry(section);
  }

  private record Entry(Section section) {
    <T> Setting<T> add(
        String key, String flag, String label, String fallback, Parser<T> parser, String about) {
      return registered(setting(key, flag, label, fallback, parser, about));
    }

    /** With a meaning for the flag alone. */
    <T> Setting<T> add(
        String key,
        String flag,
        String label,
        String fallback,
        String bare,
        Parser<T> parser,
        String about) {
      return registered(setting(key, flag, label, fallback, parser, about).bare(bare));
    }

    private <T> Setting<T> setting(
        String key, String flag, String label, String fallback, Parser<T> parser, String about) {
      return new Setting<>(
          section, key, nonEmpty(flag), label, nonEmpty(fallback), Optional.empty(), parser, about);
    }

    private static <T> Setting<T> registered(Setting<T> setting) {
      REGISTERED.add(setting);
      return setting;
    }

    private static Optional<String> nonEmpty(String text) {
      return Optional.of(text).filter(some -> !some.isEmpty());
    }
  }

  private static int longest() {
    return ScoringConfig.DEFAULT.maxTokens();
  }

  private static int segment() {
    return ScoringConfig.DEFAULT.segmentTokens();
  }

  private static int batch() {
    return ScoringConfig.DEFAULT.batchTokens();
  }

  /** As people write it: 30, not 30.0. */
  public static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  private static double defaultPercent() {
    return ((Budget.Percent) SelectConfig.DEFAULT.budget()).percent();
  }

  private static void checkRopeTheta(double theta) {
    if (theta == ModelSpec.CONFIGURED_THETA) {
      throw new IllegalArgumentException(
          "rope-theta is 0; leave it out to use config.json's, or give a positive number");
    }
    new ModelSpec("any", theta, Dtype.FLOAT32, Devices.AUTO);
  }

  /** Whether segments are longer is checked where both are known. */
  private static void checkOverlap(int overlap) {
    if (overlap < 0) {
      throw new IllegalArgumentException(
          "segment-overlap is " + overlap + "; use 0 for none, or more");
    }
  }

  private static void checkCheckpointSeconds(int seconds) {
    ModelSpec any = new ModelSpec("any", ModelSpec.CONFIGURED_THETA, Dtype.FLOAT32, Devices.AUTO);
    new ScoreConfig(any, any, ScoringConfig.DEFAULT, seconds);
  }

  private static void checkWinsorise(double share) {
    SelectConfig usual = SelectConfig.DEFAULT;
    new SelectConfig(
        usual.strategy(),
        usual.alpha(),
        usual.importance(),
        usual.difficulty(),
        usual.normalisation(),
        share,
        usual.budget(),
        usual.scope(),
        usual.seed());
  }
}
