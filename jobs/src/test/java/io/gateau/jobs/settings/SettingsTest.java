package io.gateau.jobs.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.chat.InstructionAt;
import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.model.MemoryPolicy;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.RopeScalingOverride;
import io.gateau.model.tokenizer.SpecialTokens;
import io.gateau.pipeline.ScoreConfig;
import io.gateau.pipeline.ScoreLimits;
import io.gateau.pipeline.SelectedFormat;
import io.gateau.pipeline.contamination.ContaminationConfig;
import io.gateau.pipeline.diversity.DiversityConfig;
import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.Preset;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.SelectConfig.Scope;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.RankConfig.Difficulty;
import io.gateau.pipeline.rank.strategy.RankConfig.Normalisation;
import io.gateau.pipeline.rank.strategy.SignalInput;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.redundancy.RedundancyConfig;
import io.gateau.pipeline.redundancy.RedundancyConfig.Dedup;
import io.gateau.score.AttentionFocus;
import io.gateau.score.ModelRole;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ScoringConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  private static final Path DOCUMENTED = Path.of("..", "conf", "gateau.yaml");
  private static final String EVERY_VALUE_CHANGED =
      """
      input: [a.jsonl, "b/*.parquet"]
      output: out/x
      read:
        instruction: first
        max-line-bytes: 1000
        allow-damaged: true
        limit: 50
      models:
        short: {path: models/a, rope-theta: 10001, rope-scaling: none}
        long: {path: models/b, rope-theta: 40000, rope-scaling: '{"type": "linear", "factor": 4}'}
        unrelated: {path: models/c}
        dtype: bfloat16
        device: cuda:1
        device-memory: 24g
        stream-layers: 5000
      score:
        for: [hmg, cam, non-homologous]
        max-tokens: 4096
        segment-tokens: 64
        segment-overlap: 32
        recent-tokens: 2048
        special-tokens: control
        attention-layers: 4-11
        attention-heads: last:2
        batch-tokens: 512
        checkpoint-seconds: 5
        sample-seconds: 60
        retry: crashed
        max-rejected: 0.25
        template: {prefix: "P: ", before-instruction: "\\nI: ", before-response: "\\nR: "}
      select:
        prune: true
        pilot: 50
        strategy: cam
        preset: paper
        alpha: 0.7
        importance: inverse
        difficulty: perplexity
        normalisation: gateau-scripts
        winsorise: 0.05
        merge-segments: 4
        tokens: 5000000000
        fill: true
        per: source
        diversity: 12
        dedup: both
        dedup-similarity: 0.9
        exclude: [evals/a.jsonl, evals/b.txt]
        exclude-words: 20
        seed: 9
        fitted: out/monday
        name: other
        format: jsonl
        table: lake.db.selected
        table-format: iceberg
      spark:
        master: local[1]
        conf:
          spark.sql.ansi.enabled: false
          spark.hadoop.fs.s3a.secret.key: hush
      """;

  @TempDir Path folder;

  @Test
  void nothingGivenMeansTheDefaultsOfTheRecords() {
    Settings settings = given(Map.of());
    assertEquals(SelectConfig.DEFAULT, settings.selectConfig(), "selection");
    assertEquals(
        ScoringConfig.DEFAULT.maxTokens(), settings.get(ScoringKeys.MAX_TOKENS), "max-tokens");
    assertEquals(Dtype.AUTO, settings.get(ModelKeys.DTYPE), "dtype");
    assertEquals(
        ScoringConfig.DEFAULT.focus(),
        new AttentionFocus(
            settings.get(ScoringKeys.ATTENTION_LAYERS), settings.get(ScoringKeys.ATTENTION_HEADS)),
        "attention focus");
    assertEquals(Optional.empty(), settings.redundancyConfig(), "dedup");
    assertEquals(Optional.empty(), settings.contaminationConfig(), "exclude");
    assertEquals(Optional.empty(), settings.diversityConfig(), "diversity");
    assertEquals(Optional.empty(), settings.find(SparkKeys.MASTER), "master");
  }

  @Test
  void everyValueChangedInAFileArrivesInTheRecords() throws IOException {
    Settings settings = Settings.resolve(Map.of(), Optional.of(file(EVERY_VALUE_CHANGED)));
    assertEquals(
        new ReadConfig(List.of("a.jsonl", "b/*.parquet"), InstructionAt.FIRST, 1000, true, 50),
        settings.readConfig(),
        "reading");
    assertEquals(
        new ScoreConfig(
            Map.of(
                ModelRole.SHORT,
                new ModelSpec(
                    "models/a",
                    10001,
                    RopeScalingOverride.of("none"),
                    Dtype.BFLOAT16,
                    "cuda:1",
                    new MemoryPolicy(24L << 30, 5000)),
                ModelRole.LONG,
                new ModelSpec(
                    "models/b",
                    40000,
                    new RopeScalingOverride("{\"factor\":4,\"rope_type\":\"linear\"}"),
                    Dtype.BFLOAT16,
                    "cuda:1",
                    new MemoryPolicy(24L << 30, 5000)),
                ModelRole.UNRELATED,
                new ModelSpec(
                    "models/c",
                    ModelSpec.CONFIGURED_THETA,
                    RopeScalingOverride.CONFIGURED,
                    Dtype.BFLOAT16,
                    "cuda:1",
                    new MemoryPolicy(24L << 30, 5000))),
            Stream.concat(
                    Strategies.of("gateau").signals().stream(),
                    Stream.of(SignalInput.UNRELATED_LOSS, SignalInput.LONG_STATE)
                        .map(SignalInput::signal))
                .toList(),
            new ScoringConfig(
                new PromptTemplate("P: ", "\nI: ", "\nR: "),
                4096,
                64,
                32,
                new AttentionFocus("4-11", "last:2"),
                512,
                SpecialTokens.CONTROL,
                2_048),
            new ScoreLimits(5, 60, ScoreLimits.Retry.CRASHED, 0.25)),
        settings.scoreConfig(),
        "scoring");
    assertEquals(
        new SelectConfig(
            new RankConfig(
                "cam",
                0.7,
                Importance.INVERSE,
                Difficulty.PERPLEXITY,
                Normalisation.GATEAU_SCRIPTS,
                0.05,
                4,
                9),
            new Budget.FilledTokens(5_000_000_000L),
            Scope.SOURCE),
        settings.selectConfig(),
        "selection");
    assertEquals(
        Optional.of(new RedundancyConfig(Dedup.BOTH, 0.9)), settings.redundancyConfig(), "dedup");
    assertEquals(Optional.of(new DiversityConfig(12, 9)), settings.diversityConfig(), "diversity");
    assertEquals(
        Optional.of(new ContaminationConfig(List.of("evals/a.jsonl", "evals/b.txt"), 20)),
        settings.contaminationConfig(),
        "exclude");
    assertEquals(50, settings.get(SelectionKeys.PILOT), "pilot");
    assertEquals("other", settings.get(SelectionKeys.NAME), "name");
    assertEquals("out/monday", settings.get(SelectionKeys.FITTED), "fitted");
    assertEquals(SelectedFormat.JSONL, settings.get(SelectionKeys.FORMAT), "format");
    assertEquals("lake.db.selected", settings.get(SelectionKeys.TABLE), "table");
    assertEquals("iceberg", settings.get(SelectionKeys.TABLE_FORMAT), "table-format");
    assertEquals("out/x", settings.get(InputOutputKeys.OUTPUT), "output");
    assertEquals("local[1]", settings.get(SparkKeys.MASTER), "master");
    assertEquals("false", settings.sparkConf().get("spark.sql.ansi.enabled"), "Spark's own");
  }

  @Test
  void theFileThatChangesEveryValueNamesEveryKeyButThoseThatDoNotGoWithOthers() throws IOException {
    Set<String> expected =
        Keys.ALL.stream().map(Setting::key).collect(Collectors.toCollection(HashSet::new));
    expected.removeAll(
        Set.of("select.percent", "select.count", "select.least-share", "select.greatest-share"));
    Settings settings = Settings.resolve(Map.of(), Optional.of(file(EVERY_VALUE_CHANGED)));
    Map<String, String> defaults = given(Map.of()).effective();
    Set<String> changed =
        settings.effective().entrySet().stream()
            .filter(entry -> !entry.getValue().equals(defaults.get(entry.getKey())))
            .map(Map.Entry::getKey)
            .filter(key -> !key.startsWith(SparkKeys.CONF_PREFIX))
            .collect(Collectors.toSet());
    assertEquals(expected, changed, "a new setting belongs in this test");
  }

  @Test
  void theDocumentedFileHoldsExactlyTheDefaults() {
    Settings documented = Settings.resolve(Map.of(), Optional.of(DOCUMENTED));
    assertEquals(given(Map.of()).effective(), documented.effective(), "conf/gateau.yaml");
  }

  @Test
  void theDocumentedFileNamesEveryKeyAndEveryFlag() throws IOException {
    String text = Files.readString(DOCUMENTED);
    Set<String> named =
        new HashSet<>(SettingsFile.read(file(text.replaceAll("(?m)^( *)#(?=\\S)", "$1"))).keySet());
    assertEquals(Keys.ALL.stream().map(Setting::key).collect(Collectors.toSet()), named, "keys");
    Keys.ALL.stream()
        .flatMap(setting -> setting.flag().stream())
        .forEach(
            flag ->
                assertEquals(
                    true, text.contains("(" + flag + ")"), "conf/gateau.yaml lacks " + flag));
  }

  @Test
  void theFirstRunFileIsValid() {
    Settings settings =
        Settings.resolve(Map.of(), Optional.of(Path.of("..", "conf", "first-run.yaml")));
    assertEquals(4096, settings.get(ScoringKeys.MAX_TOKENS), "max-tokens");
    assertEquals(Optional.of(40000.0), settings.find(ModelKeys.LONG_ROPE_THETA), "rotary base");
  }

  @Test
  void aFlagWinsOverTheFileAndTheFileOverTheDefault() throws IOException {
    Path file = file("select: {alpha: 0.5, seed: 3}");
    Settings settings = Settings.resolve(flags(SelectionKeys.ALPHA, "0.25"), Optional.of(file));
    assertEquals(0.25, settings.get(SelectionKeys.ALPHA), "flag");
    assertEquals(3L, settings.get(SelectionKeys.SEED), "file");
    assertEquals("gateau", settings.get(SelectionKeys.STRATEGY), "default");
  }

  @Test
  void aPresetSetsTheFormOfTheScoreAndWhatIsGivenBesideItWins() throws IOException {
    for (Preset preset : Preset.values()) {
      assertEquals(
          preset.config(),
          given(flags(SelectionKeys.PRESET, Parsers.code(preset))).selectConfig().rank(),
          preset.toString());
    }
    Path file = file("select: {preset: gateau-scripts, alpha: 0.5}");
    RankConfig own = Settings.resolve(Map.of(), Optional.of(file)).selectConfig().rank();
    assertEquals(Normalisation.GATEAU_SCRIPTS, own.normalisation(), "the preset's");
    assertEquals(0.5, own.alpha(), "the file's");
    RankConfig flag =
        Settings.resolve(flags(SelectionKeys.PRESET, "paper"), Optional.of(file))
            .selectConfig()
            .rank();
    assertEquals(Normalisation.MIN_MAX, flag.normalisation(), "the flag's preset");
    assertEquals(0.5, flag.alpha(), "the file's still");
  }

  @Test
  void anAmountAsAFlagReplacesAnotherAmountInTheFile() throws IOException {
    Path file = file("select: {tokens: 1000}");
    Settings settings = Settings.resolve(flags(SelectionKeys.COUNT, "7"), Optional.of(file));
    assertEquals(new Budget.Count(7), settings.selectConfig().budget(), "amount");
    assertFalse(settings.effective().containsKey("select.tokens"), "the record keeps one amount");
    assertFalse(settings.effective().containsKey("select.percent"), "nor the default");
  }

  @Test
  void twoAmountsInOnePlaceAreAnError() throws IOException {
    Path file = file("select: {percent: 5, tokens: 1000}");
    assertMessage(
        "percent ("
            + file
            + ", select.percent) and tokens ("
            + file
            + ", select.tokens) cannot go together; keep one of percent, count and tokens",
        Map.of(),
        file);
    Map<Setting<?>, Given> flags = new HashMap<>(flags(SelectionKeys.COUNT, "7"));
    flags.putAll(flags(SelectionKeys.PERCENT, "5"));
    ConfigException thrown = assertThrows(ConfigException.class, () -> given(flags));
    assertEquals(
        "percent (--percent) and count (--count) cannot go together; keep one of percent, count and"
            + " tokens",
        thrown.getMessage(),
        "flags");
  }

  @Test
  void anUnknownStrategyIsReportedWithThoseThatThereAre() {
    ConfigException thrown =
        assertThrows(ConfigException.class, () -> given(flags(SelectionKeys.STRATEGY, "best")));
    assertEquals(
        "strategy best is not known (--strategy); use " + String.join(", ", Strategies.codes()),
        thrown.getMessage());
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--alpha|1.4|alpha 1.4 is outside [0, 1] (--alpha); use 0.8 for the usual setting",
        "--alpha|much|alpha much is not a number (--alpha)",
        "--winsorise|0.5|winsorise 0.5 is outside [0, 0.5) (--winsorise); 0.01 clips one per cent"
            + " at each end",
        "--merge-segments|0|merge-segments 0 is outside [1, 1000] (--merge-segments); 1 takes"
            + " segments as they are stored",
        "--merge-segments|two|merge-segments two is not a whole number below 2^31"
            + " (--merge-segments)",
        "--percent|101|percent 101.0 is outside [0, 100] (--percent); 10, 30 and 50 are what the"
            + " paper reports",
        "--count|-1|count -1 is negative (--count)",
        "--count|1.5|count 1.5 is not a whole number (--count)",
        "--max-tokens|0|max-tokens is 0 (--max-tokens); it must be 1 or more",
        "--long-rope-theta|0|rope-theta is 0 (--long-rope-theta); leave it out to use"
            + " config.json's, or give a positive number",
        "--short-rope-scaling|linear|rope-scaling linear has no factor (--short-rope-scaling); as in"
            + " linear:4",
        "--special-tokens|off|special-tokens off is not known (--special-tokens); use text or"
            + " control",
        "--segment-overlap|-1|segment-overlap is -1 (--segment-overlap); use 0 for none, or more",
        "--attention-layers|7-3|attention-layers 7-3 is no choice (--attention-layers); use all,"
            + " first:8, last:8, or numbers from 0 on such as 4-11 or 0,5,7-9",
        "--dtype|int8|dtype int8 is not known (--dtype); use auto, float32, bfloat16, float16",
        "--device|tpu|device tpu is not known (--device); use auto, cpu, cuda or cuda:N",
        "--per|row|per row is not known (--per); use all, source, length",
        "--normalisation|z|normalisation z is not known (--normalisation); use min-max,"
            + " z-score, rank, gateau-scripts",
        "--difficulty|hard|difficulty hard is not known (--difficulty); use perplexity, nll",
        "--preset|best|preset best is not known (--preset); use gateau, paper, gateau-scripts",
      })
  void aBadValueIsReportedWithItsFlagAndAWayOut(String flag, String value, String message) {
    Setting<?> setting =
        Keys.ALL.stream()
            .filter(each -> each.flag().equals(Optional.of(flag)))
            .findFirst()
            .orElseThrow();
    ConfigException thrown =
        assertThrows(ConfigException.class, () -> given(flags(setting, value)));
    assertEquals(message, thrown.getMessage());
  }

  @Test
  void segmentsMustBeLongerThanTheirOverlap() {
    Map<Setting<?>, Given> flags = new HashMap<>(flags(ScoringKeys.SEGMENT_OVERLAP, "128"));
    flags.putAll(flags(ModelKeys.SHORT_MODEL, "a"));
    flags.putAll(flags(ModelKeys.LONG_MODEL, "b"));
    assertEquals(
        "segment-overlap 128 is outside [0, 128); it must be less than segment-tokens",
        assertThrows(ConfigException.class, () -> given(flags).scoreConfig()).getMessage());
  }

  @Test
  void aBadValueInAFileIsReportedWithFileAndKey() throws IOException {
    Path file = file("select: {alpha: 1.4}");
    assertMessage(
        "alpha 1.4 is outside [0, 1] (" + file + ", select.alpha); use 0.8 for the usual setting",
        Map.of(),
        file);
  }

  @ParameterizedTest(name = "{0} for {1}")
  @CsvSource({
    "select.alfa, select.alpha",
    "alpha, select.alpha",
    "models.short.rope_theta, models.short.rope-theta",
    "max-tokens, score.max-tokens",
    "outptu, output",
    "spark.executor.memory, spark.conf.spark.executor.memory",
  })
  void anUnknownKeyIsAnErrorThatNamesTheNearest(String wrong, String right) throws IOException {
    Path file = file(wrong + ": 1");
    assertMessage(
        wrong + " is not a setting (" + file + "); did you mean " + right + "?", Map.of(), file);
  }

  @Test
  void aKeyGivenTwiceIsAnError() throws IOException {
    Path nested = file("select:\n  alpha: 0.5\n  alpha: 0.6\n");
    assertMessage(nested + " is not valid YAML at line 3: Duplicate field 'alpha'", nested);
    Path dotted = file("select: {alpha: 0.5}\nselect.alpha: 0.6\n");
    assertMessage("select.alpha is given twice (" + dotted + "); keep one", dotted);
  }

  @Test
  void whatIsNoValueIsAnError() throws IOException {
    Path empty = file("select:\n  alpha:\n");
    assertMessage(
        "select.alpha has no value (" + empty + "); remove it or give it one", Map.of(), empty);
    Path list = file("select: {alpha: [0.5, 0.6]}");
    assertMessage("alpha takes one value, not 2 (" + list + ", select.alpha)", Map.of(), list);
    Path nothing = file("input: []");
    assertMessage("input is an empty list (" + nothing + "); remove it or fill it", nothing);
    Path section = file("select: 3");
    assertMessage(
        "select is a section (" + section + "); put its keys on the next lines, indented", section);
    Path text = file("just words");
    assertMessage(text + " holds no keys; a line looks like `output: out/first`", text);
  }

  @Test
  void anEmptyFileGivesNothing() throws IOException {
    Settings settings = Settings.resolve(Map.of(), Optional.of(file("# only a comment\n")));
    assertEquals(given(Map.of()).effective(), settings.effective(), "effective");
  }

  @Test
  void aFileThatIsNotThereOrBrokenIsAnError() throws IOException {
    Path absent = folder.resolve("absent.yaml");
    assertMessage(absent + " does not exist (--config)", absent);
    Path broken = file("select: {alpha: 0.5");
    ConfigException thrown =
        assertThrows(ConfigException.class, () -> Settings.resolve(Map.of(), Optional.of(broken)));
    assertEquals(
        true,
        thrown.getMessage().startsWith(broken + " is not valid YAML at line 1"),
        thrown.getMessage());
  }

  @Test
  void whatIsMissingIsNamedAllAtOnce() {
    Settings settings = given(flags(InputOutputKeys.OUTPUT, "out"));
    ConfigException thrown =
        assertThrows(
            ConfigException.class,
            () ->
                settings.require(
                    InputOutputKeys.INPUT, InputOutputKeys.OUTPUT, ModelKeys.SHORT_MODEL));
    assertEquals(
        "missing: --input, --short-model; give it as a flag, or in a --config file as input,"
            + " models.short.path",
        thrown.getMessage());
  }

  @Test
  void secretsStayOutOfTheRecord() throws IOException {
    Settings settings = Settings.resolve(Map.of(), Optional.of(file(EVERY_VALUE_CHANGED)));
    assertEquals(
        "***", settings.effective().get("spark.conf.spark.hadoop.fs.s3a.secret.key"), "the record");
    assertEquals("hush", settings.sparkConf().get("spark.hadoop.fs.s3a.secret.key"), "for Spark");
    assertEquals(
        "5000000000", settings.effective().get("select.tokens"), "a count is not a secret");
  }

  @Test
  void secretsWithinValuesAndThoseThatSparkIsToldOfStayOutOfTheRecord() throws IOException {
    Settings settings =
        Settings.resolve(
            Map.of(),
            Optional.of(
                file(
                    """
                    spark:
                      conf:
                        spark.driver.extraJavaOptions: -Xss4m -Dfs.s3a.secret.key=hush
                        spark.hadoop.example.pin: hush
                        spark.redaction.regex: (?i)[.]pin$
                    """)));
    assertEquals(
        Map.of(
            "spark.conf.spark.driver.extraJavaOptions", "-Xss4m -Dfs.s3a.secret.key=***",
            "spark.conf.spark.hadoop.example.pin", "***",
            "spark.conf.spark.redaction.regex", "(?i)[.]pin$"),
        settings.effective().entrySet().stream()
            .filter(entry -> entry.getKey().startsWith("spark.conf"))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    assertEquals(
        "-Xss4m -Dfs.s3a.secret.key=hush",
        settings.sparkConf().get("spark.driver.extraJavaOptions"),
        "for Spark");
  }

  @Test
  void aPathWithAPasswordIsRefused() {
    ConfigException thrown =
        assertThrows(
            ConfigException.class,
            () -> given(flags(InputOutputKeys.OUTPUT, "ftp://user:hush@host/out")));
    assertEquals(
        "ftp://user:***@host/out holds a password or a signature, which manifests and logs would"
            + " keep (--output); leave it out of the URL and give it to the file system by a setting"
            + " under spark.conf, the environment or a credential file",
        thrown.getMessage());
  }

  @Test
  void everyKeyAndEveryFlagIsThereOnce() {
    List<String> keys = Keys.ALL.stream().map(Setting::key).toList();
    List<String> flags = Keys.ALL.stream().flatMap(setting -> setting.flag().stream()).toList();
    assertEquals(keys.size(), new HashSet<>(keys).size(), "keys " + keys);
    assertEquals(flags.size(), new HashSet<>(flags).size(), "flags " + flags);
  }

  private static Settings given(Map<Setting<?>, Given> flags) {
    return Settings.resolve(flags, Optional.empty());
  }

  private static Map<Setting<?>, Given> flags(Setting<?> setting, String value) {
    return Map.of(setting, new Given(List.of(value), setting.flag().orElseThrow()));
  }

  private Path file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "settings", ".yaml"), text);
  }

  private static void assertMessage(String message, Path file) {
    assertMessage(message, Map.of(), file);
  }

  private static void assertMessage(String message, Map<Setting<?>, Given> flags, Path file) {
    ConfigException thrown =
        assertThrows(ConfigException.class, () -> Settings.resolve(flags, Optional.of(file)));
    assertEquals(message, thrown.getMessage());
  }
}
