package io.gateau.pipeline.read.parquet;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.InputFile;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.Type;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Looks into the footer of every Parquet file, on the executors, before anything is read. */
final class ParquetFooters {

  /** The columns that are one text each. */
  private static final Set<String> TEXT =
      Set.of("id", "source", "dataset", "context", "instruction", "response", "input", "output");

  private static final int FILES_PER_TASK = 16;

  private ParquetFooters() {}

  /**
   * The row groups of all files.
   *
   * @param bytesAreText whether a column of bytes without a mark holds text
   * @throws InputException if a file is not Parquet or cannot be read
   */
  static List<RowGroup> rowGroups(SparkSession spark, List<InputFile> files, boolean bytesAreText) {
    JavaSparkContext context = new JavaSparkContext(spark.sparkContext());
    int tasks = 1 + (files.size() - 1) / FILES_PER_TASK;
    List<Footer> footers =
        context
            .parallelize(files, tasks)
            .map(new ReadFooter(spark.sparkContext().hadoopConfiguration(), bytesAreText))
            .collect();
    return footers.stream().flatMap(footer -> footer.checked().stream()).toList();
  }

  /**
   * The row groups of one file, whose columns of bytes hold no text, read in this process.
   *
   * @throws InputException if it is not Parquet or cannot be read
   */
  static List<RowGroup> rowGroups(InputFile file, Configuration hadoop) {
    return new ReadFooter(hadoop, /* bytesAreText= */ false).call(file).checked();
  }

  /** The row groups of a file, or what is wrong with it; else null. */
  private record Footer(List<RowGroup> rowGroups, String fault) implements Serializable {
    @Serial private static final long serialVersionUID = 1;

    List<RowGroup> checked() {
      if (fault != null) {
        throw new InputException(fault);
      }
      return rowGroups;
    }
  }

  private static final class ReadFooter implements Function<InputFile, Footer> {

    @Serial private static final long serialVersionUID = 1;

    private final SerializableConfiguration hadoop;
    private final boolean bytesAreText;

    ReadFooter(Configuration hadoop, boolean bytesAreText) {
      this.hadoop = new SerializableConfiguration(hadoop);
      this.bytesAreText = bytesAreText;
    }

    @Override
    public Footer call(InputFile file) {
      List<RowGroup> rowGroups = new ArrayList<>();
      try (ParquetFileReader reader = ParquetInput.open(file, hadoop.value())) {
        long before = 0;
        for (BlockMetaData block : reader.getRowGroups()) {
          rowGroups.add(
              new RowGroup(
                  file, rowGroups.size(), before, block.getRowCount(), block.getTotalByteSize()));
          before += block.getRowCount();
        }
        String fault =
            unknownCompression(file, reader.getRowGroups())
                .or(() -> bytes(file, reader.getFileMetaData().getSchema().getFields()))
                .orElse(null);
        return new Footer(rowGroups, fault);
      } catch (IOException | RuntimeException e) {
        return new Footer(
            rowGroups,
            "%s is not a readable Parquet file (%s); write it anew, or leave it out of the input"
                .formatted(file.path(), e.getMessage()));
      }
    }

    private Optional<String> bytes(InputFile file, List<Type> columns) {
      return columns.stream()
          .filter(column -> TEXT.contains(column.getName()))
          .filter(column -> !bytesAreText && ColumnConverters.isBytes(column))
          .findFirst()
          .map(
              column ->
                  "the column %s of %s holds bytes, not text; if an old writer left the text mark out, set spark.sql.parquet.binaryAsString=true"
                      .formatted(column.getName(), file.path()));
    }

    private static Optional<String> unknownCompression(
        InputFile file, List<BlockMetaData> rowGroups) {
      for (BlockMetaData rowGroup : rowGroups) {
        for (ColumnChunkMetaData column : rowGroup.getColumns()) {
          if (!isKnown(column.getCodec())) {
            return Optional.of(
                "the column %s of %s is compressed with %s, which cannot be read here; write the file anew with zstd or snappy"
                    .formatted(column.getPath().toDotString(), file.path(), column.getCodec()));
          }
        }
      }
      return Optional.empty();
    }

    /** Codecs that Spark does not bring may be on the class path. */
    private static boolean isKnown(CompressionCodecName codec) {
      String name = codec.getHadoopCompressionCodecClassName();
      try {
        return name == null || Class.forName(name) != null;
      } catch (ClassNotFoundException e) {
        return false;
      }
    }
  }
}
