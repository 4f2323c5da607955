package io.gateau.pipeline.read.record;

import io.gateau.chat.InstructionAt;
import io.gateau.pipeline.read.file.Secrets;
import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * What is read, and how a chat becomes a sample.
 *
 * @param input files, directories or globs on any Hadoop file system, without passwords, and tables
 *     of Spark, each behind {@value #TABLE}; at least one
 * @param instruction which paragraph of the last user turn is the instruction
 * @param maxLineBytes the longest line, array element or Parquet row read, in bytes of JSON, in [1,
 *     {@value #LIMIT}]; a longer one is rejected as {@code line-too-long}
 * @param allowDamaged whether a damaged compressed file gives the records in front of the damage
 *     and a rejected one, {@code broken-archive}, for the rest; otherwise it is an error
 * @param limit how many records are taken, the first ones by file and place in it, or {@link
 *     #NO_LIMIT} for all
 */
public record ReadConfig(
    List<String> input,
    InstructionAt instruction,
    int maxLineBytes,
    boolean allowDamaged,
    int limit)
    implements Serializable {

  @Serial private static final long serialVersionUID = 1;

  /** What a table begins with among the inputs, as in {@code table:lake.db.samples}. */
  public static final String TABLE = "table:";

  /** The default of {@link #maxLineBytes}: 16 MiB, some four million tokens of English. */
  public static final int DEFAULT_MAX_LINE_BYTES = 16 << 20;

  /** The largest {@link #maxLineBytes}: beyond it a Java string cannot hold the record. */
  public static final int LIMIT = 1 << 30;

  /** All records are taken. */
  public static final int NO_LIMIT = 0;

  /** Checks every value; an error names the key, the value and a way out. */
  public ReadConfig {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(instruction, "instruction");
    input = List.copyOf(input);
    if (input.isEmpty()) {
      throw new IllegalArgumentException(
          "input is empty; name at least one file, directory or glob");
    }
    for (String path : input) {
      if (path.isBlank()) {
        throw new IllegalArgumentException(
            "input holds a blank path: %s; remove it or name a file, directory or glob"
                .formatted(input));
      }
      Secrets.requireNone(path);
    }
    if (maxLineBytes < 1 || maxLineBytes > LIMIT) {
      throw new IllegalArgumentException(
          "max-line-bytes %d is outside [1, %d]; use %d for the usual setting"
              .formatted(maxLineBytes, LIMIT, DEFAULT_MAX_LINE_BYTES));
    }
    if (limit < NO_LIMIT) {
      throw new IllegalArgumentException(
          "limit is %d; use a number of records, or %d for all".formatted(limit, NO_LIMIT));
    }
  }

  /** A config that takes all records. */
  public ReadConfig(
      List<String> input, InstructionAt instruction, int maxLineBytes, boolean allowDamaged) {
    this(input, instruction, maxLineBytes, allowDamaged, NO_LIMIT);
  }

  /** A config for which a damaged compressed file is an error. */
  public ReadConfig(List<String> input, InstructionAt instruction, int maxLineBytes) {
    this(input, instruction, maxLineBytes, /* allowDamaged= */ false);
  }

  /** The inputs that are files, directories or globs. */
  public List<String> files() {
    return input.stream().filter(each -> !isTable(each)).toList();
  }

  /** The inputs that are tables. */
  public List<String> tables() {
    return input.stream().filter(ReadConfig::isTable).toList();
  }

  /** Whether an input, or what stands in {@link RecordColumns#FILE}, is a table. */
  public static boolean isTable(String input) {
    return input.startsWith(TABLE);
  }

  /** A copy that reads other inputs in the same way. */
  public ReadConfig withInput(List<String> other) {
    return new ReadConfig(other, instruction, maxLineBytes, allowDamaged, limit);
  }

  /** A copy that takes so many records. */
  public ReadConfig withLimit(int records) {
    return new ReadConfig(input, instruction, maxLineBytes, allowDamaged, records);
  }

  /** A copy that keeps the records in front of damage. */
  public ReadConfig withDamagedAllowed() {
    return new ReadConfig(input, instruction, maxLineBytes, /* allowDamaged= */ true, limit);
  }

  /** A config of these inputs, with the defaults for everything else. */
  public static ReadConfig of(String... input) {
    return new ReadConfig(List.of(input), InstructionAt.LAST, DEFAULT_MAX_LINE_BYTES);
  }
}
