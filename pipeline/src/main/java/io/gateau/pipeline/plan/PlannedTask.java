package io.gateau.pipeline.plan;

import io.gateau.model.Work;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * Some samples that one task scores: a range of a file of the plan.
 *
 * @param file of the plan, qualified
 * @param offset where the samples start in it
 * @param bytes how long they are there
 * @param rows how many samples
 * @param work all of them, as it was planned
 */
public record PlannedTask(String file, long offset, int bytes, int rows, Work work)
    implements Serializable {

  /**
   * Reads the samples, in the order in which they are scored.
   *
   * @throws IOException if the plan cannot be read
   */
  public List<PlannedSample> samples(Configuration configuration) throws IOException {
    byte[] content = new byte[bytes];
    Path path = new Path(file);
    try (FSDataInputStream in = path.getFileSystem(configuration).open(path)) {
      in.readFully(offset, content);
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
    List<PlannedSample> samples = new ArrayList<>(rows);
    for (int i = 0; i < rows; i++) {
      samples.add(PlannedSample.read(in));
    }
    return samples;
  }
}
