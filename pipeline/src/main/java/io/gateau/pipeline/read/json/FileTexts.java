package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFormat;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/** Opens JSON files of which some records are wanted. */
public final class FileTexts {

  /** Bytes that a local file reads at once: one page, since the next record may be far away. */
  private static final int SEEK_BUFFER = 4_096;

  private FileTexts() {}

  /**
   * The texts of a file; of one that can be read from the middle the records that are asked for are
   * read, of any other one all up to the last of them.
   *
   * @param maxLineBytes the longest record, as when the file was read as a whole
   * @throws IOException if the file cannot be opened
   */
  public static RecordTexts open(InputFile file, Configuration hadoop, int maxLineBytes)
      throws IOException {
    return file.format().isSeekable()
        ? new SeekableTexts(file.open(hadoop, SEEK_BUFFER))
        : new StreamedTexts(
            new RawRecords(
                new ByteSource(file.open(hadoop), file.format()),
                InputFormat.shape(file.path()),
                maxLineBytes));
  }
}
