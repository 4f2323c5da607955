package io.gateau.pipeline.plan;

import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.pipeline.inflight.InFlightFolder;
import io.gateau.pipeline.inflight.InFlightLog;
import io.gateau.pipeline.inflight.Suspects;
import io.gateau.pipeline.inflight.TimeLimit;
import io.gateau.pipeline.read.record.ParsedRecord;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.samples.PlacedTexts;
import io.gateau.score.ScoringConfig;
import io.gateau.score.TokenizedSample;
import io.gateau.udf.FetchedModels;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Tokenizes some samples of each task of a plan. One that the tokenizer does not survive is written
 * down as any sample in work is, and the next attempt leaves it out.
 */
final class LengthTask implements FlatMapFunction<Iterator<PlannedTask>, LengthTotals> {
  @Serial private static final long serialVersionUID = 1;

  private static final int SAMPLES_PER_TASK = 2;

  private final Settings settings;
  private final Suspects suspects;
  private final String name;
  private final SerializableConfiguration hadoop;

  /**
   * How samples are tokenized.
   *
   * @param input how the records were read
   * @param model with the tokenizer, which may be a URL
   * @param scoring template and max-tokens
   * @param sampleSeconds that one sample may take; 0 for no limit
   * @param signals the store, qualified
   */
  record Settings(
      ReadConfig input, ModelSpec model, ScoringConfig scoring, int sampleSeconds, String signals)
      implements Serializable {}

  /**
   * A task for every partition of planned tasks.
   *
   * @param suspects samples that are left out
   * @param name of the files about samples in work
   */
  LengthTask(Settings settings, Suspects suspects, String name, SerializableConfiguration hadoop) {
    this.settings = settings;
    this.suspects = suspects;
    this.name = name;
    this.hadoop = hadoop;
  }

  @Override
  public Iterator<LengthTotals> call(Iterator<PlannedTask> tasks)
      throws IOException, InterruptedException {
    Configuration configuration = hadoop.value();
    InFlightFolder inFlight = InFlightFolder.of(new Path(settings.signals()), configuration);
    boolean retried = TaskContext.get().attemptNumber() > 0;
    Suspects all = suspects.plus(inFlight.suspects(name));
    String logName = "%s-%d".formatted(name, TaskContext.get().taskAttemptId());
    LengthTotals totals = LengthTotals.NONE;
    try (Tokenizer tokenizer =
            Tokenizer.open(FetchedModels.local(settings.model(), configuration).directory());
        PlacedTexts texts = new PlacedTexts(settings.input(), configuration);
        InFlightLog log = new InFlightLog(inFlight, logName, inFlight.isCheap() || retried);
        TimeLimit limit = new TimeLimit(log, settings.sampleSeconds())) {
      limit.watch();
      while (tasks.hasNext()) {
        List<PlannedSample> samples = tasks.next().samples(configuration);
        int step = Math.max(1, samples.size() / SAMPLES_PER_TASK);
        for (int i = step / 2; i < samples.size(); i += step) {
          PlannedSample sample = samples.get(i);
          if (all.of(sample.contentKey()).isEmpty()) {
            ParsedRecord record =
                texts.read(sample.file(), sample.place(), sample.contentKey()).parsed();
            log.begin(sample.contentKey());
            totals = totals.plus(totals(record, tokenizer));
            log.end();
          }
        }
      }
    }
    return List.of(totals).iterator();
  }

  private LengthTotals totals(ParsedRecord record, Tokenizer tokenizer) {
    try {
      TokenizedSample tokens =
          TokenizedSample.of(
              tokenizer,
              settings.scoring(),
              record.context().orElseThrow(),
              record.instruction().orElseThrow(),
              record.response().orElseThrow());
      return LengthTotals.of(record.characters(), tokens.lengths(), tokens.truncated());
    } catch (RuntimeException e) {
      // It is rejected once it is scored.
      return LengthTotals.NONE;
    }
  }
}
