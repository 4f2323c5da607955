package io.gateau.pipeline.read.parquet;

import io.gateau.pipeline.read.file.InputFile;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.SeekableInputStream;

/** An input file as Parquet's library takes it. */
final class ParquetInput implements org.apache.parquet.io.InputFile {

  private final InputFile file;
  private final Configuration hadoop;

  private ParquetInput(InputFile file, Configuration hadoop) {
    this.file = file;
    this.hadoop = hadoop;
  }

  /**
   * Opens a file and reads its footer; pages are checked against their checksums where they have
   * some.
   *
   * @throws IOException if it cannot be read
   */
  static ParquetFileReader open(InputFile file, Configuration hadoop) throws IOException {
    return ParquetFileReader.open(
        new ParquetInput(file, hadoop),
        HadoopReadOptions.builder(hadoop).usePageChecksumVerification().build());
  }

  @Override
  public long getLength() {
    return file.bytes();
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    return HadoopStreams.wrap(file.open(hadoop));
  }
}
