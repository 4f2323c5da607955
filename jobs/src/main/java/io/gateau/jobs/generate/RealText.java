package io.gateau.jobs.generate;

import io.gateau.chat.InstructionAt;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.pipeline.read.LocalRecords;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.planted.PlantedSample;
import io.gateau.planted.WordCount;
import io.gateau.planted.real.AnswerLoss;
import io.gateau.planted.real.Corpus;
import io.gateau.planted.real.CorpusException;
import io.gateau.planted.real.DocumentQuestion;
import io.gateau.planted.real.RealConfig;
import io.gateau.planted.real.RealSamples;
import io.gateau.planted.real.SourceRecord;
import io.gateau.score.PromptTemplate;
import io.gateau.score.closedbook.ClosedBook;
import io.gateau.score.closedbook.ClosedBook.Ask;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;

/** Samples from real documents: reads the corpus, opens the model, and says what became of it. */
public final class RealText {
  private final Corpus corpus;
  private final long unreadable;
  private final RealSamples samples;
  private final Optional<ModelSpec> model;

  private RealText(Corpus corpus, long unreadable, RealSamples samples, Optional<ModelSpec> model) {
    this.corpus = corpus;
    this.unreadable = unreadable;
    this.samples = samples;
    this.model = model;
  }

  /**
   * Reads the corpus and loads the model.
   *
   * @param config of the samples
   * @throws io.gateau.pipeline.read.file.InputException if the corpus cannot be read
   * @throws CorpusException if it is too small or too large
   * @throws IllegalArgumentException if a value does not fit
   * @throws io.gateau.model.checkpoint.ModelException if the model cannot be used
   */
  public static RealText open(RealTextFlags flags, int samples, long seed, RealConfig config) {
    Optional<ModelSpec> spec = flags.model();
    PromptTemplate template = flags.template();
    // What is wrong with the flags or the model is told before a corpus is read for minutes.
    RealSamples.requireMeasure(config, spec.isPresent());
    spec.ifPresent(model -> Checkpoint.open(model.directory()));
    Records records = new Records();
    LocalRecords.forEach(
        new ReadConfig(flags.from(), InstructionAt.LAST, ReadConfig.DEFAULT_MAX_LINE_BYTES),
        new Configuration(),
        records::add);
    Corpus corpus = records.builder.build();
    RealSamples.requireEnough(corpus, samples);
    Optional<ClosedBook> model = spec.map(one -> ClosedBook.open(one, template));
    ToIntFunction<String> tokens =
        model.<ToIntFunction<String>>map(one -> one::tokens).orElse(WordCount::of);
    Optional<AnswerLoss> losses = model.map(Measuring::new);
    return new RealText(
        corpus,
        records.unreadable,
        new RealSamples(corpus, samples, seed, config, tokens, losses),
        spec);
  }

  /** Measures answers, and says on standard error how far it is. */
  private static final class Measuring implements AnswerLoss {
    private static final int SAID_EVERY = 512;

    private final ClosedBook model;
    private int measured;

    Measuring(ClosedBook model) {
      this.model = model;
    }

    @Override
    public double[] of(List<DocumentQuestion> questions) {
      double[] losses =
          model.losses(
              questions.stream()
                  .map(each -> new Ask(each.instruction(), each.response()))
                  .toList());
      int before = measured / SAID_EVERY;
      measured += questions.size();
      if (measured / SAID_EVERY > before) {
        System.err.printf(Locale.ROOT, "Questions measured without a document: %,d%n", measured);
      }
      return losses;
    }
  }

  /** Builds the corpus of the records that can be read. */
  private static final class Records {
    private static final int ID = place(RecordColumns.ID);
    private static final int SOURCE = place(RecordColumns.SOURCE);
    private static final int CONTEXT = place(RecordColumns.CONTEXT);
    private static final int INSTRUCTION = place(RecordColumns.INSTRUCTION);
    private static final int RESPONSE = place(RecordColumns.RESPONSE);
    private static final int REASON = place(RecordColumns.REASON);

    private final Corpus.Builder builder = new Corpus.Builder();
    private long unreadable;

    private static int place(String column) {
      return RecordColumns.SCHEMA.fieldIndex(column);
    }

    void add(Row row) {
      if (!row.isNullAt(REASON)) {
        unreadable++;
        return;
      }
      builder.add(
          new SourceRecord(
              row.getString(ID),
              Optional.ofNullable(row.getString(SOURCE)),
              row.getString(CONTEXT),
              row.getString(INSTRUCTION),
              row.getString(RESPONSE)));
    }
  }

  /** Number of samples. */
  public int size() {
    return samples.size();
  }

  /** All samples; a {@link CorpusException} ends them where the corpus does not suffice. */
  public Stream<PlantedSample> stream() {
    return samples.stream();
  }

  /** What became of the records and the questions, for people. */
  public List<String> said(Locale locale) {
    List<String> passed = new ArrayList<>();
    if (unreadable > 0) {
      passed.add(String.format(locale, "%,d no sample", unreadable));
    }
    corpus
        .passedOver()
        .forEach((why, count) -> passed.add(String.format(locale, "%,d %s", count, why.words())));
    RealSamples.Tally tally = samples.tally();
    return List.of(
        String.format(
            locale,
            "%,d records about %,d documents; passed over: %s",
            corpus.records() + unreadable,
            corpus.documents().size(),
            passed.isEmpty() ? "none" : String.join(", ", passed)),
        String.format(
            locale,
            "%,d of %,d questions looked at: %s; %,d given up, too long or without a context of this length",
            tally.questions(),
            corpus.questions().size(),
            model
                .map(spec -> String.format(locale, "%,d known to %s", tally.known(), spec.path()))
                .orElse("without --long-model nothing says which are known"),
            tally.givenUp()));
  }
}
