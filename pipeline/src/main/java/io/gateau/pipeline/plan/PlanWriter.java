package io.gateau.pipeline.plan;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.model.Work;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.record.ByteRange;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.ChangedInput;
import io.gateau.pipeline.signals.PendingSamples;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Writes one file of a plan on an executor: samples in, the longest first, and the tasks that they
 * are cut into out. Texts that come with a sample are written beside, where the sample then has its
 * place.
 */
final class PlanWriter implements FlatMapFunction<Iterator<Row>, PlannedTask> {
  @Serial private static final long serialVersionUID = 1;

  /** A task reads its samples of the plan at once: two megabytes. */
  private static final int MOST_ROWS = 10_000;

  private static final JsonMapper JSON = new JsonMapper();

  private final String folder;
  private final Map<String, InputFile> files;
  private final PendingCost cost;
  private final double taskFlops;
  private final SerializableConfiguration hadoop;

  /**
   * A writer.
   *
   * @param folder of the plan, qualified
   * @param files of the input, by their paths
   * @param taskFlops the work of one task
   */
  PlanWriter(
      String folder,
      Map<String, InputFile> files,
      PendingCost cost,
      double taskFlops,
      SerializableConfiguration hadoop) {
    this.folder = folder;
    this.files = files;
    this.cost = cost;
    this.taskFlops = taskFlops;
    this.hadoop = hadoop;
  }

  @Override
  public Iterator<PlannedTask> call(Iterator<Row> rows) throws IOException {
    if (!rows.hasNext()) {
      return List.<PlannedTask>of().iterator();
    }
    // Another attempt of this task, which may run at the same time, writes another file.
    String name =
        "%d-%d".formatted(TaskContext.getPartitionId(), TaskContext.get().taskAttemptId());
    try (Files out = new Files(new Path(folder, name))) {
      while (rows.hasNext()) {
        out.add(rows.next());
      }
      return out.finish().iterator();
    }
  }

  private final class Files implements Closeable {
    private final Path file;
    private final Path texts;
    private final FSDataOutputStream out;
    private Optional<FSDataOutputStream> textsOut = Optional.empty();
    private final List<PlannedTask> tasks = new ArrayList<>();
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private Work work = Work.NONE;
    private int size;

    Files(Path file) throws IOException {
      this.file = file;
      this.texts = file.suffix("-texts.jsonl");
      this.out = file.getFileSystem(hadoop.value()).create(file);
    }

    void add(Row row) throws IOException {
      long stored = row.<Long>getAs(PendingSamples.STORED);
      Work sampleWork = cost.of(row.<Long>getAs(RecordColumns.CHARACTERS), stored);
      // The nearest to the work of a task, so that there are as many tasks as were asked for.
      boolean isFull = work.flops() + sampleWork.flops() / 2 > taskFlops;
      if (size > 0 && (size == MOST_ROWS || isFull)) {
        cut();
      }
      sample(row, stored, sampleWork).write(new DataOutputStream(content));
      work = work.plus(sampleWork);
      size++;
    }

    private PlannedSample sample(Row row, long stored, Work sampleWork) throws IOException {
      String path = row.getAs(RecordColumns.FILE);
      Optional<Long> offset = Optional.ofNullable(row.getAs(RecordColumns.OFFSET));
      long line = row.<Long>getAs(RecordColumns.LINE);
      URI uri;
      ByteRange range;
      if (offset.isPresent()) {
        if (!files.containsKey(path)) {
          throw ChangedInput.at(path, line);
        }
        uri = files.get(path).uri();
        range = new ByteRange(offset.get(), row.<Long>getAs(RecordColumns.BYTES));
      } else {
        uri = texts.toUri();
        range = writeTexts(row);
      }
      return new PlannedSample(
          row.getAs(RecordColumns.CONTENT_KEY), stored, sampleWork, uri, path, line, range);
    }

    private ByteRange writeTexts(Row row) throws IOException {
      if (textsOut.isEmpty()) {
        textsOut = Optional.of(texts.getFileSystem(hadoop.value()).create(texts));
      }
      ObjectNode record = JSON.createObjectNode();
      RecordColumns.TEXTS.forEach(column -> record.put(column, row.<String>getAs(column)));
      byte[] bytes = JSON.writeValueAsBytes(record);
      FSDataOutputStream to = textsOut.get();
      ByteRange range = new ByteRange(to.getPos(), bytes.length);
      to.write(bytes);
      to.write('\n');
      return range;
    }

    private void cut() throws IOException {
      tasks.add(new PlannedTask(file.toString(), out.getPos(), content.size(), size, work));
      content.writeTo(out);
      content.reset();
      work = Work.NONE;
      size = 0;
    }

    /** Writes what is left; the files are complete when this is closed. */
    List<PlannedTask> finish() throws IOException {
      cut();
      return tasks;
    }

    @Override
    public void close() throws IOException {
      try {
        if (textsOut.isPresent()) {
          textsOut.get().close();
        }
      } finally {
        out.close();
      }
    }
  }
}
